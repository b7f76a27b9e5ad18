/**
 * Referrals and payments of a run as one graph: who brought whom, what the newcomer paid, and how many levels above were paid for
 * it. Keeps about 100 bytes a person and 28 a payment, not lines.
 */
import { LineReader, momentOf, nameOf, numberOf, truth } from '../line-fields.ts'
import { GrowingDoubles, GrowingInts } from './growing.ts'
import { rewardOf } from './reward.ts'

const REFERRAL = new LineReader({
  participant: [
    'member',
    'user',
    'invitee',
    'child',
    'downline',
    'referee',
    'new_member',
    'account',
    'to',
    '参与人',
    '会员',
    '下线',
    '被推荐人',
    '被邀请人',
    'participant_id',
    'member_id',
    'user_id',
    'invitee_id',
    'child_id',
  ],
  referrer: [
    'parent',
    'inviter',
    'upline',
    'recommender',
    'sponsor',
    'promoter',
    'invited_by',
    'referred_by',
    'from',
    '推荐人',
    '上线',
    '邀请人',
    'referrer_id',
    'parent_id',
    'inviter_id',
    'upline_id',
    'sponsor_id',
  ],
  scheme: ['project', 'programme', 'program', 'platform', 'shop', 'app', '项目', '平台', '店铺'],
  time: ['joined_at', 'join_time', 'at', 'date', 'timestamp', 'created_at', '时间', '加入时间', '日期'],
  fee: [
    'entry_fee',
    'joining_fee',
    'join_fee',
    'membership_fee',
    'paid',
    'fee_paid',
    '入门费',
    '入会费',
    '会员费',
    '会费',
    '加盟费',
    '费用',
    '缴费',
  ],
  amount: ['order_amount', 'purchase', 'package_price', '金额', '认购金额', '套餐价'],
  refundable: ['deposit', 'is_deposit', '可退', '保证金'],
  levelReward: [
    'level_reward',
    'level_rewards',
    'tier_reward',
    'tier_rewards',
    'tiered_reward',
    'layer_reward',
    'team_reward',
    'indirect_reward',
    'rewards',
    'commissions',
    '层级奖励',
    '层级奖',
    '级差奖',
    '团队奖励',
    '团队计酬',
    '间推奖',
    '见点奖',
  ],
  reward: ['direct_reward', 'referral_reward', 'commission', 'bonus', '直推奖', '奖励', '佣金', '返佣'],
  rewardLevel: [
    'rewarded_level',
    'rewarded_levels',
    'reward_depth',
    'levels_paid',
    'commission_level',
    '奖励层级',
    '奖励代数',
    '返佣层级',
  ],
  rewardKind: ['reward_type', '奖励类型', '奖励形式'],
})
const TRANSFER = new LineReader({
  from: ['sender', 'payer', 'from_address', 'source', '付款人', '转出', '转出地址', '付款账户'],
  to: ['receiver', 'recipient', 'payee', 'to_address', 'target', '收款人', '转入', '转入地址', '收款账户'],
  amount: ['value', 'sum', 'quantity', '金额', '数量'],
  scheme: ['project', 'programme', 'program', 'platform', 'token', 'contract', '项目', '平台'],
  time: ['at', 'date', 'timestamp', 'created_at', 'block_time', '时间', '日期'],
  purpose: ['memo', 'note', 'type', 'remark', 'usage', '用途', '备注', '类型', '摘要'],
})
const NO_PAY = /券|coupon|voucher|积分|point|礼|gift|折扣|discount/i
/** A share is passed on within a day; who buys in for an order passes on more than half. */
const PASS_ON_MS = 86_400_000
const MOST_PASSED = 0.5
const LEVEL_WORDS = /[二三四五六七八九十\d]+\s*[级代层]|层级|级差|团队|间推|见点|对碰|level\s*[2-9]|tier|team|indirect/i

/** What is known of one person. */
export const KNOWS_REWARD = 1
export const PAID_LEVELS = 2
export const FEE_BY_AMOUNT = 4
/** Parent found by payments, not by a referral. */
export const BY_PAYMENT = 8
const HAS_LINE = 16
/** Of what it paid to join, a share went on to the next above at once. */
export const PASSED_ON = 32

export class PyramidGraph {
  /** Numbers of names, by scheme. */
  readonly #ids = new Map<string | null, Map<string, number>>()
  readonly parents = new GrowingInts()
  readonly #since = new GrowingDoubles()
  /** Line of each, else of the first that names it, else -1. */
  readonly lines = new GrowingInts()
  readonly fees = new GrowingDoubles()
  readonly directRewards = new GrowingDoubles()
  readonly levelRewards = new GrowingDoubles()
  readonly flags = new GrowingInts()
  readonly #from = new GrowingInts()
  readonly #to = new GrowingInts()
  readonly #amounts = new GrowingDoubles()
  readonly #moments = new GrowingDoubles()
  readonly #levelled = new GrowingInts()
  readonly #transferLines = new GrowingInts()
  #lastTime: unknown = null
  #lastMoment = Number.NaN
  selfReferrals = 0
  severalReferrers = 0
  latest = Number.NEGATIVE_INFINITY

  addReferral(line: object, number: number): void {
    const fields = REFERRAL.read(line)
    const scheme = nameOf(fields.scheme)
    const name = nameOf(fields.participant) ?? nameOf((line as { id?: unknown }).id)
    if (name === null) return
    const one = this.#person(scheme, name)
    if ((this.flags.get(one) & HAS_LINE) === 0) {
      this.lines.set(one, number)
      this.#flag(one, HAS_LINE)
    }
    const moment = this.#momentOf(fields.time)
    const referrer = nameOf(fields.referrer)
    if (referrer === name) this.selfReferrals++
    else if (referrer !== null) {
      const parent = this.#person(scheme, referrer)
      if (this.lines.get(parent) < 0) this.lines.set(parent, number)
      this.#link(one, parent, moment)
    }
    this.#money(one, fields)
  }

  addTransfer(line: object, number: number): void {
    const fields = TRANSFER.read(line)
    const [from, to] = [nameOf(fields.from), nameOf(fields.to)]
    if (from === null || to === null || from === to) return
    const scheme = nameOf(fields.scheme)
    this.#from.push(this.#person(scheme, from))
    this.#to.push(this.#person(scheme, to))
    this.#amounts.push(numberOf(fields.amount) ?? Number.NaN)
    this.#moments.push(this.#momentOf(fields.time))
    this.#levelled.push(LEVEL_WORDS.test(nameOf(fields.purpose) ?? '') ? 1 : 0)
    this.#transferLines.push(number)
  }

  /** Names of a few, in one pass. */
  names(wanted: ReadonlySet<number>): Map<number, string> {
    const names = new Map<number, string>()
    for (const ids of this.#ids.values()) {
      for (const [name, number] of ids) if (wanted.has(number)) names.set(number, name)
    }
    return names
  }

  /** Brings in the payments: parents of those who have none, fees, and payments to people two or more levels above. */
  settlePayments(): void {
    const joining = this.#joiningPayments()
    const incoming = this.#incoming(joining)
    const steps = 16
    for (let i = 0; i < this.#from.length; i++) {
      const from = this.#from.get(i)
      if (joining.get(from) === i) continue
      const to = this.#to.get(i)
      if (this.#levelled.get(i) === 1) this.#flag(to, PAID_LEVELS | KNOWS_REWARD)
      if (to === this.parents.get(from)) this.#passOn(i, incoming.get(from))
      let above = this.parents.get(from)
      for (let level = 1; above >= 0 && level <= steps; level++) {
        if (above === to) {
          if (level > 1) this.#flag(from, PAID_LEVELS | KNOWS_REWARD)
          break
        }
        above = this.parents.get(above)
      }
    }
  }

  /** Payments by which others joined somebody, by whom they went to, in the order of time. */
  #incoming(joining: ReadonlyMap<number, number>): Map<number, number[]> {
    const incoming = new Map<number, number[]>()
    for (const [one, i] of joining) {
      const to = this.#to.get(i)
      if (this.parents.get(one) !== to) continue
      const own = incoming.get(to)
      if (own === undefined) incoming.set(to, [i])
      else own.push(i)
    }
    for (const own of incoming.values()) own.sort((a, b) => this.#moments.get(a) - this.#moments.get(b))
    return incoming
  }

  /** Of a payment to the one above: the newcomer below whose money it is a share of, if it follows at once. */
  #passOn(payment: number, incoming: readonly number[] | undefined): void {
    if (incoming === undefined) return
    const [moment, amount] = [this.#moments.get(payment), this.#amounts.get(payment)]
    for (let low = 0, high = incoming.length - 1, last = -1; ; ) {
      if (low <= high) {
        const middle = (low + high) >> 1
        if (this.#moments.get(incoming[middle]!) <= moment) {
          last = middle
          low = middle + 1
        } else high = middle - 1
        continue
      }
      const joined = incoming[last]
      if (joined === undefined || moment - this.#moments.get(joined) > PASS_ON_MS) return
      if (amount <= MOST_PASSED * this.#amounts.get(joined))
        this.#flag(this.#from.get(joined), PASSED_ON | KNOWS_REWARD)
      return
    }
  }

  /** The payment by which each joined: the first that it makes; of those who make none the first that they get. */
  #joiningPayments(): Map<number, number> {
    const first = new Map<number, number>()
    const got = new Map<number, number>()
    const earlier = (i: number, than: number | undefined) => {
      if (than === undefined) return true
      const [a, b] = [this.#moments.get(i), this.#moments.get(than)]
      return a < b || (a === b && this.#amounts.get(i) > this.#amounts.get(than))
    }
    for (let i = 0; i < this.#from.length; i++) {
      if (earlier(i, first.get(this.#from.get(i)))) first.set(this.#from.get(i), i)
      if (earlier(i, got.get(this.#to.get(i)))) got.set(this.#to.get(i), i)
    }
    const place = (one: number, parent: number, i: number) => {
      if (this.lines.get(one) < 0) this.lines.set(one, this.#transferLines.get(i))
      if (this.lines.get(parent) < 0) this.lines.set(parent, this.#transferLines.get(i))
      if (this.parents.get(one) >= 0) return
      this.parents.set(one, parent)
      this.#flag(one, BY_PAYMENT | FEE_BY_AMOUNT)
      this.fees.set(one, this.#amounts.get(i))
    }
    for (const [one, i] of first) {
      place(one, this.#to.get(i), i)
      if (Number.isNaN(this.fees.get(one))) {
        this.fees.set(one, this.#amounts.get(i))
        this.#flag(one, FEE_BY_AMOUNT)
      }
    }
    for (const [one, i] of got) if (!first.has(one)) place(one, this.#from.get(i), i)
    return first
  }

  #money(one: number, fields: ReturnType<typeof REFERRAL.read>): void {
    const refundable = truth(fields.refundable) === true || (numberOf(fields.refundable) ?? 0) > 1
    const [fee, amount] = [numberOf(fields.fee), numberOf(fields.amount)]
    if (fee !== null) this.fees.set(one, refundable ? 0 : fee)
    else if (amount !== null && Number.isNaN(this.fees.get(one))) {
      this.fees.set(one, refundable ? 0 : amount)
      this.#flag(one, FEE_BY_AMOUNT)
    }
    if (fields.reward === undefined && fields.levelReward === undefined && fields.rewardLevel === undefined) return
    this.#flag(one, KNOWS_REWARD)
    if (NO_PAY.test(nameOf(fields.rewardKind) ?? '')) return
    const [direct, levels] = [rewardOf(fields.reward), rewardOf(fields.levelReward)]
    this.directRewards.set(one, direct.first)
    if (levels.scalar) this.levelRewards.set(one, levels.first)
    const deepest = Math.max(direct.levels, levels.levels, numberOf(fields.rewardLevel) ?? 0)
    if (deepest >= 2) this.#flag(one, PAID_LEVELS)
  }

  #link(one: number, parent: number, moment: number): void {
    const before = this.parents.get(one)
    if (before === parent) return
    if (before >= 0) {
      this.severalReferrers++
      if (!(moment < this.#since.get(one))) return
    }
    this.parents.set(one, parent)
    this.#since.set(one, moment)
  }

  #person(scheme: string | null, name: string): number {
    let names = this.#ids.get(scheme)
    if (names === undefined) {
      names = new Map()
      this.#ids.set(scheme, names)
    }
    const known = names.get(name)
    if (known !== undefined) return known
    const one = this.parents.length
    names.set(name, one)
    this.parents.push(-1)
    this.lines.push(-1)
    this.flags.push(0)
    this.#since.push(Number.NaN)
    this.fees.push(Number.NaN)
    this.directRewards.push(0)
    this.levelRewards.push(0)
    return one
  }

  /** NaN of none. Lines in a row often have the same time. */
  #momentOf(time: unknown): number {
    if (time !== this.#lastTime) {
      this.#lastTime = time
      this.#lastMoment = momentOf(time) ?? Number.NaN
      if (this.#lastMoment > this.latest) this.latest = this.#lastMoment
    }
    return this.#lastMoment
  }

  #flag(one: number, bits: number): void {
    this.flags.set(one, this.flags.get(one) | bits)
  }
}
