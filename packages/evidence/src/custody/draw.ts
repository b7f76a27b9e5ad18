/**
 * Which parts a challenge asks for, and what an answer is: computed by the challenger, the custodian and anybody who doubts,
 * from two entries of the log. docs/formats/custody.md.
 */
import { type Bytes, bigEndian, concat, digest, utf8 } from '@mingzheng/kernel'

/** Parts that one challenge asks for: who has lost one part in ten is found by 998 challenges of 1,000, one in a hundred by 474. */
export const DRAWN_PARTS = 64

/** Seed of a draw: both halves, the custodian's inside his whole entry `custody.ready`. */
export function drawSeed(holding: Bytes, challengerHalf: Bytes, readyEntry: Bytes): Bytes {
  return digest(
    'sha256',
    concat(utf8('mingzheng custody draw v1\n'), holding, challengerHalf, digest('sha256', readyEntry)),
  )
}

/** The parts asked for, ascending; all of them where there are no more than `DRAWN_PARTS`. */
export function drawnParts(seed: Bytes, parts: number): number[] {
  if (parts <= DRAWN_PARTS) return Array.from({ length: parts }, (_, index) => index)
  const drawn = new Set<number>()
  // Numbers above the last whole multiple would favour the first parts.
  const limit = 2 ** 48 - (2 ** 48 % parts)
  for (let counter = 0; drawn.size < DRAWN_PARTS; counter++) {
    const block = digest('sha256', concat(seed, bigEndian(counter, 4)))
    const number = block.subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0)
    if (number < limit) drawn.add(number % parts)
  }
  return [...drawn].sort((a, b) => a - b)
}

/** Digest of the parts drawn, in their order: what the entry `custody.answer` holds. */
export function answerDigest(seed: Bytes, parts: readonly Bytes[]): Bytes {
  const digests = parts.map((part) => digest('sha256', concat(seed, part)))
  return digest('sha256', concat(utf8('mingzheng custody answer v1\n'), seed, ...digests))
}
