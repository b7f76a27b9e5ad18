/** Keeps the offers of subjects in step with what has changed, and finds those among them that panels must look at. */
import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { listingOf } from '../fact/line-of.ts'
import { yuan } from '../recognition/fields.ts'
import type { Listing } from '../recognition/line.ts'
import { productOf } from '../recognition/product.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { coefficientOfVariation, median, quantile } from '../statistics/quantile.ts'
import type { PanelDay, ReadListing } from './panel-listings.ts'

type Db = Kysely<MonitoringTables>

/** An offer as a peer of others. */
export interface PeerOffer {
  readonly listingId: string
  readonly price: number | null
  readonly shopId: string | null
}

/** The product that an offer is of, which those of others may share; a listing that names none stands alone. */
export function subjectOf(listing: Listing, id: string): string {
  return productOf(listing) ?? `\0alone\0${id}`
}

/** Name of a subject in the database, hexadecimal. */
export function subjectKey(subject: string): string {
  return createHash('sha256').update(subject).digest('hex').slice(0, 32)
}

/** Writes the offers of listings as they stand now; keys of the subjects that they belong to and did before. */
export async function keepOffers(db: Db, read: readonly ReadListing[], at: PanelDay): Promise<Set<string>> {
  const rows = read.map(({ listing: { id, shop_id }, line }) => {
    const listing = listingOf(line)
    return { id, shop_id, key: subjectKey(subjectOf(listing, id)), price: yuan(listing.price) }
  })
  const ids = rows.map(({ id }) => id)
  const { rows: before } = await sql<{ subject: Buffer }>`
    select distinct subject from panel_offer where listing_id = any (${ids})`.execute(db)
  await sql`
    insert into panel_offer (listing_id, organisation_id, subject, shop_id, price)
    select id, ${at.organisationId}, subject, shop, price
    from unnest(${ids}::text[], ${rows.map(({ key }) => Buffer.from(key, 'hex'))}::bytea[],
      ${rows.map(({ shop_id }) => shop_id)}::text[], ${rows.map(({ price }) => price)}::float8[]) as o(id, subject, shop, price)
    on conflict (listing_id) do update set subject = excluded.subject, shop_id = excluded.shop_id, price = excluded.price,
      again_at = null`.execute(db)
  return new Set([...rows.map(({ key }) => key), ...before.map(({ subject }) => subject.toString('hex'))])
}

/** All offers of these subjects, by the subject's key, in the order of ids. */
export async function offersOf(
  db: Db,
  keys: readonly string[],
  { organisationId }: PanelDay,
): Promise<Map<string, PeerOffer[]>> {
  const { rows } = await sql<{ subject: Buffer; listing_id: string; price: number | null; shop_id: string | null }>`
    select subject, listing_id, price, shop_id from panel_offer
    where organisation_id = ${organisationId} and subject = any (${keys.map((key) => Buffer.from(key, 'hex'))}::bytea[])
    order by subject, listing_id`.execute(db)
  const found = new Map<string, PeerOffer[]>()
  for (const { subject, listing_id, price, shop_id } of rows) {
    const key = subject.toString('hex')
    const offers = found.get(key)
    const offer = { listingId: listing_id, price, shopId: shop_id }
    if (offers === undefined) found.set(key, [offer])
    else offers.push(offer)
  }
  return found
}

/** Wider than any panel's own limit: who is no suspect here is none there. */
const SUSPECT_OF_MEDIAN = 0.8
const SUSPECT_OF_PEERS = 0.9
const LEAST_OFFERS = 8
const MANY_OFFERS = 20

/** Offers that a change of their peers may have made conspicuous. */
export function suspects(offers: readonly PeerOffer[]): PeerOffer[] {
  const prices = offers.flatMap(({ price }) => price ?? [])
  if (prices.length < LEAST_OFFERS) return []
  const peers = prices.length > MANY_OFFERS ? SUSPECT_OF_PEERS * quantile(prices, 0.05) : 0
  const limit = Math.max(SUSPECT_OF_MEDIAN * median(prices), peers)
  return offers.filter(({ price }) => price !== null && price <= limit)
}

const LEAST_SHOPS = 8
const UNIFORM = 0.03

/** Whether so many shops ask so nearly the same that their history is worth reading. */
export function isUniform(offers: readonly PeerOffer[]): boolean {
  const shops = new Map(
    offers.flatMap(({ shopId, price }) => (shopId === null || price === null ? [] : [[shopId, price]])),
  )
  return shops.size >= LEAST_SHOPS && coefficientOfVariation([...shops.values()]) < UNIFORM
}

/** Of listings those about which no lead of a panel is kept yet. */
export async function untoldOf(db: Db, ids: readonly string[], behaviours: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ listing_id: string }>`
    select distinct listing_id from lead where listing_id = any (${ids}) and behaviour = any (${behaviours})`.execute(
    db,
  )
  const told = new Set(rows.map(({ listing_id }) => listing_id))
  return ids.filter((id) => !told.has(id))
}

/** Listings whose finding waits for days to pass are looked at again, changed or not. */
export async function lookAgain(db: Db, ids: readonly string[], when: Date): Promise<void> {
  if (ids.length === 0) return
  await sql`update panel_offer set again_at = ${when} where listing_id = any (${ids})`.execute(db)
}
