/**
 * Sale below cost: the price after coupons, with what a platform adds, below the cost for at least seven days. The cost is the
 * supplied one, else an estimate from the fifth percentile of the others' offers, and which it was is said. Law: 价格法 14(2), which
 * excepts fresh, seasonal and overstocked goods; 反垄断法 22 (2022), 17 before, for who dominates a market; 反不正当竞争法 (2025) 14
 * for platforms that force their shops. Intent and dominance are for the officer to find.
 */
import { cite } from '../../law/citation.ts'
import { quantile } from '../../statistics/quantile.ts'
import { daysBetween } from '../fields.ts'
import type { Finding } from '../finding.ts'
import type { Listing } from '../line.ts'
import type { Panel, PanelModel } from '../model.ts'
import { productOf } from '../product.ts'
import { thresholds } from '../thresholds.ts'
import { type Offer, offerOf } from './offer.ts'

const VERSION = 2
const THRESHOLDS = thresholds({
  days: { value: 7, reason: 'a week is no mistake and no single promotion' },
  minimumEffect: { value: 0.02, reason: 'costs are rounded; 2 % is what rounding makes' },
  peers: { value: 20, reason: 'a fifth percentile of fewer than twenty is their minimum' },
  peerFloor: { value: 0.05, reason: 'the cheapest twentieth of the others sells at about its cost' },
  belowPeers: { value: 0.8, reason: 'somebody is always below a fifth percentile; a fifth below it is not chance' },
})

export const belowCostModel: PanelModel = {
  behaviour: 'below-cost',
  version: VERSION,
  thresholds: THRESHOLDS,
  open: () => new BelowCost(),
}

class BelowCost implements Panel {
  readonly #products = new Map<string, { readonly prices: number[]; readonly offers: Offer[] }>()
  readonly #alone: Offer[] = []

  add(line: Parameters<Panel['add']>[0], number: number): void {
    if (line.kind !== 'listing') return
    const offer = offerOf(line as Listing, number)
    if (offer === null) return
    const name = productOf(line as Listing)
    if (name === null) {
      if (offer.cost !== null) this.#alone.push(offer)
      return
    }
    const product = this.#products.get(name) ?? { prices: [], offers: [] }
    product.prices.push(offer.price)
    product.offers.push(offer)
    this.#products.set(name, product)
  }

  conclude(date: string): Map<number, Finding[]> {
    const findings = new Map<number, Finding[]>()
    const look = (offer: Offer, floor: Floor | null) => {
      const found = floor === null ? null : judge(offer, floor, date)
      if (found !== null) findings.set(offer.line, [found])
    }
    for (const offer of this.#alone) look(offer, ownCost(offer))
    for (const { prices, offers } of this.#products.values()) {
      const enough = prices.length > THRESHOLDS.peers.value
      const estimate = enough ? quantile(prices, THRESHOLDS.peerFloor.value) : Number.NaN
      for (const offer of offers)
        look(offer, ownCost(offer) ?? (enough ? peersFloor(estimate, prices.length - 1) : null))
    }
    return findings
  }
}

interface Floor {
  readonly value: number
  readonly source: string
  readonly supplied: boolean
}

function ownCost({ cost }: Offer): Floor | null {
  if (cost === null) return null
  return { value: cost * (1 - THRESHOLDS.minimumEffect.value), source: `提供的成本 ${cost} 元`, supplied: true }
}

function peersFloor(estimate: number, peers: number): Floor {
  const source = `未提供成本，以 ${peers} 个同款报价的第 5 百分位 ${estimate.toFixed(2)} 元估计，取其八成`
  return { value: estimate * THRESHOLDS.belowPeers.value, source, supplied: false }
}

function judge(offer: Offer, floor: Floor, date: string): Finding | null {
  if (offer.price >= floor.value) return null
  const article = cite(offer.forced ? 'below-cost-forced' : 'below-cost', date)
  if (article === '') return null
  const received = offer.price + offer.subsidy
  const days = daysBelow(offer, floor.value, date)
  const payer = offer.payer ?? (offer.subsidy > 0 ? '平台' : '未说明，视为商家')
  const parts = [
    `券后价 ${offer.price.toFixed(2)} 元低于成本线 ${floor.value.toFixed(2)} 元（${floor.source}）`,
    `连续 ${days} 天`,
    `补贴 ${offer.subsidy.toFixed(2)} 元，承担方：${payer}`,
  ]
  const found = (score: number, decision: Finding['decision'], why: string): Finding => ({
    behaviour: 'below-cost',
    article,
    score,
    span: offer.written === '' ? null : { field: 'price', start: 0, end: offer.written.length, text: offer.written },
    reason: [...parts, why].filter((part) => part !== '').join('；'),
    decision,
    model: { name: 'below-cost', version: VERSION },
  })
  if (offer.exempt !== null) return found(0.15, 'below threshold', `“${offer.exempt}”属依法降价处理的情形`)
  if (offer.days.length === 0) return found(0.35, "can't decide", '没有价格历史，不知持续几天')
  if (days < THRESHOLDS.days.value) return found(0.35, 'below threshold', `不足 ${THRESHOLDS.days.value} 天`)
  if (received >= floor.value && !offer.forced) {
    return found(
      0.45,
      'below threshold',
      `商家实收 ${received.toFixed(2)} 元不低于成本线，差额由补贴方承担，须另看补贴方`,
    )
  }
  const depth = 1 - received / floor.value
  const forced = offer.forced ? '有平台强制降价的表述，责任在平台' : ''
  if (floor.supplied) return found(Math.min(0.97, 0.8 + depth / 2), 'lead', forced)
  return found(
    Math.min(0.85, 0.7 + depth / 2),
    'lead',
    [forced, '成本为估计，须调取进货凭证'].filter(Boolean).join('；'),
  )
}

/** Days in a row, up to the present, on which the price was below; a price holds until the next one is seen. */
function daysBelow({ days }: Offer, floor: number, date: string): number {
  let since: string | null = null
  for (const { day, price } of days) {
    if (day > date) break
    since = price < floor ? (since ?? day) : null
  }
  if (since === null) return 0
  const last = days.findLast(({ day }) => day <= date)!.day
  return daysBetween(since, last) + 1
}
