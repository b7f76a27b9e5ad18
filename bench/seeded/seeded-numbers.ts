/** Numbers for benches that must be the same in every run: SHA-256 of the seed and a counter, four bytes at a time. */
import { seededRandom } from '@mingzheng/kernel/testing'

const POOL_BYTES = 8192

/** Whole numbers from 0 to 2^32 - 1. */
export function seededIntegers(seed: string): () => number {
  const bytes = seededRandom(seed)
  let pool = Buffer.alloc(0)
  return () => {
    if (pool.length < 4) pool = Buffer.from(bytes(POOL_BYTES))
    const value = pool.readUInt32LE(0)
    pool = pool.subarray(4)
    return value
  }
}

/** Numbers spread evenly in [0, 1). */
export function seededUniform(seed: string): () => number {
  const integers = seededIntegers(seed)
  return () => integers() / 2 ** 32
}
