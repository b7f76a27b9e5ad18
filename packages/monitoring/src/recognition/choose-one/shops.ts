/** Where each operator has shops, and what happened to them, from lines of events. */
import { LineReader, momentOf, nameOf, numberOf } from '../line-fields.ts'

const EVENT = new LineReader({
  operator: ['operator_id', 'owner', 'merchant', 'company', 'credit_code', '经营者', '主体', '统一社会信用代码'],
  shop: ['shop_id', 'store', 'shop_name', '店铺', '网店'],
  platform: ['platform_id', 'site', 'app', '平台'],
  event: ['event_type', 'action', 'type', '事件', '动作'],
  time: ['at', 'date', 'timestamp', 'event_time', '时间', '日期'],
  rank: ['position', 'ranking', 'search_rank', 'value', '排名', '搜索排名'],
})

/** An operator on one platform. */
export interface Presence {
  joined: number | null
  left: number | null
  leftLine: number
  /** Places in the ranking, larger is worse, with their moments. */
  readonly ranks: { readonly moment: number; readonly rank: number }[]
}

export type Operators = Map<string, Map<string, Presence>>

const MOST_RANKS = 200

export function addShopEvent(operators: Operators, line: object, number: number): void {
  const fields = EVENT.read(line)
  const operator = nameOf(fields.operator) ?? nameOf(fields.shop)
  const platform = nameOf(fields.platform)
  const moment = momentOf(fields.time)
  if (operator === null || platform === null) return
  const places = operators.get(operator) ?? new Map<string, Presence>()
  operators.set(operator, places)
  let presence = places.get(platform)
  if (presence === undefined) {
    presence = { joined: null, left: null, leftLine: number, ranks: [] }
    places.set(platform, presence)
  }
  const event = nameOf(fields.event) ?? ''
  if (/join|enrol|sign.?up|exclusive|参加|加入|报名|独家/i.test(event)) {
    if (presence.joined === null || (moment ?? 0) < presence.joined) presence.joined = moment
  } else if (
    /clos|leave|left|exit|delist|withdraw|关店|关闭|退出|下架|撤店|离开/i.test(event) &&
    !/campaign|活动/i.test(event)
  ) {
    presence.left = moment
    presence.leftLine = number
  } else if (/open|开店|入驻/i.test(event)) presence.left = null
  const rank = numberOf(fields.rank)
  if (rank !== null && moment !== null && presence.ranks.length < MOST_RANKS) presence.ranks.push({ moment, rank })
}
