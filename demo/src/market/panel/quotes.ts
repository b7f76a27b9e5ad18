import { Dice } from '../dice.ts'
import { dayBefore, shopPrice, yuan } from '../draft.ts'
import { GOODS, titleOf } from '../goods/goods.ts'
import { PLATFORMS } from '../people/platforms.ts'
import { clock, numbered, type PanelSubject, panelRole, truthOf } from './panel.ts'

type Story =
  | 'dearer-for-regulars'
  | 'coupon-differs'
  | 'address-differs'
  | 'prices-tried-at-random'
  | 'small-gap'
  | 'both-ways'
  | 'few-pairs'
  | 'ordinary'
const ALIKES: readonly Story[] = [
  'coupon-differs',
  'address-differs',
  'prices-tried-at-random',
  'small-gap',
  'both-ways',
  'few-pairs',
]
const PERSONAS = [
  ['新用户', '老用户'],
  ['安卓千元机', '高端手机'],
  ['普通会员', '付费会员'],
  ['低消费', '高消费'],
  ['游客', '常购该品类'],
] as const

/** A product asked for at the same moments by matched personas and by pairs of the same persona (消费者权益保护法实施条例 9). */
export function quoteSubject(seed: string, index: number, today: string): PanelSubject {
  const subject = `q${index}`
  const dice = new Dice(seed, 'quotes', index)
  const role = panelRole(seed, 'price-discrimination', index)
  const story: Story = role === 'breaks' ? 'dearer-for-regulars' : role === 'seems' ? dice.pick(ALIKES) : 'ordinary'
  const kind = dice.pick(GOODS)
  const base = shopPrice(Math.max(40, dice.scaled(...kind.prices)))
  const [plainPersona, markedPersona] = dice.pick(PERSONAS)
  const product = `${titleOf(kind, null, dice)} ${subject}`
  const platform = dice.pick(PLATFORMS).name
  const address = dice.pick(['杭州市西湖区', '宁波市鄞州区', '成都市锦江区', '武汉市武昌区'])
  const gap = base * (story === 'small-gap' ? 0.008 : 0.035 + dice.roll() * 0.12)
  const noise = story === 'prices-tried-at-random' ? base * 0.08 : base * 0.001
  const pairs = story === 'few-pairs' ? dice.between(3, 7) : dice.between(16, 19)
  const rows: Record<string, unknown>[] = []
  const pair = (n: number, aa: boolean) => {
    const time = clock(dayBefore(today, 1 + (n % 7)), 9 + (n % 12), dice.below(60))
    const wobble = () => (dice.chance(0.3) || story === 'prices-tried-at-random' ? dice.normal() * noise : 0)
    const first = yuan(base + wobble())
    let second = base + wobble()
    if (!aa) second += surcharge(story, gap, n, dice)
    const both = {
      product,
      platform,
      pair_id: `${subject}-${aa ? 'a' : 't'}${n}`,
      time,
      coupon: '无',
      address,
      ...(aa ? { aa: true } : {}),
    }
    rows.push({ ...both, persona: plainPersona, price: first })
    rows.push({
      ...both,
      persona: aa ? plainPersona : markedPersona,
      price: yuan(second),
      ...(story === 'coupon-differs' && !aa ? { coupon: '新人券已用完' } : {}),
      ...(story === 'address-differs' && !aa ? { address: '乌鲁木齐市天山区' } : {}),
    })
  }
  for (let n = 0; n < pairs; n += 1) pair(n, false)
  for (let n = 0; n < Math.min(pairs, 12); n += 1) pair(n, true)
  return {
    truth: truthOf('price-discrimination', subject, role === 'breaks', story),
    lines: numbered(subject, 'quote', rows),
  }
}

function surcharge(story: Story, gap: number, n: number, dice: Dice): number {
  switch (story) {
    case 'dearer-for-regulars':
    case 'few-pairs':
      return gap * (0.8 + dice.roll() * 0.4)
    case 'coupon-differs':
    case 'address-differs':
    case 'small-gap':
      return gap
    case 'both-ways':
      return n % 2 === 0 ? gap : -gap
    case 'prices-tried-at-random':
    case 'ordinary':
      return 0
  }
}
