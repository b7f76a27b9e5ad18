import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seededRandom } from '@mingzheng/kernel/testing'
import fc from 'fast-check'
import { FrameError, FrameReader, framePrefix } from './frame-reader.ts'

const wireOf = (frames: readonly Uint8Array[]) => Buffer.concat(frames.flatMap((one) => [framePrefix(one.length), one]))

describe('frames of an ABCI socket', () => {
  test('come out as they went in, however the wire cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
        (frames, cuts) => {
          const wire = wireOf(frames)
          const reader = new FrameReader()
          const got: string[] = []
          for (let at = 0, i = 0; at < wire.length; i++) {
            const cut = cuts[i % cuts.length]!
            for (const frame of reader.push(wire.subarray(at, at + cut))) got.push(Buffer.from(frame).toString('hex'))
            at += cut
          }
          assert.deepEqual(
            got,
            frames.map((frame) => Buffer.from(frame).toString('hex')),
          )
        },
      ),
      { seed: 20261124, numRuns: 300 },
    )
  })

  test('have the lengths of the protocol: an unsigned varint', () => {
    assert.deepEqual([...framePrefix(0)], [0])
    assert.deepEqual([...framePrefix(127)], [127])
    assert.deepEqual([...framePrefix(300)], [0xac, 0x02])
    assert.deepEqual([...framePrefix(2 ** 31)], [0x80, 0x80, 0x80, 0x80, 0x08])
  })

  test('are refused by their length alone, before a byte of them is kept', () => {
    const reader = new FrameReader(1000)
    assert.throws(() => [...reader.push(framePrefix(1001))], FrameError)
    assert.deepEqual([...new FrameReader(1000).push(wireOf([new Uint8Array(1000)]))].length, 1)
  })

  test('are refused when a length does not end', () => {
    assert.throws(() => [...new FrameReader().push(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80))], FrameError)
    assert.throws(() => [...new FrameReader().push(new Uint8Array(20).fill(0xff))], FrameError)
  })

  test('of any bytes at all are frames or are refused by name', () => {
    const random = seededRandom('frames')
    let refused = 0
    for (let i = 0; i < 100_000; i++) {
      try {
        for (const frame of new FrameReader(4096).push(random(1 + (i % 40)))) assert.ok(frame.length <= 4096)
      } catch (error) {
        assert.ok(error instanceof FrameError)
        refused++
      }
    }
    assert.ok(refused > 1000)
  })
})
