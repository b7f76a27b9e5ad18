/**
 * Cases of known truth that are planted: those that the models were never tuned on, and some made from the articles for behaviours that
 * have none. Numbers of registration are drawn for each plant.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Behaviour } from '../recognition/behaviour.ts'
import { BEHAVIOURS } from '../recognition/behaviour.ts'
import { creditCodeProblem } from '../recognition/operator/credit-code.ts'
import type { Draws } from './draws.ts'
import type { PlantContent } from './schema.ts'

export interface PlantCase {
  readonly behaviour: Behaviour
  readonly expects: 'lead' | 'nothing'
  /** Where it was taken from. */
  readonly source: string
  readonly content: Omit<PlantContent, 'shop'> & { readonly shop: string | null }
}

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const moreSchema = z.object({
  category: z.string().nullable().default(null),
  brand: z.string().nullable().default(null),
  price: text.nullable().default(null),
  original_price: text.nullable().default(null),
  shop: z.string().nullable().default(null),
  attributes: z.record(z.string(), text).default({}),
  reviews: z.array(z.string()).default([]),
})

/** Every case that can be planted as a page. Read from files that come with the package, at each call. */
export function plantCases(): PlantCase[] {
  return [...rows('../recognition/cases/held-out.tsv'), ...rows('stock.tsv')].flatMap((row) => {
    const [behaviour = '', truth, source = '', title = '', description = '', more = '{}'] = row
    const parsed = moreSchema.safeParse(JSON.parse(more))
    // What buyers write is not on a page that is planted.
    if (!parsed.success || parsed.data.reviews.length > 0 || !isBehaviour(behaviour)) return []
    const { category, brand, price, original_price, shop, attributes } = parsed.data
    return [
      {
        behaviour,
        expects: truth === 'lead' ? 'lead' : 'nothing',
        source,
        content: { title, description, category, brand, price, original_price, shop, attributes },
      },
    ]
  })
}

/** A case as it is planted once: with a shop that does not exist, and numbers drawn anew. */
export function contentOf({ content }: PlantCase, draws: Draws): PlantContent {
  const attributes = Object.fromEntries(
    Object.entries(content.attributes).map(([name, value]) => [
      name,
      value.replace('{code:good}', () => creditCode(draws, true)).replace('{code:bad}', () => creditCode(draws, false)),
    ]),
  )
  const price = content.price ?? String(19 + draws.below(180))
  return { ...content, attributes, price, shop: content.shop ?? shopName(draws) }
}

const isBehaviour = (name: string): name is Behaviour => (BEHAVIOURS as readonly string[]).includes(name)

const FIRST = ['青禾', '云栖', '南塘', '小满', '石桥', '鹿鸣', '半山', '竹里', '望江', '春和', '木槿', '归田']
const LAST = ['商行', '旗舰店', '百货', '优选', '生活馆', '小铺', '工坊', '专营店']
const shopName = (draws: Draws) => `${draws.pick(FIRST)}${draws.pick(FIRST)}${draws.pick(LAST)}`

const CODE_LETTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** A code of a body that the code's own rules allow, or one whose last character is wrong (GB 32100-2015). */
function creditCode(draws: Draws, good: boolean): string {
  const body = `9133010${draws.below(9)}MA${Array.from({ length: 7 }, () => CODE_LETTERS[draws.below(31)]).join('')}`
  const last = [...CODE_LETTERS].find((letter) => creditCodeProblem(body + letter) === null)!
  if (good) return body + last
  return body + CODE_LETTERS[(CODE_LETTERS.indexOf(last) + 1 + draws.below(30)) % 31]!
}

function rows(file: string): string[][] {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
}
