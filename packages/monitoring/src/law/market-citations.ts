/** Articles on prices, competition, and those who trade: what the models of panels, prices and operators cite. */
import type { Citation } from './citation-type.ts'

const COMMERCE = { law: '电子商务法', from: '2019-01-01' } as const
const PRICE = { law: '价格法', from: '1998-05-01' } as const
const FAIR_PRICE = { law: '明码标价和禁止价格欺诈规定', from: '2022-07-01' } as const
const PERSONAL = { law: '个人信息保护法', article: '第二十四条', from: '2021-11-01' } as const
const PYRAMID = { law: '禁止传销条例', from: '2005-11-01' } as const
const PRICE_FRAUD = { ...PRICE, article: '第十四条第四项' } as const
const BELOW_COST = { ...PRICE, article: '第十四条第二项' } as const

const commerce = (article: string): readonly Citation[] => [{ ...COMMERCE, article }]
/** The law against monopolies was numbered anew on 2022-08-01. */
const monopoly = (before: string, since: string): readonly Citation[] => [
  { law: '反垄断法', article: before, from: '2008-08-01', until: '2022-08-01' },
  { law: '反垄断法', article: since, from: '2022-08-01' },
]
/** So was the law against unfair competition on 2025-10-15. */
const unfair = (before: string, since: string): readonly Citation[] => [
  { law: '反不正当竞争法', article: before, from: '2018-01-01', until: '2025-10-15' },
  { law: '反不正当竞争法', article: since, from: '2025-10-15' },
]

export const MARKET_CITATIONS = {
  'compared-price': [PRICE_FRAUD, { ...FAIR_PRICE, article: '第十六条、第十九条第三项' }],
  'price-at-checkout': [{ ...FAIR_PRICE, article: '第十九条第二项、第二十条第一项' }],
  'last-day': [PRICE_FRAUD, { ...FAIR_PRICE, article: '第十九条第四项' }],
  'below-cost': [BELOW_COST, ...monopoly('第十七条第一款第二项', '第二十二条第一款第二项')],
  /** A platform that makes its shops sell below cost, since there is an article on it. */
  'below-cost-forced': [
    { law: '反不正当竞争法', article: '第十四条', from: '2025-10-15' },
    BELOW_COST,
    { law: '反垄断法', article: '第十七条第一款第二项', from: '2008-08-01', until: '2022-08-01' },
    { law: '反垄断法', article: '第二十二条第一款第二项', from: '2022-08-01', until: '2025-10-15' },
  ],
  'choose-one': [{ ...COMMERCE, article: '第三十五条' }, ...monopoly('第十七条第一款第四项', '第二十二条第一款第四项')],
  'price-discrimination': [
    { law: '消费者权益保护法实施条例', article: '第九条', from: '2024-07-01' },
    PERSONAL,
    { law: '互联网平台价格行为规则', article: '', from: '2026-04-10' },
  ],
  'vertical-agreement': [
    ...monopoly('第十四条', '第十八条'),
    { law: '禁止垄断协议规定', article: '', from: '2026-02-01' },
  ],
  concentration: [
    ...monopoly('第二十一条、第四十八条', '第二十六条、第五十八条'),
    { law: '国务院关于经营者集中申报标准的规定', article: '第三条', from: '2008-08-01' },
  ],
  brushing: [...unfair('第八条第一款', '第九条第一款'), { ...COMMERCE, article: '第十七条' }],
  'brushing-service': unfair('第八条第二款', '第九条第二款'),
  'pyramid-recruiting': [{ ...PYRAMID, article: '第七条第一项' }],
  'pyramid-fee': [{ ...PYRAMID, article: '第七条第二项' }],
  'pyramid-tiers': [{ ...PYRAMID, article: '第七条第三项' }],
  registration: commerce('第十条'),
  'registration-small': [
    { ...COMMERCE, article: '第十条' },
    { law: '网络交易监督管理办法', article: '第八条', from: '2021-05-01' },
  ],
  'licence-shown': commerce('第十五条第一款'),
  'licence-false': commerce('第十条、第十五条第一款'),
  'licence-gone': commerce('第十条、第十五条第二款'),
  'licence-expired': commerce('第十二条、第十五条第一款'),
} as const satisfies { [topic: string]: readonly Citation[] }
