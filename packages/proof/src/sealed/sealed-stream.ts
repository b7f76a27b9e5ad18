/** Sealing and opening whole files as streams; one part is in memory at a time. */
import { type Bytes, concat } from '@mingzheng/kernel'
import { formatFailure } from '../format-failure.ts'
import { partCipher, SEALED_PLAIN_BYTES, type Sealing } from './sealed-file.ts'

type Source = AsyncIterable<Bytes> | Iterable<Bytes>

/** The parts of the sealed file, header first, from the plain bytes in pieces of any size. */
export async function* sealStream(sealing: Sealing, plain: Source): AsyncGenerator<Bytes> {
  yield sealing.header
  const cipher = await partCipher(sealing)
  let index = 1
  // One behind, as only the end of the source tells which part is the last.
  let held: Bytes | null = null
  for await (const piece of pieces(plain, SEALED_PLAIN_BYTES)) {
    if (held !== null) yield await cipher.seal(index++, held, false)
    held = piece
  }
  yield await cipher.seal(index, held ?? new Uint8Array(0), true)
}

/** The plain bytes behind a sealing's header, from its parts. Throws `sealed-broken` at the first part that is not right. */
export async function* openStream(sealing: Sealing, parts: Source): AsyncGenerator<Bytes> {
  const cipher = await partCipher(sealing)
  let index = 1
  let held: Bytes | null = null
  for await (const part of parts) {
    if (held !== null) yield await cipher.open(index++, held, false)
    held = part
  }
  if (held === null) throw formatFailure('sealed-broken', 'the file has no last part')
  yield await cipher.open(index, held, true)
}

/** The bytes in pieces of `size`; the last is shorter where it must be. Nothing for an empty source. */
export async function* pieces(source: Source, size: number): AsyncGenerator<Bytes> {
  let waiting: Bytes[] = []
  let have = 0
  for await (const chunk of source) {
    let rest = chunk
    while (have + rest.length >= size) {
      const taken = rest.subarray(0, size - have)
      yield concat(...waiting, taken)
      waiting = []
      have = 0
      rest = rest.subarray(taken.length)
    }
    if (rest.length > 0) {
      // A copy: a source may use its buffer again.
      waiting.push(rest.slice())
      have += rest.length
    }
  }
  if (have > 0) yield concat(...waiting)
}
