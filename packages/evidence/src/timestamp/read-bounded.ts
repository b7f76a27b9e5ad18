/** The body of a response, never more than asked for. */
import { type Bytes, concat } from '@mingzheng/kernel'

/** Throws what `tooLong` makes when more than `most` bytes come. */
export async function readBounded(response: Response, most: number, tooLong: () => Error): Promise<Bytes> {
  const parts: Bytes[] = []
  let total = 0
  for await (const part of response.body ?? []) {
    total += part.length
    if (total > most) throw tooLong()
    parts.push(part)
  }
  return concat(...parts)
}
