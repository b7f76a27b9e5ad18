import { list } from '../words/grammar.ts'

/** Claims of a base price and of haste. */
export const BASE_CLAIMS = list(`
  原价{was}元，现价{price}元。 | 直降{off}元，原价{was}。 | 平时卖{was}，活动价{price}，手慢无。 | 年中大促，从{was}元一路降到{price}元。 | 限时{share}折，原售价{was}元。
  老板出差，{was}的东西{price}给你。 | 庆店庆，原价{was}元的只要{price}元。 | 恢复原价{was}元倒计时。 | 双十一爆款返场，立省{off}元（原价{was}元）。 | 原价 {was} 特惠 {price}
`)

export const TODAY_CLAIMS = list(`
  仅限今天，明天恢复原价。 | 今日特价，过了零点就涨。 | 最后一天，错过等一年。 | 今晚24点截止，明日涨价。 | 只有今天这个价。 | 限时一天，今日下单立减。 | 今天最后一波，明天原价。 | 今日专享，仅此一天
`)

export const SHIPPING_WORDS = list(`
  运费{fee}元另计，结算时自动加上。 | 不包邮，全国统一运费{fee}元。 | 冷链包装费{fee}元，下单页单列。 | 安装费{fee}元需要的话勾选，默认已选，可取消。
`)

export const TAG_WORDS = list(`
  吊牌价{was}元，是品牌方的建议零售价，不代表本店曾以此价成交。 | 划线价为专柜标价，仅供参考。 | 官方指导价{was}元，我们一直卖{price}元左右。 | 市场参考价{was}元，来源见图。
`)

export const REDUCED_WORDS = list(`
  上周还卖{was}元，这周活动{price}元。 | 原价{was}元（活动前七日最低成交价），活动价{price}元。 | 从{date}起由{was}元降至{price}元。 | 换季调价，原价{was}，现在{price}。
`)

export const LOSS_WORDS = list(`
  亏本冲量，比进价还低。 | 赔钱赚吆喝，不计成本。 | 低于出厂价，谁来跟？ | 打到对手关门为止。 | 成本都不够，先把量做上去。 | 全网击穿底价，长期有效。 | 每卖一件亏{loss}元，照卖。 | 天天底价，跟到底。
`)

export const CLEARANCE_WORDS = list(`
  换季清仓，断码不补。 | 店铺转让，库存处理，卖完关店。 | 临期特价，保质期到下月底，介意慎拍。 | 季末尾货，下季不再做。 | 包装换新，旧包装清库存。 | 仓库到期腾地方，低价出清。 | 样品处理，轻微瑕疵见图。 | 歇业清货，最后两周。
`)
