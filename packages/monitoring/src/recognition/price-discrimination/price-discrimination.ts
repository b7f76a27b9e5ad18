/**
 * Whether a platform asks some people for more, from quotes of personas that differ in one thing, taken at the same time for the same
 * product, address and coupon, beside pairs that differ in nothing (A/A). Law: 个人信息保护法 24; 消费者权益保护法实施条例 9;
 * 互联网平台价格行为规则 (in force 2026-04-10). Gates: ten pairs of the same sign, gaps above 2 % and above the 95th percentile of
 * A/A, Benjamini and Hochberg over all products. What people complain of decides what is measured, never the finding.
 */
import { cite } from '../../law/citation.ts'
import { signTest } from '../../statistics/binomial.ts'
import { adjustedForDiscovery } from '../../statistics/false-discovery.ts'
import { median, quantile } from '../../statistics/quantile.ts'
import { wilsonInterval } from '../../statistics/wilson.ts'
import type { Finding } from '../finding.ts'
import { dayOfMoment } from '../line-fields.ts'
import type { Panel, PanelModel } from '../model.ts'
import { thresholds } from '../thresholds.ts'
import { addQuote, type Quote, type QuotedProduct, sortOf } from './pairs.ts'

const VERSION = 2
const THRESHOLDS = thresholds({
  gap: { value: 0.02, reason: 'a minimum effect: below 2 % are rounding and coupons of cents' },
  noise: { value: 0.95, reason: 'prices move between two quotes of one persona too' },
  pairs: { value: 10, reason: 'ten of one sign have p = 0.002; with fewer nothing survives many products' },
  aaPairs: { value: 10, reason: 'a 95th percentile of fewer is their maximum' },
  oneSided: { value: 0.9, reason: 'of the gaps that count; prices that jump have both signs' },
  falseDiscovery: { value: 0.05, reason: 'of the products that are named one in twenty may be chance' },
  apartMs: { value: 120_000, reason: 'quotes further apart are not of the same moment' },
})

/** Two sorts of persona at one product. */
interface Comparison {
  readonly product: QuotedProduct
  readonly dear: string
  readonly cheap: string
  /** Of the first sort over the second, as shares of the lower. */
  readonly gaps: readonly number[]
  readonly noise: number
  readonly noisePairs: number
  readonly unmatched: number
  readonly up: number
  readonly down: number
  readonly p: number
}

export const priceDiscriminationModel: PanelModel = {
  behaviour: 'price-discrimination',
  version: VERSION,
  thresholds: THRESHOLDS,
  open: () => new PriceDiscrimination(),
}

class PriceDiscrimination implements Panel {
  readonly #products = new Map<string, QuotedProduct>()

  add(line: Parameters<Panel['add']>[0], number: number): void {
    if (line.kind === 'quote') addQuote(this.#products, line, number)
  }

  conclude(date: string): Map<number, Finding[]> {
    const measured = [...this.#products.values()].map((product) => ({ product, ...measure(product) }))
    const pooled = measured.flatMap(({ aa }) => aa)
    const comparisons = measured.flatMap(({ product, aa, gaps, unmatched }) => {
      const own = aa.length >= THRESHOLDS.aaPairs.value ? aa : pooled
      return [...gaps].map(([sorts, values]) => compare(product, sorts, values, own, unmatched))
    })
    // Chosen by the size of the gaps, whose signs say nothing of it: the test stays exact, and thousands of products where
    // nobody pays more are no tests (independent filtering; Bourgon, Gentleman and Huber 2010).
    const tested = comparisons.filter(({ up, down }) => up + down >= THRESHOLDS.pairs.value)
    const adjusted = adjustedForDiscovery(tested.map(({ p }) => p))
    const qOf = new Map(tested.map((one, i) => [one, adjusted[i]!]))
    const findings = new Map<number, Finding[]>()
    for (const comparison of comparisons) {
      const { latest, last } = comparison.product
      const article = cite('price-discrimination', latest === null ? date : dayOfMoment(latest))
      if (article === '') continue
      const found = judge(comparison, qOf.get(comparison) ?? null, tested.length, article)
      if (found !== null) findings.set(last, [...(findings.get(last) ?? []), found])
    }
    return findings
  }
}

function measure({ pairs }: QuotedProduct) {
  const aa: number[] = []
  const gaps = new Map<string, number[]>()
  let unmatched = 0
  for (const quotes of pairs.values()) {
    const [one, ...others] = quotes
    for (const other of others) {
      if (one === undefined) continue
      const [a, b] = sortOf(one) <= sortOf(other) ? [one, other] : [other, one]
      if (!matched(a, b)) unmatched++
      else if ((a.aa && b.aa) || a.persona === b.persona) aa.push(Math.abs(gapOf(a, b)))
      else {
        const same = sortOf(a) === sortOf(b)
        const sorts = same ? [a.persona, b.persona].sort().join('\0') : `${sortOf(a)}\0${sortOf(b)}`
        const values = gaps.get(sorts) ?? []
        values.push(same && a.persona > b.persona ? gapOf(b, a) : gapOf(a, b))
        gaps.set(sorts, values)
      }
    }
  }
  return { aa, gaps, unmatched }
}

function matched(a: Quote, b: Quote): boolean {
  const apart = a.moment === null || b.moment === null ? 0 : Math.abs(a.moment - b.moment)
  return apart <= THRESHOLDS.apartMs.value && a.address === b.address && a.coupon === b.coupon
}

function gapOf(a: Quote, b: Quote): number {
  return (a.price - b.price) / Math.min(a.price, b.price)
}

function compare(
  product: QuotedProduct,
  sorts: string,
  gaps: readonly number[],
  aa: readonly number[],
  unmatched: number,
): Comparison {
  const [first, second] = sorts.split('\0') as [string, string]
  const known = aa.length >= THRESHOLDS.aaPairs.value
  const noise = known ? quantile(aa, THRESHOLDS.noise.value) : Number.NaN
  const least = Math.max(THRESHOLDS.gap.value, known ? noise : 0)
  const up = gaps.filter((gap) => gap > least).length
  const down = gaps.filter((gap) => gap < -least).length
  // Every gap has its sign in the test, however small: to choose the large ones first would be to choose the result.
  const p = signTest(gaps.filter((gap) => gap > 0).length, gaps.filter((gap) => gap < 0).length)
  const [dear, cheap] = up >= down ? [first, second] : [second, first]
  return { product, dear, cheap, gaps, noise, noisePairs: aa.length, unmatched, up, down, p }
}

function judge(comparison: Comparison, q: number | null, tests: number, article: string): Finding | null {
  const { product, dear, cheap, gaps, noise, noisePairs, unmatched, up, down, p } = comparison
  const same = Math.max(up, down)
  if (same === 0) return null
  const typical = median(gaps.map(Math.abs))
  const [low] = wilsonInterval(same, gaps.length)
  const parts = [
    `“${product.name}”：${gaps.length} 对同时、同地址、同券的报价中，“${dear}”比“${cheap}”贵的有 ${same} 对（反向 ${Math.min(up, down)} 对），差价中位数 ${percent(typical)}`,
    Number.isNaN(noise) ? 'A/A 对照不足' : `A/A 对照 ${noisePairs} 对的第 95 百分位为 ${percent(noise)}`,
  ]
  if (unmatched > 0) parts.push(`${unmatched} 对因时间、地址或优惠券不同不计`)
  const found = (score: number, decision: Finding['decision'], why: string): Finding => ({
    behaviour: 'price-discrimination',
    article,
    score,
    span: null,
    reason: [...parts, why].join('；'),
    decision,
    model: { name: 'price-discrimination', version: VERSION },
  })
  if (gaps.length < THRESHOLDS.pairs.value)
    return found(0.3, "can't decide", `有效配对不足 ${THRESHOLDS.pairs.value} 对`)
  if (q === null) return found(0.2, 'below threshold', `差价超过阈值的不足 ${THRESHOLDS.pairs.value} 对`)
  const tested = `符号检验 p = ${p.toExponential(1)}，${tests} 项检验校正后 ${q.toExponential(1)}`
  const oneSided = same >= THRESHOLDS.oneSided.value * (up + down)
  const effect = typical > THRESHOLDS.gap.value && same >= THRESHOLDS.pairs.value
  if (!oneSided || !effect || q > THRESHOLDS.falseDiscovery.value)
    return found(0.3, 'below threshold', `${tested}；同向的不足 ${THRESHOLDS.pairs.value} 对、差价过小或方向不一`)
  if (Number.isNaN(noise))
    return found(0.5, "can't decide", `${tested}；须先采集至少 ${THRESHOLDS.aaPairs.value} 对 A/A 对照`)
  if (typical <= noise) return found(0.3, 'below threshold', `${tested}；差价没有超出 A/A 的波动`)
  return found(0.75 + 0.24 * low, 'lead', tested)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
