import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isCreditCode } from '../catalogue/credit-code.ts'
import { BANNED_ALIKES } from './alike/banned-alikes.ts'
import { CLAIM_ALIKES } from './alike/claim-alikes.ts'
import { BANNED } from './breach/banned-words.ts'
import { HANDED_OUT } from './breach/brushing-words.ts'
import { BRAND_ALIKES, COUNTERFEIT } from './breach/ip-words.ts'
import { CLAIMS } from './breach/propaganda-words.ts'
import { Dice } from './dice.ts'
import { exportChanges, exportLines, groundTruth, subjectOf } from './export/export-lines.ts'
import { SECTION_NAMES, SECTIONS, unitsOf } from './export/sections.ts'
import { makeListing } from './make-listing.ts'
import { createMarket, listingId, listingIndex } from './market.ts'
import { listingRole } from './roles.ts'
import { BEHAVIOURS } from './truth.ts'
import { hide, plain } from './words/evasion.ts'
import { varietyOf } from './words/grammar.ts'

const OPTIONS = { seed: 'market test', size: 1200, subjects: 600, today: '2026-11-24' }
const truths = [
  ...groundTruth(
    OPTIONS,
    SECTION_NAMES.filter((name) => name !== 'shop-events'),
  ),
  // Who is forced is forced together with many: that needs more of them.
  ...groundTruth({ ...OPTIONS, subjects: 62 * 80 }, ['shop-events']),
]

describe('the market', () => {
  test('is the same for a seed, whatever was asked before, and another for another seed', () => {
    const lines = [...exportLines({ ...OPTIONS, size: 400, subjects: 60 })]
    assert.deepEqual([...exportLines({ ...OPTIONS, size: 400, subjects: 60 })], lines)
    assert.notDeepEqual([...exportLines({ ...OPTIONS, seed: 'another', size: 400, subjects: 60 })], lines)
    const one = createMarket(OPTIONS)
    const backwards = createMarket(OPTIONS)
    const seen = [5, 700, 3].map((index) => one.listing(index))
    assert.deepEqual([3, 700, 5].map((index) => backwards.listing(index)).reverse(), seen)
  })

  test('a day changes one listing in fifty, and they are those of that day', () => {
    const options = { ...OPTIONS, today: '2026-11-25' }
    const changed = [...exportChanges(options)].map(
      (line) => JSON.parse(line) as { id: string; kind?: string; captured_at: string },
    )
    const listings = changed.filter(({ kind }) => kind === undefined)
    assert.ok(listings.length > 8 && listings.length < 50)
    assert.ok(listings.every(({ captured_at }) => captured_at.startsWith('2026-11-25')))
    assert.deepEqual([...exportChanges(options)].length, changed.length)
  })

  test('a larger market begins as the smaller one', () => {
    const [small, large] = [createMarket(OPTIONS), createMarket({ ...OPTIONS, size: 1_000_000 })]
    assert.deepEqual(small.listing(1134), large.listing(1134))
    assert.ok(Math.abs(large.operators - 171_466) < 200)
  })

  test('one in two hundred breaks each rule', () => {
    for (const behaviour of BEHAVIOURS) {
      const breaking = truths.filter((truth) => truth.behaviour === behaviour && truth.violates).length
      assert.ok(breaking >= 2 && breaking <= 60, `${behaviour}: ${breaking}`)
    }
  })

  test('every behaviour has honest ones that look like it, of several kinds', () => {
    for (const behaviour of BEHAVIOURS) {
      const alike = truths.filter((truth) => truth.behaviour === behaviour && truth.lookAlike !== null)
      assert.ok(alike.every(({ violates }) => !violates))
      assert.ok(new Set(alike.map(({ lookAlike }) => lookAlike)).size >= 3, behaviour)
    }
  })

  test('words are hidden in every way that the market knows', () => {
    const market = createMarket({ ...OPTIONS, size: 12_000 })
    const ways = new Set<string | null | undefined>()
    for (let index = 0; index < market.size; index += 1) {
      if (listingRole(OPTIONS.seed, index).kind === 'breaks') ways.add(makeListing(market.place(index)).truth?.evasion)
    }
    for (const way of [
      'homophone',
      'split-character',
      'zero-width',
      'traditional',
      'emoji',
      'separators',
      'picture',
    ] as const)
      assert.ok(ways.has(way), way)
  })

  test('each behaviour that is told in words has hundreds of wordings, and so have their honest look-alikes', () => {
    for (const [rules, least] of [
      [BANNED, 400],
      [CLAIMS, 2000],
      [COUNTERFEIT, 200],
      [HANDED_OUT, 2000],
      [BANNED_ALIKES, 240],
      [CLAIM_ALIKES, 180],
      [BRAND_ALIKES, 80],
    ] as const) {
      const wordings = [...rules.keys()].filter((name) => /(title|words|reviews?|text)$/.test(name))
      const variety = wordings.reduce((sum, name) => sum + varietyOf(rules, name), 0)
      assert.ok(variety >= least, `${wordings[0]}: ${variety}`)
    }
  })

  test('what is hidden is no longer there as it was, and comes back when the hiding is undone', () => {
    const dice = new Dice('hide', 'test')
    assert.equal(plain('全国⟦第一⟧'), '全国第一')
    assert.match(hide('全国⟦第一⟧', 'digits-in-words', dice)!, /^全国第[①壹１]$/)
    assert.equal(hide('⟦NO.1⟧', 'full-width', dice), '\uff2e\uff2f\uff0e\uff11')
    assert.match(hide('⟦枪⟧', 'split-character', dice)!, /^木仓$/)
    assert.equal(hide('⟦国⟧家', 'traditional', dice), '國家')
    assert.equal(hide('⟦香烟⟧', 'zero-width', dice)!.replace(/[\u200b-\u200d\u2060\ufeff]/g, ''), '香烟')
    assert.equal(hide('⟦乙⟧', 'emoji', dice), null)
  })

  test('a subject stands in the truth once, and its lines bear its id', () => {
    for (const section of SECTION_NAMES) {
      for (const { subject, lines, truths: own } of unitsOf(section, { ...OPTIONS, size: 200, subjects: 100 })) {
        assert.ok(own.length <= 1)
        for (const { behaviour } of own) assert.ok(SECTIONS[section].includes(behaviour))
        for (const line of lines) assert.equal(subjectOf(String(line.id)), subject)
      }
    }
  })

  test('no line tells the truth about itself', () => {
    const kinds = new Set(
      truths.flatMap(({ behaviour, kind }) => [behaviour as string, kind]).filter((kind) => kind.includes('-')),
    )
    for (const line of exportLines({ ...OPTIONS, size: 400, subjects: 200 })) {
      for (const kind of kinds) assert.ok(!line.includes(kind), `${kind} in ${line.slice(0, 200)}`)
    }
  })

  test('every credit code is right but those that are wrong on purpose', () => {
    const market = createMarket(OPTIONS)
    for (let index = 0; index < market.operators; index += 1) {
      const { code, kind } = market.licence(index)
      const plain = code?.normalize('NFKC').replaceAll(' ', '').toUpperCase() ?? null
      assert.equal(plain === null || isCreditCode(plain), kind !== 'check-character-wrong', `${index} ${code}`)
    }
  })

  test('a listing is found by its id', () => {
    assert.equal(listingIndex(listingId(77)), 77)
    assert.equal(listingIndex('1001'), null)
    assert.throws(() => createMarket(OPTIONS).listing(1200), RangeError)
  })
})
