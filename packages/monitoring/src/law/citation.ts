/**
 * What a finding cites: by law and article, as in force on the day of the behaviour. Texts stand in `texts/` (SOURCE.txt) for the
 * laws that are there; every other one is cited by name and number alone.
 */

import type { Citation } from './citation-type.ts'
import { MARKET_CITATIONS } from './market-citations.ts'

const ADVERTISING = { law: '广告法', from: '2015-09-01' } as const
const advertising = (article: string): readonly Citation[] => [{ ...ADVERTISING, article }]
const COMMERCE = { law: '电子商务法', from: '2019-01-01' } as const

/** 虚假或者引人误解的商业宣传: article 8 of the law of 2017, article 9 of that of 2025. */
const MISLEADING: readonly Citation[] = [
  { law: '反不正当竞争法', article: '第八条第一款', from: '2018-01-01', until: '2025-10-15' },
  { law: '反不正当竞争法', article: '第九条第一款', from: '2025-10-15' },
]
const BANNED: readonly Citation[] = [{ ...COMMERCE, article: '第十三条' }]
const NO_ADVERTISEMENT: readonly Citation[] = [
  { law: '互联网广告管理办法', article: '第六条第一款', from: '2023-05-01' },
]
const TOBACCO: readonly Citation[] = [
  { law: '互联网广告管理暂行办法', article: '第五条', from: '2016-09-01', until: '2023-05-01' },
  { law: '互联网广告管理办法', article: '第六条第二款', from: '2023-05-01' },
]
const PRESCRIPTION: readonly Citation[] = [
  { law: '互联网广告管理暂行办法', article: '第五条', from: '2016-09-01', until: '2023-05-01' },
  { law: '互联网广告管理办法', article: '第六条第三款', from: '2023-05-01' },
]
const other = (law: string, article: string, from: string): readonly Citation[] => [
  ...BANNED,
  { law, article, from },
  ...NO_ADVERTISEMENT,
]

/** Topics that models cite, each by its articles over time. */
export const CITATIONS = {
  ...MARKET_CITATIONS,
  'state-organ': advertising('第九条第二项'),
  absolute: advertising('第九条第三项'),
  medical: [...advertising('第十六条第一款')],
  'medical-words': [...advertising('第十七条')],
  'health-food': [...advertising('第十八条第一款')],
  'breast-milk': advertising('第二十条'),
  pesticide: advertising('第二十一条'),
  alcohol: advertising('第二十三条'),
  education: advertising('第二十四条'),
  investment: advertising('第二十五条'),
  'real-estate': advertising('第二十六条'),
  misleading: [...advertising('第二十八条'), ...MISLEADING],
  guns: other('枪支管理法', '第三条', '1996-10-01'),
  explosives: other('民用爆炸物品安全管理条例', '第三条', '2006-09-01'),
  'controlled-weapons': other('治安管理处罚法', '（管制器具，按行为时有效条款）', '1987-01-01'),
  drugs: other('禁毒法', '第二十一条', '2008-06-01'),
  wildlife: other('野生动物保护法', '（禁止出售，按行为时有效条款）', '1989-03-01'),
  prescription: [...BANNED, ...PRESCRIPTION],
  tobacco: [...BANNED, { ...ADVERTISING, article: '第二十二条' }, ...TOBACCO],
  surveillance: other('反间谍法', '（专用间谍器材，按行为时有效条款）', '2014-11-01'),
  documents: other('刑法', '第二百八十条', '1997-10-01'),
  invoices: other('发票管理办法', '（非法代开发票，按行为时有效条款）', '1993-12-23'),
  money: other('人民币管理条例', '（禁止买卖伪造、变造的人民币）', '2000-05-01'),
  gambling: other('刑法', '第三百零三条', '1997-10-01'),
  exam: other('刑法', '第二百八十四条之一', '2015-11-01'),
  uniforms: other('人民警察法', '第三十六条', '1995-02-28'),
  'military-uniforms': other('军服管理条例', '（禁止非法生产、买卖军服）', '2009-03-01'),
  humans: other('人体器官捐献和移植条例', '（禁止买卖人体器官）', '2024-05-01'),
  reproduction: other('人类辅助生殖技术管理办法', '第三条', '2001-08-01'),
  'sim-cards': other('反电信网络诈骗法', '第三十一条', '2022-12-01'),
  satellite: other('卫星电视广播地面接收设施管理规定', '（未经许可不得销售）', '1993-10-05'),
  fishing: other('长江保护法', '第五十三条', '2021-03-01'),
  'hunting-tools': other('野生动物保护法', '（禁用猎捕工具的广告和交易服务，按行为时有效条款）', '2017-01-01'),
  poisons: other('危险化学品安全管理条例', '（剧毒化学品、农药经营许可，按行为时有效条款）', '2002-03-15'),
  'personal-data': other('个人信息保护法', '第十条', '2021-11-01'),
  vpn: other('计算机信息网络国际联网管理暂行规定', '第六条', '1996-02-01'),
  trademark: [
    { law: '商标法', article: '第五十七条', from: '2014-05-01' },
    { ...COMMERCE, article: '第四十一条至第四十五条' },
  ],
} as const satisfies { [topic: string]: readonly Citation[] }

export type Topic = keyof typeof CITATIONS

/**
 * The articles on topics that are in force on a day, a law once, an article's number once: `广告法 第九条第三项`,
 * `禁止传销条例 第七条第一项、第二项`; `''` when there was none.
 */
export function cite(topics: Topic | readonly Topic[], date: string): string {
  const day = date.slice(0, 10)
  const all: readonly Citation[] = [topics].flat().flatMap((topic) => CITATIONS[topic])
  const laws = new Map<string, string[]>()
  for (const { law, article, from, until } of all) {
    if (from > day || (until !== undefined && until <= day)) continue
    laws.set(law, [...(laws.get(law) ?? []), article])
  }
  return [...laws].map(([law, articles]) => `${law} ${joined(articles)}`.trim()).join('；')
}

function joined(articles: readonly string[]): string {
  const numberOf = (article = '') => /^第[^条]+条/.exec(article)?.[0] ?? ''
  return articles
    .map((article, i) => {
      const number = numberOf(article)
      return i > 0 && number === numberOf(articles[i - 1]) ? article.slice(number.length) : article
    })
    .filter((article) => article !== '')
    .join('、')
}
