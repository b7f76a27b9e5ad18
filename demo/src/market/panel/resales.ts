import { Dice } from '../dice.ts'
import { dayBefore, shopPrice, yuan } from '../draft.ts'
import { BRANDS } from '../people/brands.ts'
import { nameRoot } from '../people/names.ts'
import { list } from '../words/grammar.ts'
import { clock, numbered, type PanelSubject, panelRole, truthOf } from './panel.ts'

type Story = 'fixed' | 'advice-only' | 'all-goods-alike' | 'few-resellers' | 'few-days' | 'ordinary'
const ALIKES: readonly Story[] = ['advice-only', 'all-goods-alike', 'few-resellers', 'few-days']

const FLOORS = list(`
  各经销商请注意，线上成交价不得低于{p}元，违者停货。 | 即日起全网统一零售价{p}元，低价乱价扣保证金。 | 控价通知：最低限价{p}元，发现破价第一次警告，第二次取消授权。 | 请严格执行公司限价{p}元，私自降价的终止供货。 | 维价要求：任何活动到手价不低于{p}元。
  破价店铺须两小时内改回{p}元，否则下架处理。
`)
const ADVICE = list(`
  建议零售价{p}元，经销商可自主定价。 | 市场指导价{p}元，仅供参考，不作要求。 | 新品建议价{p}元，各店按自身成本决定。
`)

/** One product of a brand at its resellers, week after week, and another brand's at the same ones (反垄断法 18). */
export function resaleSubject(seed: string, index: number, today: string): PanelSubject {
  const subject = `v${index}`
  const dice = new Dice(seed, 'resales', index)
  const role = panelRole(seed, 'vertical-agreement', index)
  const story: Story = role === 'breaks' ? 'fixed' : role === 'seems' ? dice.pick(ALIKES) : 'ordinary'
  const brand = dice.pick(BRANDS)
  const other = dice.pick(BRANDS.filter(({ name }) => name !== brand.name))
  const many = story !== 'few-resellers' && (story !== 'ordinary' || dice.chance(0.4))
  const resellers = Array.from(
    { length: many ? dice.between(9, 12) : dice.between(3, 6) },
    (_, i) => `${nameRoot(dice)}${subject}-${i}`,
  )
  const weeks = story === 'few-days' ? 3 : many ? 6 : 4
  const tight = story === 'fixed' || story === 'all-goods-alike' || story === 'few-resellers' || story === 'few-days'
  const base = shopPrice(brand.usual)
  const stepWeek = dice.between(2, 4)
  const undercutter = story === 'fixed' && dice.chance(0.6) ? resellers[0] : null
  const rows: Record<string, unknown>[] = []
  const quotes = (name: string, usual: number, product: string, alike: boolean) => {
    const own = resellers.map(() => (alike ? 1 : Math.exp(dice.normal() * 0.09)))
    for (let week = 0; week < weeks; week += 1) {
      const day = dayBefore(today, (weeks - 1 - week) * 7 + 1)
      const level = alike ? (week >= stepWeek ? usual * 1.05 : usual) : usual
      resellers.forEach((reseller, i) => {
        const price = level * own[i]! * (alike ? 1 : 1 + dice.normal() * 0.02)
        rows.push({
          brand: name,
          product,
          reseller,
          time: clock(day, 10, i),
          price: alike ? shopPrice(price) : yuan(price),
        })
      })
    }
  }
  quotes(brand.name, base, `${brand.name} ${subject}`, tight)
  if (many) quotes(other.name, other.usual, `${other.name} ${subject}x`, story === 'all-goods-alike')
  const last = { brand: brand.name, product: `${brand.name} ${subject}`, reseller: resellers.at(-1) }
  if (undercutter !== null) {
    const day = dayBefore(today, 2)
    rows.push({ ...last, reseller: undercutter, time: clock(day, 12, 0), price: yuan(base * 0.85) })
    rows.push({
      ...last,
      reseller: undercutter,
      time: clock(dayBefore(today, 1), 9, 0),
      price: yuan(base * 0.85),
      status: '下架',
    })
  }
  const words = story === 'fixed' ? FLOORS : story === 'advice-only' ? ADVICE : null
  if (words !== null && (story !== 'fixed' || undercutter === null || dice.chance(0.6))) {
    const notice = dice.pick(words).replace('{p}', String(base))
    rows.push({ ...last, time: clock(dayBefore(today, 1), 11, 0), price: shopPrice(base * (tight ? 1.05 : 1)), notice })
  }
  return {
    truth: truthOf('vertical-agreement', subject, role === 'breaks', story),
    lines: numbered(subject, 'quote', rows),
  }
}
