import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { digestBytes } from '../package/digests.ts'
import { memorySource, readRange } from '../package/random-access.ts'
import { parallel } from './node.ts'
import { parallel as web } from './web.ts'

const random = seededRandom('parallel')
const bytes = random(3_000_000)
const plain = (digests: { bytes: number; crc32: number; sha256: Bytes; sm3: Bytes }) => ({
  ...digests,
  sha256: toHex(digests.sha256),
  sm3: toHex(digests.sm3),
})

async function* broken(): AsyncGenerator<Bytes> {
  yield* readRange(memorySource(bytes), 0, 2_000_000)
  throw new Error('the disk is gone')
}

for (const [name, { openEngine }] of Object.entries({ Node: parallel, browser: web })) {
  describe(`digests on the threads of ${name}`, () => {
    test('short and long streams give the same digests as bytes in memory, one after the other', async () => {
      const engine = openEngine()
      try {
        for (const length of [0, 1, 300_000, 1 << 20, 3_000_000, 5, (1 << 20) + 1]) {
          const made = await engine.digest(readRange(memorySource(bytes), 0, length))
          assert.deepEqual(plain(made), plain(digestBytes(bytes.subarray(0, length))), String(length))
        }
      } finally {
        await engine.close()
      }
    })

    test('streams that are given at once do not mix', async () => {
      const engine = openEngine()
      try {
        const lengths = [3_000_000, 700_000, 10, 2_000_000]
        const made = await Promise.all(
          lengths.map((length) => engine.digest(readRange(memorySource(bytes), 0, length))),
        )
        for (const [i, length] of lengths.entries()) {
          assert.deepEqual(plain(made[i]!), plain(digestBytes(bytes.subarray(0, length))))
        }
      } finally {
        await engine.close()
      }
    })

    test('a stream that breaks off does not spoil the next one', async () => {
      const engine = openEngine()
      try {
        await assert.rejects(engine.digest(broken()), /disk is gone/)
        const made = await engine.digest(readRange(memorySource(bytes), 0, bytes.length))
        assert.deepEqual(plain(made), plain(digestBytes(bytes)))
      } finally {
        await engine.close()
      }
    })
  })
}
