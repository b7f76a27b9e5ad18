/**
 * Offers of the same product that cost far less than the others: a lead only, no judgement. The logarithm of the price against the
 * median, in median absolute deviations (Iglewicz and Hoaglin 1993), among at least eight offers of different shops.
 */

import { median } from '../../statistics/quantile.ts'
import { yuan } from '../fields.ts'
import type { Finding } from '../finding.ts'
import type { Listing } from '../line.ts'
import type { Panel, PanelModel } from '../model.ts'
import { productOf } from '../product.ts'
import { thresholds } from '../thresholds.ts'

const VERSION = 1
const THRESHOLDS = thresholds({
  offers: { value: 8, reason: 'below eight offers the median absolute deviation is itself noise' },
  z: { value: -3.5, reason: 'Iglewicz and Hoaglin: |z| > 3.5 is an outlier' },
  leastSpread: { value: 0.05, reason: 'offers at one price have no spread; 5 % is what coupons make' },
  mostOfMedian: {
    value: 0.7,
    reason: 'a minimum effect: 15 % of products move by more than 20 % in a day of promotions',
  },
})

interface Offer {
  readonly line: number
  readonly price: number
  readonly written: string
}

export const priceAnomalyModel: PanelModel = {
  behaviour: 'price-anomaly',
  version: VERSION,
  thresholds: THRESHOLDS,
  open: () => new PriceAnomalies(),
}

class PriceAnomalies implements Panel {
  readonly #offers = new Map<string, Offer[]>()

  add(line: Parameters<Panel['add']>[0], number: number): void {
    if (line.kind !== 'listing') return
    const listing = line as Listing
    const product = productOf(listing)
    const price = yuan(listing.price)
    if (product === null || price === null) return
    const offers = this.#offers.get(product)
    const offer = { line: number, price, written: String(listing.price) }
    if (offers === undefined) this.#offers.set(product, [offer])
    else offers.push(offer)
  }

  conclude(): Map<number, Finding[]> {
    const findings = new Map<number, Finding[]>()
    for (const offers of this.#offers.values()) {
      if (offers.length < THRESHOLDS.offers.value) continue
      const logs = offers.map(({ price }) => Math.log(price))
      const middle = median(logs)
      const spread = Math.max(1.4826 * median(logs.map((log) => Math.abs(log - middle))), THRESHOLDS.leastSpread.value)
      offers.forEach(({ line, price, written }, i) => {
        const z = (logs[i]! - middle) / spread
        const share = Math.exp(logs[i]! - middle)
        if (z > THRESHOLDS.z.value / 2) return
        const lead = z <= THRESHOLDS.z.value && share <= THRESHOLDS.mostOfMedian.value
        const typical = Math.exp(middle).toFixed(2)
        findings.set(line, [
          {
            behaviour: 'price-anomaly',
            article: '仅作线索，不引用条文',
            score: Math.min(0.99, 1 / (1 + Math.exp(z - THRESHOLDS.z.value))),
            span: { field: 'price', start: 0, end: written.length, text: written },
            reason: `${price} 元为 ${offers.length} 个同款报价中位数 ${typical} 元的 ${(share * 100).toFixed(0)} %，z = ${z.toFixed(1)}`,
            decision: lead ? 'lead' : 'below threshold',
            model: { name: 'price-anomaly', version: VERSION },
          },
        ])
      })
    }
    return findings
  }
}
