/** What listings cost on the days before, from the facts that were kept when they changed. */
import { chinaText } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import type { SeenPrice } from '../fact/line-of.ts'
import type { MonitoringTables } from '../register/schema.ts'

const DAYS = 60
const MOST = 200

/** By listing, in the order of time; the lowest of each day. */
export async function priceHistories(
  db: Kysely<MonitoringTables>,
  listingIds: readonly string[],
  now: number,
): Promise<Map<string, SeenPrice[]>> {
  const found = new Map<string, SeenPrice[]>()
  if (listingIds.length === 0) return found
  const since = new Date(now - DAYS * 86_400_000)
  const { rows } = await sql<{ listing_id: string; at: Date; price: string }>`
    select listing_id, at, price from listing_fact
    where listing_id = any (${[...listingIds]}) and at >= ${since} and price is not null
    order by listing_id, at desc limit ${MOST * listingIds.length}`.execute(db)
  for (const { listing_id, at, price } of rows.reverse()) {
    const day = chinaText(at.getTime()).slice(0, 10)
    const prices = found.get(listing_id) ?? []
    const last = prices.at(-1)
    if (last?.day === day) {
      if (Number(price) < Number(last.price)) prices[prices.length - 1] = { day, price }
    } else prices.push({ day, price })
    found.set(listing_id, prices)
  }
  return found
}
