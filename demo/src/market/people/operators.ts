import { Dice } from '../dice.ts'
import { operatorRole } from '../roles.ts'
import { drawCreditCode } from './credit-codes.ts'
import { PLACES, type Place } from './divisions.ts'
import { nameRoot, personName, shopName } from './names.ts'
import { drawPlatforms, type MarketPlatform } from './platforms.ts'

/** Who trades. Names, people, numbers and addresses are invented. */
export interface Operator {
  readonly index: number
  /** Root of its names, two characters. */
  readonly root: string
  readonly kind: 'company' | 'household' | 'farmer'
  /** The registered name; a farmer's own name. */
  readonly name: string
  /** Empty for a farmer, who needs no registration (电子商务法 10). */
  readonly code: string
  readonly representative: string
  readonly place: Place
  readonly address: string
  readonly scope: string
  /** Day as `2019-03-18`. */
  readonly established: string
  /** Last day of the licence, or `长期`. */
  readonly validUntil: string
  readonly shops: readonly MarketShop[]
}

export interface MarketShop {
  readonly id: string
  readonly name: string
  readonly platform: MarketPlatform
  /** Index of its operator. */
  readonly operator: number
  readonly opened: string
  readonly rating: number
  readonly followers: number
  readonly hue: number
}

const TRADES = [
  '商贸',
  '电子商务',
  '贸易',
  '食品',
  '科技',
  '供应链管理',
  '服饰',
  '百货',
  '健康管理',
  '文化创意',
  '日用品',
]
const SCOPES = [
  '食品互联网销售（仅销售预包装食品）',
  '食用农产品零售',
  '日用百货销售',
  '化妆品零售',
  '针纺织品销售；服装服饰零售',
  '电子产品销售；家用电器销售',
  '第二类医疗器械销售',
  '图书零售',
  '宠物食品及用品零售',
  '工艺美术品零售',
  '玩具销售；母婴用品销售',
  '五金产品零售',
]
const STREETS = [
  '建设路',
  '文一路',
  '中山街',
  '开元巷',
  '工业大道',
  '新安路',
  '东湖街',
  '望江路',
  '环城北路',
  '创业路',
  '桑园弄',
]

/** The operator of an index: always the same one for a seed. */
export function operatorAt(seed: string, index: number): Operator {
  const dice = new Dice(seed, 'operator', index)
  const root = nameRoot(dice)
  const place = dice.pick(PLACES)
  const kind = operatorRole(seed, index) === 'exempt' ? 'farmer' : dice.chance(0.7) ? 'company' : 'household'
  const representative = personName(dice)
  const short = place.city.replace(/市$|自治州$/, '')
  const name =
    kind === 'farmer'
      ? representative
      : kind === 'household'
        ? `${place.city}${place.district}${root}${dice.pick(['百货店', '食品商行', '服装店', '电子商务商行', '日用品店'])}`
        : `${short}${root}${dice.pick(TRADES)}有限公司`
  const established = day(dice, 2008, 2024)
  return {
    index,
    root,
    kind,
    name,
    code: kind === 'farmer' ? '' : drawCreditCode(kind === 'company' ? '91' : '92', place.code, dice),
    representative,
    place,
    address: `${place.province === place.city ? '' : place.province}${place.city}${place.district}${dice.pick(STREETS)}${dice.between(1, 399)}号${dice.chance(0.5) ? `${dice.between(1, 9)}幢${dice.between(101, 1808)}室` : ''}`,
    scope: ['互联网销售（除销售需要许可的商品）', ...dice.some(SCOPES, dice.between(8, 11))].join('；'),
    established,
    validUntil: dice.chance(0.6) ? '长期' : day(dice, 2028, 2045),
    shops: shopsOf(seed, index, root, established),
  }
}

function shopsOf(seed: string, index: number, root: string, established: string): MarketShop[] {
  const dice = new Dice(seed, 'shops', index)
  const count = dice.chance(0.55) ? 1 : dice.chance(0.6) ? 2 : dice.between(3, 4)
  return drawPlatforms(count, () => dice.roll()).map((platform, i) => ({
    id: `s${index.toString(36)}${'abcd'[i]}`,
    name: shopName(root, dice),
    platform,
    operator: index,
    opened: `${Math.min(2025, Number(established.slice(0, 4)) + dice.between(1, 6))}${established.slice(4)}`,
    rating: 4 + dice.between(2, 10) / 10,
    followers: Math.floor(dice.scaled(20, 90_000)),
    hue: dice.below(360),
  }))
}

function day(dice: Dice, from: number, to: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${dice.between(from, to)}-${two(dice.between(1, 12))}-${two(dice.between(1, 28))}`
}
