/** What lines say of one deal: who takes part, with what turnover, when it closed, and when it was notified and cleared. */
import { LineReader, momentOf, nameOf, numberOf, truth } from '../line-fields.ts'

const EVENT = new LineReader({
  deal: ['deal_id', 'transaction', 'transaction_id', 'case_id', '交易', '交易编号'],
  event: ['event_type', 'type', 'action', '事件', '交易类型', '类型'],
  acquirer: ['buyer', 'investor', 'acquiror', '收购方', '买方', '投资方'],
  target: ['company', 'investee', 'target_company', '目标公司', '标的', '被收购方', '被投资方'],
  stake: ['share', 'percentage', 'equity', 'stake_percent', 'share_percent', '持股比例', '股权比例', '比例'],
  control: ['gains_control', 'acquires_control', 'control_acquired', '取得控制权', '控制权'],
  closing: [
    'closing_date',
    'closed_at',
    'completed_at',
    'completion_date',
    'registered_at',
    '交割日',
    '交割日期',
    '完成日期',
    '变更登记日期',
    'time',
    'date',
    '日期',
    '时间',
  ],
  filed: ['filing_date', 'filed_at', 'notified_at', 'notification_date', 'filing', 'declared', '申报日期', '申报'],
  cleared: [
    'clearance_date',
    'cleared_at',
    'approved_at',
    'approval_date',
    'decision_date',
    '批准日期',
    '审查决定日期',
    '不予禁止日期',
  ],
  intragroup: ['intra_group', 'same_group', 'internal', 'common_parent', '集团内', '集团内部', '同一控制'],
  parties: ['participants', 'undertakings', '参与集中的经营者', '经营者'],
  china: ['combined_turnover_china', 'combined_china', 'china_combined', '合计境内营业额', '境内营业额合计'],
  world: [
    'combined_turnover_world',
    'combined_turnover_global',
    'combined_world',
    'combined_turnover',
    '合计全球营业额',
    '全球营业额合计',
  ],
  acquirerChina: [
    'acquirer_turnover_china',
    'acquirer_china_turnover',
    'buyer_turnover_china',
    '收购方境内营业额',
    'acquirer_turnover',
    '收购方营业额',
  ],
  targetChina: [
    'target_turnover_china',
    'target_china_turnover',
    '目标境内营业额',
    '标的境内营业额',
    'target_turnover',
    '目标公司营业额',
  ],
  acquirerWorld: ['acquirer_turnover_world', 'acquirer_turnover_global', 'acquirer_world_turnover', '收购方全球营业额'],
  targetWorld: ['target_turnover_world', 'target_turnover_global', 'target_world_turnover', '目标全球营业额'],
  unit: ['turnover_unit', 'currency_unit', '单位', '营业额单位'],
})
const PARTY = new LineReader({
  name: ['party', '名称', '经营者'],
  china: ['turnover_china', 'china_turnover', 'turnover', '境内营业额', '中国境内营业额', '营业额'],
  world: ['turnover_world', 'turnover_global', 'world_turnover', 'global_turnover', '全球营业额'],
})

export interface Party {
  readonly name: string
  /** Yuan in the financial year before; `null` where nothing is said. */
  readonly china: number | null
  readonly world: number | null
}

export interface Deal {
  line: number
  name: string
  words: string
  stake: number | null
  control: boolean | null
  closing: number | null
  filed: number | boolean | null
  cleared: number | null
  intragroup: boolean
  china: number | null
  world: number | null
  readonly parties: Map<string, Party>
}

/** Adds what a line says to its deal; without a deal's name, acquirer and target name it. */
export function addEvent(deals: Map<string, Deal>, line: object, number: number): void {
  const fields = EVENT.read(line)
  const [acquirer, target] = [nameOf(fields.acquirer), nameOf(fields.target)]
  const key = nameOf(fields.deal) ?? (acquirer === null && target === null ? `\0${number}` : `${acquirer}\0${target}`)
  let deal = deals.get(key)
  if (deal === undefined) {
    deal = {
      line: number,
      name: '',
      words: '',
      stake: null,
      control: null,
      closing: null,
      filed: null,
      cleared: null,
      intragroup: false,
      china: null,
      world: null,
      parties: new Map(),
    }
    deals.set(key, deal)
  }
  const words = nameOf(fields.event) ?? ''
  const isFiling = /filing|notif|申报|受理/i.test(words) && acquirer === null
  if (!isFiling) deal.line = number
  deal.words += ` ${words}`
  if (acquirer !== null && target !== null) deal.name = `${acquirer}收购${target}`
  const stake = numberOf(fields.stake)
  if (stake !== null) deal.stake = stake <= 1 ? stake * 100 : stake
  deal.control = truth(fields.control) ?? deal.control
  if (!isFiling) deal.closing = momentOf(fields.closing) ?? deal.closing
  deal.filed =
    momentOf(fields.filed) ?? truth(fields.filed) ?? (isFiling ? momentOf(fields.closing) : null) ?? deal.filed
  deal.cleared = momentOf(fields.cleared) ?? deal.cleared
  deal.intragroup ||= truth(fields.intragroup) ?? nameOf(fields.intragroup) !== null
  const scale = unitOf(fields.unit)
  const money = (value: unknown) => {
    const number = numberOf(value)
    return number === null
      ? null
      : typeof value === 'number' || /^[\d.,\s]+$/.test(String(value))
        ? number * scale
        : number
  }
  deal.china = money(fields.china) ?? deal.china
  deal.world = money(fields.world) ?? deal.world
  const party = (name: string | null, china: number | null, world: number | null) => {
    if (name === null) return
    const known = deal.parties.get(name)
    deal.parties.set(name, { name, china: china ?? known?.china ?? null, world: world ?? known?.world ?? null })
  }
  party(acquirer, money(fields.acquirerChina), money(fields.acquirerWorld))
  party(target, money(fields.targetChina), money(fields.targetWorld))
  if (Array.isArray(fields.parties)) {
    for (const one of fields.parties) {
      if (typeof one !== 'object' || one === null) continue
      const { name, china, world } = PARTY.read(one)
      party(nameOf(name), money(china), money(world))
    }
  }
}

function unitOf(unit: unknown): number {
  const text = nameOf(unit)
  if (text === null) return 1
  const scale = numberOf(`1${text.replace(/^(?:CNY|RMB|人民币)/i, '')}`)
  return scale === null || scale <= 0 ? 1 : scale
}
