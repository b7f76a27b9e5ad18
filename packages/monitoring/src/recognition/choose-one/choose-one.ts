/**
 * Choose one of two: whether shops that join the campaign of platform A leave platform B more than those that do not, soon after, and
 * whether those that stay on B lose their place on A. Law: 电子商务法 35; 反垄断法 22 (2022), 17 before. Who joins chooses to, so an
 * association is a lead, not a proof; a platform that everybody leaves shows none.
 */
import { cite } from '../../law/citation.ts'
import { signTest } from '../../statistics/binomial.ts'
import { adjustedForDiscovery } from '../../statistics/false-discovery.ts'
import { fisherGreater, oddsRatio } from '../../statistics/fisher.ts'
import { median } from '../../statistics/quantile.ts'
import type { Finding } from '../finding.ts'
import { dayOfMoment } from '../line-fields.ts'
import type { Panel, PanelModel } from '../model.ts'
import { thresholds } from '../thresholds.ts'
import { addShopEvent, type Operators, type Presence } from './shops.ts'

const VERSION = 1
const DAY_MS = 86_400_000
const THRESHOLDS = thresholds({
  shops: { value: 500, reason: 'with 500 the table is large enough for a p of 0.01' },
  least: { value: 30, reason: 'below it even the exact test has no power; nothing is decided' },
  p: { value: 0.01, reason: 'after Benjamini and Hochberg over all pairs of platforms' },
  exactP: { value: 0.001, reason: 'fewer than 500 shops must show more' },
  odds: { value: 3, reason: 'a minimum effect' },
  difference: { value: 0.1, reason: 'a minimum effect: a tenth more of the shops leave' },
  windowDays: { value: 30, reason: 'who leaves a month after joining leaves for another reason' },
  soonDays: { value: 14, reason: 'pressure of a campaign shows within two weeks of it' },
  soonShare: { value: 0.5, reason: 'half of the exits in the nearest two weeks' },
  named: { value: 1000, reason: 'exits that are named; more are counted only' },
})

/** Shops on both of two platforms: campaign of `a` against exits from `b`. */
interface Duel {
  readonly a: string
  readonly b: string
  joinedLeft: number
  joinedStayed: number
  otherLeft: number
  otherStayed: number
  soon: number
  latest: number
  readonly lines: number[]
  readonly joins: number[]
  /** Of those who stayed on `b` without joining: their ranks on `a`. */
  readonly stayers: Presence[]
}

export const chooseOneModel: PanelModel = {
  behaviour: 'choose-one',
  version: VERSION,
  thresholds: THRESHOLDS,
  open: () => new ChooseOne(),
}

class ChooseOne implements Panel {
  readonly #operators: Operators = new Map()

  add(line: Parameters<Panel['add']>[0], number: number): void {
    if (line.kind === 'shop-event') addShopEvent(this.#operators, line, number)
  }

  conclude(date: string): Map<number, Finding[]> {
    const duels = duelsOf(this.#operators).filter(({ joinedLeft }) => joinedLeft > 0)
    const p = duels.map((duel) => fisherGreater(tableOf(duel)))
    const q = adjustedForDiscovery(p)
    const findings = new Map<number, Finding[]>()
    duels.forEach((duel, i) => {
      const article = cite('choose-one', duel.latest > 0 ? dayOfMoment(duel.latest) : date)
      const found = article === '' ? null : judge(duel, p[i]!, q[i]!, article)
      if (found === null) return
      const lines = found.decision === 'lead' ? duel.lines : duel.lines.slice(-1)
      for (const line of lines.slice(0, THRESHOLDS.named.value)) {
        findings.set(line, [...(findings.get(line) ?? []), found])
      }
    })
    return findings
  }
}

function duelsOf(operators: Operators): Duel[] {
  const duels = new Map<string, Duel>()
  for (const places of operators.values()) {
    for (const [a, onA] of places) {
      for (const [b, onB] of places) {
        if (a !== b) count(duelOf(duels, a, b), onA, onB)
      }
    }
  }
  return [...duels.values()]
}

function duelOf(duels: Map<string, Duel>, a: string, b: string): Duel {
  const key = `${a}\0${b}`
  let duel = duels.get(key)
  if (duel === undefined) {
    const none = { joinedLeft: 0, joinedStayed: 0, otherLeft: 0, otherStayed: 0, soon: 0, latest: 0 }
    duel = { a, b, ...none, lines: [], joins: [], stayers: [] }
    duels.set(key, duel)
  }
  return duel
}

function count(duel: Duel, onA: Presence, onB: Presence): void {
  if (onA.left !== null && onB.left !== null) return
  if (onA.joined === null) {
    if (onB.left === null) {
      duel.otherStayed++
      if (onA.ranks.length >= 2) duel.stayers.push(onA)
    } else duel.otherLeft++
    return
  }
  duel.joins.push(onA.joined)
  const days = onB.left === null ? Number.POSITIVE_INFINITY : (onB.left - onA.joined) / DAY_MS
  if (Math.abs(days) > THRESHOLDS.windowDays.value) {
    duel.joinedStayed++
    return
  }
  duel.joinedLeft++
  if (Math.abs(days) <= THRESHOLDS.soonDays.value) duel.soon++
  duel.latest = Math.max(duel.latest, onB.left!)
  duel.lines.push(onB.leftLine)
}

function tableOf({ joinedLeft, joinedStayed, otherLeft, otherStayed }: Duel) {
  return { a: joinedLeft, b: joinedStayed, c: otherLeft, d: otherStayed }
}

function judge(duel: Duel, p: number, q: number, article: string): Finding | null {
  const { a, b, joinedLeft, joinedStayed, otherLeft, otherStayed } = duel
  const joined = joinedLeft + joinedStayed
  const others = otherLeft + otherStayed
  const all = joined + others
  const [share, otherShare] = [joinedLeft / joined, others === 0 ? 0 : otherLeft / others]
  const odds = oddsRatio(tableOf(duel))
  const soon = duel.soon / joinedLeft
  const parts = [
    `同时在“${a}”“${b}”开店的 ${all} 家中，参加“${a}”活动的 ${joined} 家有 ${joinedLeft} 家退出“${b}”（${percent(share)}），未参加的 ${others} 家有 ${otherLeft} 家（${percent(otherShare)}）`,
    `Fisher 精确检验 p = ${p.toExponential(1)}，校正后 ${q.toExponential(1)}，优势比 ${odds.toFixed(1)}`,
    `${percent(soon)} 的退出在参加前后 ${THRESHOLDS.soonDays.value} 天内`,
  ]
  const found = (score: number, decision: Finding['decision'], why: string): Finding => ({
    behaviour: 'choose-one',
    article,
    score,
    span: null,
    reason: [...parts, why].filter(Boolean).join('；'),
    decision,
    model: { name: 'choose-one', version: VERSION },
  })
  if (all < THRESHOLDS.least.value || others === 0) {
    return found(0.3, "can't decide", `样本不足 ${THRESHOLDS.least.value} 家，或没有未参加的店铺可比`)
  }
  const clear = all >= THRESHOLDS.shops.value ? q <= THRESHOLDS.p.value : q <= THRESHOLDS.exactP.value
  const large = odds >= THRESHOLDS.odds.value && share - otherShare >= THRESHOLDS.difference.value
  if (!clear && large && all < THRESHOLDS.shops.value) {
    return found(0.4, "can't decide", `双平台店铺不足 ${THRESHOLDS.shops.value} 家，精确检验也不够显著`)
  }
  if (!clear || !large) return share > otherShare ? found(0.3, 'below threshold', '差异不显著或过小') : null
  if (soon < THRESHOLDS.soonShare.value) return found(0.55, 'below threshold', '退出的时间与活动不合')
  const loss = rankLoss(duel)
  return found(loss === null ? 0.85 : 0.95, 'lead', loss ?? '')
}

/** Whether those who stayed on the other platform fell behind after the campaign began; `null` where that is not shown. */
function rankLoss({ a, joins, stayers }: Duel): string | null {
  const began = median(joins)
  let worse = 0
  let better = 0
  for (const { ranks } of stayers) {
    const before = median(ranks.filter(({ moment }) => moment < began).map(({ rank }) => rank))
    const after = median(ranks.filter(({ moment }) => moment >= began).map(({ rank }) => rank))
    if (after > before) worse++
    else if (after < before) better++
  }
  const p = signTest(worse, better)
  if (worse <= better || p > THRESHOLDS.p.value) return null
  return `未参加而留下的店铺在“${a}”的排名 ${worse} 家下降、${better} 家上升（符号检验 p = ${p.toExponential(1)}）`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
