import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { accuracyOf, caseSources, type Share, shareOf, textCases } from '../../testing.ts'
import { falsePropagandaModel } from '../false-propaganda/false-propaganda.ts'
import { parseLine } from '../line.ts'
import { weightsFile } from '../semantic/samples.ts'
import { logitOfText, train } from '../semantic/train.ts'
import { withValues } from '../thresholds.ts'

const DAY = '2026-11-24'
/** What the held-out cases showed at the first look, rounded down. */
const FLOOR = 0.9
/** The same for published texts. */
const PUBLISHED_FLOOR = 0.66
const gathered = textCases('gathered-held-out')
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

  test('find two of three advertisements that authorities punished, of texts that nobody here wrote or tuned on', (context) => {
    const { recall, precision, specificity } = accuracyOf('false-propaganda', gathered, DAY)
    context.diagnostic(`recall ${said(recall)}; precision ${said(precision)}; honest ${said(specificity)}`)
    assert.ok(recall.of >= 80 && recall.value >= PUBLISHED_FLOOR && precision.value >= FLOOR)
  })

  test('are parted by the address of the source, no source in both parts', () => {
    const apart = new Set(gathered.map(({ source }) => source))
    assert.ok(textCases('gathered-tuning').every(({ source }) => !apart.has(source)))
  })

  test('have 150 cases and 150 honest look-alikes, each with a recorded source, none in both parts', () => {
    const all = [...tuning, ...heldOut, ...gathered, ...textCases('gathered-tuning'), ...textCases('published')]
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

describe('the semantic model', () => {
  const listing = (description: string) => {
    const line = parseLine(JSON.stringify({ id: '1', title: '靠垫', description, category: '家纺' }))
    assert.ok(line.kind === 'listing')
    return line
  }
  const vague = listing('内含16种氨基酸，能有效提高人体免疫力，还具有养护皮肤的功效')

  test('is what its script makes of its samples', () => {
    const file = new URL('../semantic/data/weights.json', import.meta.url)
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), weightsFile())
  })

  test('learns from its samples alone which clause of a text is the claim', () => {
    const samples = ['甲乙丙丁', '甲乙戊己'].flatMap((claim) => [
      { text: `天地玄黄，${claim}`, claim: true, weight: 1 },
      { text: '天地玄黄，宇宙洪荒', claim: false, weight: 1 },
    ])
    const weights = train(samples)
    assert.ok(logitOfText('日月盈昃，甲乙丙', weights) > 0 && logitOfText('天地玄黄，日月盈昃', weights) < 0)
    assert.equal(logitOfText('，。', weights), Number.NEGATIVE_INFINITY)
    assert.deepEqual(train(samples), weights)
  })

  test('makes a lead of a weak saying, and says which words weighed and in which version', () => {
    const [lead] = falsePropagandaModel.examine(vague, DAY)
    assert.equal(lead?.decision, 'lead')
    assert.match(lead?.reason ?? '', /语义模型（第1版）认为“[^”]+”/)
  })

  test('makes none of it where an organisation has set it aside', () => {
    const findings = withValues(falsePropagandaModel.thresholds, { meant: 2, unsure: 2 }, () =>
      falsePropagandaModel.examine(vague, DAY),
    )
    assert.ok(findings.length > 0 && findings.every(({ decision }) => decision === 'below threshold'))
  })

  test('alone is never a lead: without a word or saying it says that it cannot decide, with the span', () => {
    const decisions = gathered
      .filter(({ behaviour }) => behaviour === 'false-propaganda')
      .flatMap((one) => falsePropagandaModel.examine(one.listing, DAY))
      .filter(({ reason }) => reason.includes('没有词语规则印证'))
    assert.ok(decisions.length > 0)
    for (const { decision, span, score } of decisions) {
      assert.equal(decision, "can't decide")
      assert.ok(span !== null && span.text.length >= 2 && score < 0.6)
    }
  })

  test('leaves alone what is plainly honest, empty or only marks', () => {
    for (const words of ['纯棉面料，可机洗，尺寸45厘米', '', '，。！', '😀😀😀', 'x'.repeat(5000)])
      assert.deepEqual(falsePropagandaModel.examine(listing(words), DAY), [])
  })
})

function said({ hits, of, low, high }: Share): string {
  return `${hits}/${of}, 95 % ${low.toFixed(2)}-${high.toFixed(2)}`
}
