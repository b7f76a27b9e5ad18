import type { Motif } from '../../picture/scene.ts'
import type { Dice } from '../dice.ts'
import { BEAUTY_GOODS } from './beauty-goods.ts'
import { FOOD_GOODS } from './food-goods.ts'
import { HEALTH_GOODS } from './health-goods.ts'
import { HOME_GOODS } from './home-goods.ts'
import { LEARNING_GOODS } from './learning-goods.ts'
import { OUTDOOR_GOODS } from './outdoor-goods.ts'
import { TECH_GOODS } from './tech-goods.ts'
import { WEAR_GOODS } from './wear-goods.ts'

/** A kind of goods and the words it is sold with. */
export interface GoodsKind {
  readonly id: string
  readonly category: string
  readonly motif: Motif
  /** In yuan. */
  readonly prices: readonly [number, number]
  readonly nouns: readonly string[]
  readonly looks: readonly string[]
  readonly specs: readonly string[]
  readonly words: readonly string[]
  readonly buyers: readonly string[]
  readonly facts: readonly (readonly [name: string, values: readonly string[]])[]
}

/**
 * Reads kinds of goods: `id category motif low-high` at the margin, below it indented rows that start with `nouns`, `looks`,
 * `specs`, `words`, `buyers`, or with the name of a fact.
 */
function read(text: string): GoodsKind[] {
  const kinds: GoodsKind[] = []
  let rows: Map<string, string[]> = new Map()
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    if (!line.startsWith(' ')) {
      const [id, category, motif, range] = line.trim().split(' ') as [string, string, Motif, string]
      const prices = range.split('-').map(Number) as [number, number]
      rows = new Map()
      const own = rows
      const row = (name: string) => own.get(name)!
      kinds.push({
        id,
        category,
        motif,
        prices,
        get nouns() {
          return row('nouns')
        },
        get looks() {
          return row('looks')
        },
        get specs() {
          return row('specs')
        },
        get words() {
          return row('words')
        },
        get buyers() {
          return row('buyers')
        },
        get facts() {
          return [...own].filter(([name]) => !WORDS.has(name))
        },
      })
      continue
    }
    const [name = '', ...rest] = line.trim().split(' ')
    rows.set(name, [...(rows.get(name) ?? []), ...rest.join(' ').split(' | ')])
  }
  return kinds
}

const WORDS = new Set(['nouns', 'looks', 'specs', 'words', 'buyers'])

export const GOODS: readonly GoodsKind[] = [
  FOOD_GOODS,
  HEALTH_GOODS,
  BEAUTY_GOODS,
  WEAR_GOODS,
  HOME_GOODS,
  TECH_GOODS,
  OUTDOOR_GOODS,
  LEARNING_GOODS,
].flatMap(read)

const BY_ID = new Map(GOODS.map((kind) => [kind.id, kind]))

/** The kind of that id; throws when there is none. */
export function goodsOf(id: string): GoodsKind {
  const kind = BY_ID.get(id)
  if (kind === undefined) throw new Error(`no kind of goods is called ${id}`)
  return kind
}

/** A title as shops put it: looks, noun, size, in varying order. */
export function titleOf(kind: GoodsKind, brand: string | null, dice: Dice): string {
  const looks = dice.some(kind.looks, dice.between(1, 3))
  const noun = dice.pick(kind.nouns)
  const head = brand === null ? [] : [brand]
  const parts = dice.chance(0.6) ? [...head, ...looks, noun] : [...head, noun, ...looks]
  return [...parts, dice.pick(kind.specs)].join(dice.chance(0.75) ? ' ' : '')
}
