import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { answerDigest, DRAWN_PARTS, drawnParts, drawSeed } from './draw.ts'

const random = seededRandom('draws')

describe('a draw', () => {
  test('asks for different parts, ascending and inside the file', () => {
    for (const parts of [2, 64, 65, 1000, 81_921]) {
      const drawn = drawnParts(random(32), parts)
      assert.equal(drawn.length, Math.min(parts, DRAWN_PARTS))
      assert.deepEqual(
        drawn,
        [...new Set(drawn)].sort((a, b) => a - b),
      )
      assert.ok(drawn[0]! >= 0 && drawn.at(-1)! < parts)
    }
  })

  test('comes to every part in the end', () => {
    const seen = new Set<number>()
    for (let i = 0; i < 200; i++) for (const part of drawnParts(random(32), 1000)) seen.add(part)
    assert.equal(seen.size, 1000)
  })

  test('changes with either side’s half, the holding, and the custodian’s entry', () => {
    const [holding, half, entry] = [random(16), random(32), random(120)]
    const seeds = [
      drawSeed(holding, half, entry),
      drawSeed(random(16), half, entry),
      drawSeed(holding, random(32), entry),
      drawSeed(holding, half, random(120)),
    ]
    assert.equal(new Set(seeds.map(toHex)).size, 4)
    assert.equal(toHex(drawSeed(holding, half, entry)), toHex(seeds[0]!))
  })

  test('an answer is bound to the draw, and to each part at its place', () => {
    const [seed, a, b] = [random(32), random(100), random(100)]
    const answers = [
      answerDigest(seed, [a, b]),
      answerDigest(seed, [b, a]),
      answerDigest(seed, [a]),
      answerDigest(random(32), [a, b]),
    ]
    assert.equal(new Set(answers.map(toHex)).size, 4)
  })
})
