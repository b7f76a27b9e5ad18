/**
 * Resale prices that a brand seems to fix: many resellers at one price for weeks, beside signs of why: moves at the same time, words
 * of a floor, delisting after undercutting; and the same resellers' spread on other brands as control. Law: 反垄断法 18 (2022), 14
 * before; 禁止垄断协议规定 as changed, safe harbour in force 2026-02-01 (share below 5 % and turnover of the goods below 100 million).
 */
import { cite } from '../../law/citation.ts'
import { median } from '../../statistics/quantile.ts'
import type { Finding } from '../finding.ts'
import type { Panel, PanelModel } from '../model.ts'
import { thresholds } from '../thresholds.ts'
import { addResale, type Resale, type Uniformity, uniformityOf } from './resale.ts'

const VERSION = 1
const THRESHOLDS = thresholds({
  resellers: { value: 8, reason: 'fewer agree by chance, or watch each other' },
  spread: { value: 0.01, reason: 'independent shops differ by coupons and cents; below 1 % nobody does' },
  days: { value: 28, reason: 'four weeks hold no single promotion' },
  controlResellers: { value: 3, reason: 'three of the same resellers show whether they differ elsewhere' },
  controlSpread: { value: 0.02, reason: 'twice the limit: elsewhere the same resellers do differ' },
  harbourShare: { value: 0.05, reason: '禁止垄断协议规定 (2026): market share below 5 % for prices' },
  harbourTurnover: {
    value: 100_000_000,
    reason: '禁止垄断协议规定 (2026): turnover of the goods below 100 million yuan',
  },
})

/** Other products that are looked at for control: of one reseller, and in all. */
const MOST_SOLD = 50
const MOST_CONTROLS = 200

export const verticalAgreementModel: PanelModel = {
  behaviour: 'vertical-agreement',
  version: VERSION,
  thresholds: THRESHOLDS,
  open: () => new VerticalAgreements(),
}

class VerticalAgreements implements Panel {
  readonly #products = new Map<string, Resale>()

  add(line: Parameters<Panel['add']>[0], number: number): void {
    addResale(this.#products, line, number)
  }

  conclude(date: string): Map<number, Finding[]> {
    const findings = new Map<number, Finding[]>()
    const sold = new Map<string, Resale[]>()
    for (const resale of this.#products.values()) {
      for (const reseller of resale.resellers.keys())
        sold.set(reseller, [...(sold.get(reseller) ?? []), resale].slice(-MOST_SOLD))
    }
    for (const resale of this.#products.values()) {
      const article = cite('vertical-agreement', resale.latest === '' ? date : resale.latest)
      const uniformity = uniformityOf(resale, 3)
      if (article === '' || uniformity === null) continue
      const alike = uniformity.spread < THRESHOLDS.spread.value
      const control = alike && enough(uniformity) ? controlOf(resale, sold) : null
      const found = judge(resale, uniformity, control, article)
      if (found === null) continue
      const line = resale.words?.line ?? resale.line
      findings.set(line, [...(findings.get(line) ?? []), found])
    }
    return findings
  }
}

function enough({ resellers, days }: Uniformity): boolean {
  return resellers >= THRESHOLDS.resellers.value && days >= THRESHOLDS.days.value
}

/** Spread of the same resellers on products of other brands; `null` where they sell none. */
function controlOf(resale: Resale, sold: ReadonlyMap<string, readonly Resale[]>): number | null {
  const among = new Set(resale.resellers.keys())
  const others = new Set([...among].flatMap((reseller) => sold.get(reseller) ?? []))
  const spreads = [...others].slice(0, MOST_CONTROLS).flatMap((other) => {
    if (other.brand === resale.brand) return []
    return uniformityOf(other, THRESHOLDS.controlResellers.value, among)?.spread ?? []
  })
  return spreads.length === 0 ? null : median(spreads)
}

function judge(resale: Resale, uniformity: Uniformity, control: number | null, article: string): Finding | null {
  const { resellers, days, spread, jointMoves, punished } = uniformity
  const signs = [
    jointMoves > 0 ? `${jointMoves} 次同时调价` : '',
    resale.words === null ? '' : `有“${resale.words.text}”的表述`,
    punished > 0 ? `${punished} 家低价后被下架或停供` : '',
  ].filter(Boolean)
  const parts = [
    `${resale.brand} ${resale.name}：${resellers} 家经销商 ${days} 天内价格变异系数 ${(spread * 100).toFixed(2)} %`,
    control === null ? '没有其他品牌可对照' : `同一批经销商在其他品牌的变异系数 ${(control * 100).toFixed(2)} %`,
    ...signs,
  ]
  const found = (score: number, decision: Finding['decision'], why: string): Finding => ({
    behaviour: 'vertical-agreement',
    article,
    score,
    span: resale.words?.span ?? null,
    reason: [...parts, why].filter(Boolean).join('；'),
    decision,
    model: { name: 'vertical-agreement', version: VERSION },
  })
  if (!enough(uniformity)) {
    const { resellers: least, days: long } = THRESHOLDS
    return signs.length === 0 ? null : found(0.3, "can't decide", `不足 ${least.value} 家或 ${long.value} 天`)
  }
  if (spread >= THRESHOLDS.spread.value) {
    return resale.words === null ? null : found(0.4, 'below threshold', '有限价表述，但价格并不一致')
  }
  if (harboured(resale)) return found(0.2, 'below threshold', '市场份额与营业额在安全港标准以内，仍须由经营者证明')
  if (control !== null && control < THRESHOLDS.controlSpread.value) {
    return found(0.3, 'below threshold', '同一批经销商在其他品牌也价格一致，不能归于该品牌')
  }
  if (signs.length === 0)
    return found(0.45, control === null ? "can't decide" : 'below threshold', '只有价格一致，没有其他迹象')
  if (control === null && signs.length === 1) return found(0.5, "can't decide", '只有一项迹象，须有对照')
  return found(Math.min(0.97, 0.7 + 0.1 * signs.length), 'lead', '')
}

function harboured({ share, turnover, latest }: Resale): boolean {
  if (latest < '2026-02-01' || share === null || turnover === null) return false
  const part = share > 1 ? share / 100 : share
  return part < THRESHOLDS.harbourShare.value && turnover < THRESHOLDS.harbourTurnover.value
}
