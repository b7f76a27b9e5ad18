import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accuracyOf, caseSources, type Share, shareOf, textCases } from '../../testing.ts'

const DAY = '2026-11-24'
/** What the held-out cases showed at the first look, rounded down. */
const FLOOR = 0.9
const heldOut = textCases('held-out')
const tuning = textCases('tuning')

describe('models that read texts, on cases kept apart from their rules', () => {
  for (const behaviour of ['banned-goods', 'false-propaganda', 'ip-infringement'] as const) {
    test(`find nine of ten and are right nine times of ten: ${behaviour}`, (context) => {
      const { recall, precision, specificity } = accuracyOf(behaviour, heldOut, DAY)
      for (const [name, share] of Object.entries({ recall, precision, specificity }))
        context.diagnostic(`${name} ${said(share)}`)
      assert.ok(recall.value >= FLOOR && precision.value >= FLOOR && specificity.value >= FLOOR)
    })
  }

  test('have 150 cases and 150 honest look-alikes, each with a recorded source, none in both parts', () => {
    const all = [...tuning, ...heldOut, ...textCases('published')]
    assert.ok(all.filter(({ lead }) => lead).length >= 150)
    assert.ok(all.filter(({ lead }) => !lead).length >= 150)
    const sources = caseSources()
    for (const { source } of all) assert.ok(sources.has(source), source)
    const seen = new Set(tuning.map(({ listing }) => listing.title))
    assert.ok(heldOut.every(({ listing }) => !seen.has(listing.title)))
  })

  test('are measured by Wilson intervals', () => {
    const { low, high } = shareOf(9, 10)
    assert.deepEqual([low.toFixed(3), high.toFixed(3)], ['0.596', '0.982'])
  })
})

function said({ hits, of, low, high }: Share): string {
  return `${hits}/${of}, 95 % ${low.toFixed(2)}-${high.toFixed(2)}`
}
