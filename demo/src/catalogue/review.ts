import type { Listing } from './listing.ts'
import { numbersFrom } from './random.ts'

/** What a buyer wrote. */
export interface Review {
  readonly buyer: string
  readonly stars: number
  readonly text: string
  readonly option: string
  /** Day as `2026-11-03`. */
  readonly day: string
}

const SURNAMES = [...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨']
const OPENINGS = [
  '包装很用心，',
  '第二次买了，',
  '送给父母的，',
  '物流很快，',
  '等了三天，',
  '同事推荐来的，',
  '客服耐心，',
]
const MIDDLES = ['和图片一样，', '比想象的好一点，', '颜色略有差别，', '家里人都喜欢，', '细节处理得不错，', '分量足，']
const ENDINGS = [
  '会再来。',
  '值这个价。',
  '先用用看。',
  '推荐。',
  '希望一直这样。',
  '总体满意。',
  '如果便宜点就更好了。',
]

/** All reviews of a listing, newest first: always the same ones. */
export function reviewsOf(listing: Listing, today: number): readonly Review[] {
  const next = numbersFrom(`review ${listing.id}`)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!
  const count = 18 + Math.floor(next() * 30)
  return Array.from({ length: count }, (_, i) => ({
    buyer: `${pick(SURNAMES)}**`,
    stars: next() < 0.78 ? 5 : next() < 0.6 ? 4 : 3,
    text: pick(OPENINGS) + pick(MIDDLES) + pick(ENDINGS),
    option: pick(listing.options),
    day: new Date(today - (i * 1.7 + next()) * 86_400_000).toISOString().slice(0, 10),
  }))
}
