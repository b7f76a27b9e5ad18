import { Dice } from '../market/dice.ts'
import { dayBefore } from '../market/draft.ts'
import { createMarket, listingId, listingIndex, type Market, type MarketListing } from '../market/market.ts'
import type { MarketShop } from '../market/people/operators.ts'
import { listingRole, operatorRole } from '../market/roles.ts'
import type { ListingBehaviour } from '../market/truth.ts'

const DAY_MS = 86_400_000
/** Days that a feed of changes goes back. */
const FEED_DAYS = 14
const CHANGED_A_DAY = 0.02
/** A planted listing is one of so many of a market of its own. */
const PLANT_FROM = 1000

/** Something that changed on a platform. */
export interface Change {
  /** As `2026-11-24T09:13:00+08:00`. */
  readonly time: string
  readonly kind: 'listed' | 'price' | 'words' | 'shop-opened'
  readonly id: string
}

/** What a platform of the market holds. Nothing is worked out before it is asked for. */
export interface Shelf {
  readonly platform: string
  ids(): readonly string[]
  shops(): readonly MarketShop[]
  listing(id: string): MarketListing | null
  shop(id: string): MarketShop | null
  inShop(shop: string): readonly MarketListing[]
  /** Listings whose title, words, category or shop's name hold every word of the query. */
  search(query: string): readonly MarketListing[]
  licence(shop: MarketShop): ReturnType<Market['licence']>
  /** Newest first. */
  changes(): readonly Change[]
  /** Puts up a fresh listing that breaks a rule, as any seller would; answers its id. */
  plant(behaviour: ListingBehaviour): string
  /** Takes a planted listing down again; `false` when it was none. */
  withdraw(id: string): boolean
}

export interface ShelfOptions {
  readonly seed: string
  readonly size: number
  readonly platform: string
  now(): number
}

export function createShelf({ seed, size, platform, now }: ShelfOptions): Shelf {
  const today = () => new Date(now() + 8 * 3_600_000).toISOString().slice(0, 10)
  // Past midnight histories and dates are of another day: the market is made anew.
  let market = createMarket({ seed, size, today: today() })
  const made = new Map<string, MarketListing>()
  const current = () => {
    if (market.today !== today()) {
      market = createMarket({ seed, size, today: today() })
      made.clear()
    }
    return market
  }
  let indices: readonly number[] | null = null
  const own = () => {
    indices ??= Array.from({ length: size }, (_, index) => index).filter(
      (index) => market.shopOf(index).platform.id === platform,
    )
    return indices
  }
  const shops = new Map<string, MarketShop>()
  const planted = new Map<string, { seed: string; index: number; shop: MarketShop }>()
  let plants = 0
  const allShops = () => {
    if (shops.size === 0) for (const index of own()) shops.set(market.shopOf(index).id, market.shopOf(index))
    return shops
  }
  const make = (id: string): MarketListing | null => {
    const { seed: from, index, shop } = planted.get(id) ?? {}
    if (from !== undefined) {
      const listing = createMarket({ seed: from, size: index! + 1, today: today() }).listing(index!)
      return { ...listing, id, shop: shop!, operator: current().operator(shop!.operator) }
    }
    const at = listingIndex(id)
    return at !== null && at < size && market.shopOf(at).platform.id === platform ? current().listing(at) : null
  }
  const listing = (id: string): MarketListing | null => {
    const known = current().today === made.get(id)?.today ? made.get(id) : undefined
    if (known !== undefined) return known
    const found = make(id)
    if (found !== null) made.set(id, found)
    return found
  }
  const ids = () => [...own().map(listingId), ...planted.keys()]
  const all = () => ids().map((id) => listing(id)!)
  return {
    platform,
    ids,
    shops: () => [...allShops().values()],
    listing,
    shop: (id) => allShops().get(id) ?? null,
    inShop: (shop) => all().filter((each) => each.shop.id === shop),
    search(query) {
      const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean)
      return all().filter(({ title, words: lines, kind, shop }) => {
        const text = [title, kind.category, shop.name, ...lines].join('\n').toLowerCase()
        return words.every((word) => text.includes(word))
      })
    },
    licence: (shop) => current().licence(shop.operator),
    changes: () => changesOf(seed, ids(), [...planted.keys()], [...allShops().values()], now()),
    plant(behaviour) {
      const from = `${seed} planted ${platform} ${plants}`
      plants += 1
      const other = createMarket({ seed: from, size: PLANT_FROM, today: today() })
      const index = Array.from({ length: PLANT_FROM }, (_, i) => i).find((i) => {
        const role = listingRole(from, i)
        return (
          role.kind === 'breaks' &&
          role.behaviour === behaviour &&
          operatorRole(from, other.shopOf(i).operator) !== 'exempt'
        )
      })!
      const id = listingId(size + 3 + plants * 7)
      const list = [...allShops().values()]
      planted.set(id, { seed: from, index, shop: list[new Dice(from, 'shop').below(list.length)]! })
      return id
    },
    withdraw(id) {
      made.delete(id)
      return planted.delete(id)
    },
  }
}

function changesOf(
  seed: string,
  ids: readonly string[],
  fresh: readonly string[],
  shops: readonly MarketShop[],
  now: number,
): Change[] {
  const today = new Date(now + 8 * 3_600_000).toISOString().slice(0, 10)
  const changes: Change[] = fresh.map((id) => ({
    time: `${new Date(now + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`,
    kind: 'listed',
    id,
  }))
  for (let back = 0; back < FEED_DAYS; back += 1) {
    const day = dayBefore(today, back)
    const dice = new Dice(seed, `changes ${day}`)
    for (let i = 0; i < Math.ceil(ids.length * CHANGED_A_DAY); i += 1) {
      const time = `${day}T${String(dice.between(7, 22)).padStart(2, '0')}:${String(dice.below(60)).padStart(2, '0')}:00+08:00`
      const change: Change = { time, kind: dice.pick(['price', 'words', 'listed']), id: dice.pick(ids) }
      if (Date.parse(time) <= now) changes.push(change)
    }
  }
  const since = new Date(now - FEED_DAYS * DAY_MS).toISOString()
  for (const { opened, id } of shops)
    if (opened >= since) changes.push({ time: `${opened}T10:00:00+08:00`, kind: 'shop-opened', id })
  return changes.sort((one, other) => (one.time < other.time ? 1 : one.time > other.time ? -1 : 0))
}
