/** Reproducible randomness. */
import { type Bytes, concat, utf8 } from '../bytes.ts'
import { digest } from '../digest.ts'

/** A seeded source of bytes (SHA-256 in counter mode): the same seed, the same bytes. For tests only. */
export function seededRandom(seed: string): (length: number) => Bytes {
  let counter = 0
  return (length) => {
    const blocks: Bytes[] = []
    for (let have = 0; have < length; have += 32) blocks.push(digest('sha256', utf8(`${seed}\n${counter++}`)))
    return concat(...blocks).slice(0, length)
  }
}
