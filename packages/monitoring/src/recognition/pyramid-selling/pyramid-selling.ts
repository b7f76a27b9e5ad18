/**
 * Pyramid selling as a graph: participants who bring participants, levels deep, with money that must be paid to join or that is
 * paid for people further below. Law: 禁止传销条例 7 (人头, 入门费, 团队计酬); 刑法 224-1 and 公通字〔2013〕37号 一 (三十人以上且
 * 层级在三级以上, the organiser and the own level counted). A graph alone is no violation: people recommend things.
 */
import { cite } from '../../law/citation.ts'
import type { Finding } from '../finding.ts'
import { dayOfMoment } from '../line-fields.ts'
import type { Panel, PanelModel } from '../model.ts'
import { thresholds } from '../thresholds.ts'
import { growForest } from './forest.ts'
import { BY_PAYMENT, FEE_BY_AMOUNT, KNOWS_REWARD, PAID_LEVELS, PASSED_ON, PyramidGraph } from './pyramid-graph.ts'

const VERSION = 2
const THRESHOLDS = thresholds({
  people: { value: 30, reason: '公通字〔2013〕37号 一: 三十人以上' },
  levels: { value: 3, reason: '公通字〔2013〕37号 一: 层级在三级以上, counting the organiser' },
  feeShare: { value: 0.5, reason: 'a fee that half of the people paid is a condition, not a purchase of some' },
  fixedShare: { value: 0.6, reason: 'amounts of purchases spread; amounts to join are a few fixed ones' },
  fixedAmounts: { value: 5, reason: 'schemes sell up to five grades of membership' },
  paidShare: {
    value: 0.1,
    reason: 'rewards to two levels above for a tenth of the people are a system, not a mistake',
  },
  passedShare: {
    value: 0.3,
    reason:
      'of the newcomers whose money goes on a level: of those right below the top it need not, of others it always does',
  },
  rewardOfFee: { value: 0.2, reason: 'a thank-you of less than a fifth of the fee is marketing' },
  heads: { value: 100, reason: 'the largest groups below the top; more would bury them' },
})

export const pyramidSellingModel: PanelModel = {
  behaviour: 'pyramid-selling',
  version: VERSION,
  thresholds: THRESHOLDS,
  open: () => new Pyramids(),
}

/** What is summed of a whole scheme. */
interface Scheme {
  readonly root: number
  readonly people: number
  readonly levels: number
  withFee: number
  fees: number
  withAmount: number
  readonly amounts: Map<number, number>
  knownRewards: number
  paidLevels: number
  passedOn: number
  directRewards: number
  readonly levelAmounts: Set<number>
  byPayment: number
  readonly heads: number[]
}

class Pyramids implements Panel {
  readonly #graph = new PyramidGraph()

  add(line: Parameters<Panel['add']>[0], number: number): void {
    if (line.kind === 'referral') this.#graph.addReferral(line, number)
    else if (line.kind === 'transfer') this.#graph.addTransfer(line, number)
  }

  conclude(date: string): Map<number, Finding[]> {
    const graph = this.#graph
    graph.settlePayments()
    const schemes = this.#schemes()
    const day = Number.isFinite(graph.latest) ? dayOfMoment(graph.latest) : date
    const named = new Set([...schemes].flatMap(({ root, heads }) => [root, ...heads]))
    const names = graph.names(named)
    const findings = new Map<number, Finding[]>()
    const give = (one: number, finding: Finding) => {
      const line = graph.lines.get(one)
      if (line >= 0) findings.set(line, [...(findings.get(line) ?? []), finding])
    }
    for (const scheme of schemes) {
      const judged = judge(scheme, day, names.get(scheme.root) ?? '', this.#remarks())
      if (judged === null) continue
      give(scheme.root, judged)
      if (judged.decision !== 'lead') continue
      for (const head of scheme.heads) {
        const reason = `${names.get(head) ?? ''} 为其下线团队负责人；所在网络：${judged.reason}`
        give(head, { ...judged, score: judged.score * 0.95, reason })
      }
    }
    return findings
  }

  #remarks(): string {
    const { selfReferrals, severalReferrers } = this.#graph
    const parts = []
    if (severalReferrers > 0) parts.push(`${severalReferrers} 处另有推荐人，以最早的为准`)
    if (selfReferrals > 0) parts.push(`${selfReferrals} 处自荐不计`)
    return parts.length === 0 ? '' : `（全部数据中${parts.join('，')}）`
  }

  #schemes(): Scheme[] {
    const { parents: given, flags, fees, directRewards, levelRewards } = this.#graph
    const { parents, sizes, levels, roots } = growForest(given.view())
    const schemes = new Map<number, Scheme>()
    for (let one = 0; one < roots.length; one++) {
      const root = roots[one]!
      const [people, deep] = [sizes[root]!, levels[root]!]
      if (people < THRESHOLDS.people.value && deep < THRESHOLDS.levels.value) continue
      let scheme = schemes.get(root)
      if (scheme === undefined) {
        scheme = { root, people, levels: deep, ...emptySums() }
        schemes.set(root, scheme)
      }
      if (one === root) continue
      const [flag, fee] = [flags.get(one), fees.get(one)]
      if (fee > 0) {
        scheme.fees += fee
        if ((flag & FEE_BY_AMOUNT) === 0) scheme.withFee++
        else {
          scheme.withAmount++
          const times = scheme.amounts.get(fee)
          if (times !== undefined || scheme.amounts.size < 100_000) scheme.amounts.set(fee, (times ?? 0) + 1)
        }
      }
      if ((flag & KNOWS_REWARD) !== 0) scheme.knownRewards++
      if ((flag & PAID_LEVELS) !== 0) scheme.paidLevels++
      if ((flag & PASSED_ON) !== 0) scheme.passedOn++
      if ((flag & BY_PAYMENT) !== 0) scheme.byPayment++
      scheme.directRewards += directRewards.get(one)
      const amount = levelRewards.get(one)
      if (amount > 0 && scheme.levelAmounts.size < 2) scheme.levelAmounts.add(amount)
      if (parents[one] === root && people >= THRESHOLDS.people.value) {
        if (sizes[one]! >= THRESHOLDS.people.value && levels[one]! >= THRESHOLDS.levels.value) scheme.heads.push(one)
      }
    }
    for (const { heads } of schemes.values()) {
      heads.sort((a, b) => sizes[b]! - sizes[a]!)
      heads.length = Math.min(heads.length, THRESHOLDS.heads.value)
    }
    return [...schemes.values()]
  }
}

function emptySums() {
  return {
    withFee: 0,
    fees: 0,
    withAmount: 0,
    amounts: new Map<number, number>(),
    knownRewards: 0,
    paidLevels: 0,
    passedOn: 0,
    directRewards: 0,
    levelAmounts: new Set<number>(),
    byPayment: 0,
    heads: [] as number[],
  }
}

function judge(scheme: Scheme, day: string, name: string, remarks: string): Finding | null {
  if (day < '2005-11-01') return null
  const { people, levels } = scheme
  const below = people - 1
  const deep = people >= THRESHOLDS.people.value && levels >= THRESHOLDS.levels.value
  const referred = scheme.byPayment < below / 2
  const fee = hasEntryFee(scheme, below)
  const passed = fee && scheme.passedOn >= THRESHOLDS.passedShare.value * below
  const levelled = passed || scheme.paidLevels >= THRESHOLDS.paidShare.value * below || scheme.levelAmounts.size >= 2
  const size = `${name} 的推荐关系网共 ${people} 人、${levels} 层（含本人）`
  const line = `${THRESHOLDS.people.value} 人、${THRESHOLDS.levels.value} 层`
  const money = [
    fee ? `交费加入 ${scheme.withFee + scheme.withAmount} 人，合计 ${tidy(scheme.fees)}` : '未见入门费',
    passed ? `${scheme.passedOn} 人的入门款随即向再上一层分成` : '',
    levelled ? `对两层以上的上线计酬 ${scheme.paidLevels + scheme.passedOn} 人次` : '未见对两层以上的上线计酬',
  ]
    .filter(Boolean)
    .join('；')
  const found = (score: number, decision: Finding['decision'], why: string): Finding => ({
    behaviour: 'pyramid-selling',
    article: articleOf(fee, levelled, day),
    score,
    span: null,
    reason: `${size}${referred ? '' : '（由转账推定）'}；${money}；${why}${remarks}`,
    decision,
    model: { name: 'pyramid-selling', version: VERSION },
  })
  if (!deep) return fee || levelled ? found(0.3, 'below threshold', `未达 ${line}`) : null
  const count = Number(fee) + Number(levelled) + Number(referred)
  if (count >= 2 && (fee || levelled)) {
    const onlyThanks = !levelled && scheme.knownRewards >= below / 2 && thanks(scheme) < THRESHOLDS.rewardOfFee.value
    if (onlyThanks) {
      const share = (thanks(scheme) * 100).toFixed(0)
      return found(0.5, 'below threshold', `奖励只及直接推荐人，为所交费用的 ${share} %，更像推荐优惠`)
    }
    return found(count === 3 ? 0.95 : 0.8, 'lead', `达到 ${line}，具备入门费、拉人头、团队计酬中的 ${count} 项`)
  }
  if (!referred) return count === 0 ? null : found(0.4, 'below threshold', '只有一项特征，转账可以另有原因')
  const known = scheme.knownRewards > 0 || scheme.withFee > 0 || scheme.withAmount > 0
  if (known) return found(0.3, 'below threshold', '只有推荐关系一项，推荐有礼、单层佣金均如此')
  return found(0.4, "can't decide", `达到 ${line}，但没有费用和奖励的数据，须查明`)
}

function hasEntryFee(scheme: Scheme, below: number): boolean {
  const enough = THRESHOLDS.feeShare.value * below
  if (scheme.withFee >= enough) return true
  if (scheme.withFee + scheme.withAmount < enough) return false
  const often = [...scheme.amounts.values()].sort((a, b) => b - a).slice(0, THRESHOLDS.fixedAmounts.value)
  return often.reduce((sum, times) => sum + times, 0) >= THRESHOLDS.fixedShare.value * scheme.withAmount
}

function thanks({ directRewards, fees }: Scheme): number {
  return fees > 0 ? directRewards / fees : 0
}

function articleOf(fee: boolean, levelled: boolean, day: string): string {
  return cite([fee ? 'pyramid-fee' : 'pyramid-recruiting', ...(levelled ? (['pyramid-tiers'] as const) : [])], day)
}

function tidy(amount: number): string {
  return amount.toLocaleString('en', { maximumFractionDigits: 2 })
}
