/**
 * Concentrations that had to be notified and were closed before. Law: 反垄断法 25, 26, 27, 58 (2022; 20, 21, 22, 48 before);
 * 国务院关于经营者集中申报标准的规定: 国务院令 773 (in force 2024-01-22) and 529 as changed by 703 before. What is not known is asked
 * for: without turnover nothing is decided.
 */
import { cite } from '../../law/citation.ts'
import type { Finding } from '../finding.ts'
import { dayOfMoment } from '../line-fields.ts'
import type { Panel, PanelModel } from '../model.ts'
import { thresholds } from '../thresholds.ts'
import { addEvent, type Deal } from './deal.ts'

const VERSION = 1
const BILLION = 1e9
const THRESHOLDS = thresholds({
  world: { value: 12 * BILLION, reason: '国务院令 773 第三条第一项: 全球合计超过 120 亿元' },
  china: { value: 4 * BILLION, reason: '国务院令 773 第三条第二项: 中国境内合计超过 40 亿元' },
  each: { value: 0.8 * BILLION, reason: '国务院令 773 第三条: 至少两个经营者境内均超过 8 亿元' },
  worldBefore: { value: 10 * BILLION, reason: '国务院令 529 第三条, until 2024-01-21' },
  chinaBefore: { value: 2 * BILLION, reason: '国务院令 529 第三条, until 2024-01-21' },
  eachBefore: { value: 0.4 * BILLION, reason: '国务院令 529 第三条, until 2024-01-21' },
  stake: { value: 50, reason: 'more than half of the votes is control; below it control must be shown' },
})

const CHANGED = '2024-01-22'
const CONTROL = /控制|合并|全资|控股|新设合营|merger|control|takeover|joint.?venture/i
const UNDER_WAY = /签约|拟|意向|公告|signed|announce|planned|intent/i

export const concentrationModel: PanelModel = {
  behaviour: 'concentration',
  version: VERSION,
  thresholds: THRESHOLDS,
  open: () => new Concentrations(),
}

class Concentrations implements Panel {
  readonly #deals = new Map<string, Deal>()

  add(line: Parameters<Panel['add']>[0], number: number): void {
    if (line.kind === 'equity-event') addEvent(this.#deals, line, number)
  }

  conclude(date: string): Map<number, Finding[]> {
    const findings = new Map<number, Finding[]>()
    for (const deal of this.#deals.values()) {
      const found = judge(deal, date)
      if (found !== null) findings.set(deal.line, [...(findings.get(deal.line) ?? []), found])
    }
    return findings
  }
}

function judge(deal: Deal, date: string): Finding | null {
  const day = deal.closing === null ? date : dayOfMoment(deal.closing)
  const article = cite('concentration', day)
  if (article === '') return null
  const found = (score: number, decision: Finding['decision'], reason: string): Finding => ({
    behaviour: 'concentration',
    article,
    score,
    span: null,
    reason: [deal.name, reason].filter(Boolean).join('：'),
    decision,
    model: { name: 'concentration', version: VERSION },
  })
  if (deal.intragroup) return found(0.1, 'below threshold', '同一集团内部的交易，依法可以不申报（反垄断法 第二十七条）')
  const control = deal.control ?? ((deal.stake ?? 0) > THRESHOLDS.stake.value || CONTROL.test(deal.words) || null)
  if (control === false) return null
  const turnover = turnoverOf(deal, day)
  if (turnover.reached === false) return found(0.1, 'below threshold', `${turnover.words}，未达申报标准`)
  if (clearedBefore(deal)) return null
  if (deal.closing !== null && day > date) return found(0.2, 'below threshold', `${day} 才交割，尚未实施`)
  if (turnover.reached === null) return found(0.45, "can't decide", `${turnover.words}，须询问各方上一会计年度营业额`)
  if (control === null) {
    const share = deal.stake === null ? '持股比例不明' : `持股 ${deal.stake} %`
    return found(0.5, "can't decide", `${turnover.words}，达到申报标准；${share}，是否取得控制权须询问`)
  }
  if (deal.closing === null) {
    if (UNDER_WAY.test(deal.words)) return found(0.2, 'below threshold', `${turnover.words}，达到申报标准，尚未实施`)
    return found(0.5, "can't decide", `${turnover.words}，达到申报标准；交割日期不明，须询问`)
  }
  if (typeof deal.filed === 'number' && deal.filed <= deal.closing) {
    const after = deal.cleared === null ? '没有审查决定的记录' : `${dayOfMoment(deal.cleared)} 才获决定`
    if (deal.cleared === null) return found(0.5, "can't decide", `${turnover.words}；交割前已申报，${after}，须询问`)
    return found(0.85, 'lead', `${turnover.words}；${day} 交割，${after}，审查完成前实施`)
  }
  if (deal.filed === true) return found(0.3, "can't decide", `${turnover.words}；已申报，申报与审查日期不明，须询问`)
  const never =
    deal.filed === null ? '没有申报记录' : deal.filed === false ? '未申报' : `${dayOfMoment(deal.filed)} 才申报`
  return found(deal.filed === null ? 0.8 : 0.92, 'lead', `${turnover.words}，达到申报标准；${day} 交割，${never}`)
}

function clearedBefore({ cleared, closing }: Deal): boolean {
  return cleared !== null && (closing === null || cleared <= closing)
}

/** Whether the turnover reaches the standard of the day; `null` where what is missing could change the answer. */
function turnoverOf(deal: Deal, day: string): { reached: boolean | null; words: string } {
  const now = day >= CHANGED
  const each = (now ? THRESHOLDS.each : THRESHOLDS.eachBefore).value
  const [most, mostChina] = now
    ? [THRESHOLDS.world.value, THRESHOLDS.china.value]
    : [THRESHOLDS.worldBefore.value, THRESHOLDS.chinaBefore.value]
  const parties = [...deal.parties.values()]
  const known = parties.filter(({ china }) => china !== null)
  const large = known.filter(({ china }) => china! > each)
  const whole = parties.length >= 2 && known.length === parties.length
  const china = deal.china ?? (whole ? known.reduce((sum, party) => sum + party.china!, 0) : null)
  const worldKnown = parties.length >= 2 && parties.every(({ world }) => world !== null)
  const world = deal.world ?? (worldKnown ? parties.reduce((sum, party) => sum + party.world!, 0) : null)
  const words = [
    `境内合计 ${yi(china)}`,
    `全球合计 ${yi(world)}`,
    ...parties.map(({ name, china: own }) => `${name}境内 ${yi(own)}`),
  ].join('、')
  if (whole && large.length < 2) return { reached: false, words }
  const combined = (china !== null && china > mostChina) || (world !== null && world > most)
  if (combined) return { reached: large.length >= 2 ? true : null, words }
  if (china === null || world === null) return { reached: null, words }
  return { reached: false, words }
}

function yi(amount: number | null): string {
  return amount === null ? '不明' : `${Number((amount / 1e8).toFixed(2))} 亿元`
}
