/**
 * Parts of a sealed file on their way, each behind its inclusion path: the receiver needs the file's root and nothing else, and
 * believes nobody. All lengths follow from the numbers of the parts: nothing to be parsed two ways. docs/formats/custody.md.
 */
import { type Bytes, concat, equalBytes, Failure } from '@mingzheng/kernel'
import { isPart, PartTree, partPathBytes, SEALED_HEADER_BYTES, SEALED_PART_BYTES } from '@mingzheng/proof'

/** Parts in one message: about 4 MiB. */
export const MOST_PARTS_SENT = 64

/** The parts of these numbers, ascending, with their paths. */
export function formatProvedParts(tree: PartTree, numbered: readonly { index: number; part: Bytes }[]): Bytes {
  return concat(...numbered.flatMap(({ index, part }) => [tree.path(index), part]))
}

/** The parts in a message that must hold exactly `indices`. Throws `custody-parts-wrong` for anything else. */
export function readProvedParts(
  message: Bytes,
  indices: readonly number[],
  file: { parts: number; root: Bytes },
): Bytes[] {
  const { parts, root } = file
  let at = 0
  return indices.map((index, i) => {
    const pathEnd = at + partPathBytes(index, parts)
    const length = index === 0 ? SEALED_HEADER_BYTES : index < parts - 1 ? SEALED_PART_BYTES : message.length - pathEnd
    const path = message.subarray(at, pathEnd)
    const part = message.subarray(pathEnd, pathEnd + length)
    at = pathEnd + length
    const whole = at <= message.length && (i < indices.length - 1 || at === message.length)
    if (!whole || part.length > SEALED_PART_BYTES || !isPart(part, { index, parts, path, root })) {
      throw new Failure('custody-parts-wrong', `part ${index} is not of the file that was handed over`)
    }
    return part
  })
}

/**
 * Collects a file that a custodian gives, in messages of parts that follow each other; `get` fetches one. The caller opens
 * the parts as they come, and may believe them once this has ended: only then is the root known to be the one that the
 * custodian signed for. Throws `custody-parts-wrong`.
 */
export async function* givenParts(
  file: { parts: number; root: Bytes },
  get: (from: number) => Promise<Bytes>,
): AsyncGenerator<Bytes> {
  const tree = new PartTree()
  const wrong = () => new Failure('custody-parts-wrong', 'not the file that the custodian signed for')
  while (tree.size < file.parts) {
    const from = tree.size
    const count = Math.min(MOST_PARTS_SENT, file.parts - from)
    const message = await get(from)
    let at = 0
    for (let index = from; index < from + count; index++) {
      const end = index === 0 ? SEALED_HEADER_BYTES : index < file.parts - 1 ? at + SEALED_PART_BYTES : message.length
      const part = message.subarray(at, end)
      if (end > message.length || part.length === 0 || part.length > SEALED_PART_BYTES) throw wrong()
      tree.append(part)
      yield part
      at = end
    }
    if (at !== message.length) throw wrong()
  }
  if (!equalBytes(tree.root(), file.root)) throw wrong()
}
