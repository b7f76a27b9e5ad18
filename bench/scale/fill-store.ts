/**
 * Fills the store as watching would have: operators on their register, shops, listings with their facts, their addresses, and the
 * snapshot that each was read from. Not measured.
 */
import { createHash } from 'node:crypto'
import { createMarket, type Market, type MarketListing } from '@mingzheng/demo'
import { newId } from '@mingzheng/kernel'
import { ensureMonths, type MonitoringTables } from '@mingzheng/monitoring'
import { type Kysely, sql } from 'kysely'

export interface Filling {
  readonly organisationId: string
  readonly platformId: string
  readonly taskId: string
  readonly origin: string
  readonly seed: string
  readonly listings: number
  readonly operators: number
  readonly today: string
  /** When the newest of it was seen, milliseconds since 1970; the oldest was a month before. */
  readonly at: number
}

const BATCH = 5000
const MONTH_MS = 30 * 86_400_000

export async function fillStore(db: Kysely<MonitoringTables>, filling: Filling): Promise<void> {
  const market = createMarket({ seed: filling.seed, size: filling.listings, today: filling.today })
  await ensureMonths(db, filling.at - MONTH_MS)
  for (let from = 0; from < filling.operators; from += BATCH) await addOperators(db, filling, market, from)
  await sql`insert into register (organisation_id, kind, version, entries, whole, changed_at)
    values (${filling.organisationId}, 'operators', 1, ${filling.operators}, true, ${new Date(filling.at)})`.execute(db)
  const shops = new Map<string, string>()
  for (let from = 0; from < filling.listings; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, filling.listings - from) }, (_, i) => market.listing(from + i))
    await addShops(db, filling, market, batch, shops)
    await addListings(db, filling, market, batch, shops)
  }
  await sql`analyze`.execute(db)
}

async function addOperators(
  db: Kysely<MonitoringTables>,
  { organisationId, operators }: Filling,
  market: Market,
  from: number,
): Promise<void> {
  const all = Array.from({ length: Math.min(BATCH, operators - from) }, (_, i) => market.operator(from + i))
  await sql`
    insert into register_entry (organisation_id, kind, key, since, until, name, name_key, code, fields, search)
    select ${organisationId}, 'operators', code, 1, null, name, name, code, fields, array[name]
    from unnest(${all.map(({ code }) => code)}::text[], ${all.map(({ name }) => name)}::text[],
      ${all.map(({ code, name, address, scope }) => JSON.stringify({ code, name, address, scope, status: '存续' }))}::jsonb[])
      as o(code, name, fields) on conflict do nothing`.execute(db)
}

async function addShops(
  db: Kysely<MonitoringTables>,
  { organisationId, platformId, at }: Filling,
  market: Market,
  batch: readonly MarketListing[],
  shops: Map<string, string>,
): Promise<void> {
  const fresh = new Map(batch.map(({ shop }) => [shop.name, shop]))
  for (const name of shops.keys()) fresh.delete(name)
  const rows = [...fresh.values()].map((shop) => ({
    id: newId(at),
    shop,
    owner: market.licence(shop.operator),
  }))
  for (const { id, shop } of rows) shops.set(shop.name, id)
  await sql`
    insert into shop (id, organisation_id, platform_id, name, operator, licence, region, first_at, last_at, planted)
    select id, ${organisationId}, ${platformId}, name, operator, licence, null, ${new Date(at)}, ${new Date(at)}, false
    from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ shop }) => shop.name)}::text[],
      ${rows.map(({ owner }) => owner.company)}::text[], ${rows.map(({ owner }) => owner.code)}::text[])
      as s(id, name, operator, licence)`.execute(db)
}

async function addListings(
  db: Kysely<MonitoringTables>,
  { organisationId, platformId, taskId, origin, at, listings }: Filling,
  market: Market,
  batch: readonly MarketListing[],
  shops: ReadonlyMap<string, string>,
): Promise<void> {
  const sha256 = (text: string) => createHash('sha256').update(text).digest()
  const rows = batch.map((listing) => {
    const seen = Math.round(at - (MONTH_MS * listing.index) / listings)
    const key = `${origin}/item/${listing.index}`
    const facts = JSON.stringify(factsOf(listing, market))
    return {
      id: newId(seen),
      snapshot: newId(seen),
      seen: new Date(seen),
      due: new Date(seen + 2 * MONTH_MS),
      key,
      address: sha256(key).subarray(0, 16),
      shop: shops.get(listing.shop.name) ?? null,
      listing,
      facts,
      sha: sha256(facts),
    }
  })
  await sql`
    with l as materialized (select * from rows from (unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ snapshot }) => snapshot)}::text[],
      ${rows.map(({ seen }) => seen)}::timestamptz[], ${rows.map(({ due }) => due)}::timestamptz[],
      ${rows.map(({ key }) => key)}::text[], ${rows.map(({ address }) => address)}::bytea[],
      ${rows.map(({ listing }) => listing.title)}::text[], ${rows.map(({ shop }) => shop)}::text[],
      ${rows.map(({ listing }) => listing.brand?.name ?? null)}::text[], ${rows.map(({ listing }) => listing.kind.category)}::text[],
      ${rows.map(({ listing }) => listing.price)}::numeric[], ${rows.map(({ sha }) => sha)}::bytea[]),
      jsonb_array_elements(${`[${rows.map(({ facts }) => facts).join(',')}]`}::jsonb))
      as l(id, snapshot, seen, due, key, address, title, shop, brand, category, price, sha, facts)),
    f as (insert into listing_fact (at, listing_id, organisation_id, snapshot_id, price, original_price, facts)
      select seen, id, ${organisationId}, snapshot, price, null, facts from l),
    b as (insert into snapshot_body (sha256, sm3, bytes, pack, place, packed)
      select distinct on (sha) sha, sha, 2000, 'before', 0, 800 from l on conflict do nothing),
    a as (insert into watch_address (task_id, organisation_id, platform_id, host_id, url, url_key, kind, depth, due_at, fetched_at,
        outcome, body_sha256, facts_sha256, examined)
      select ${taskId}, ${organisationId}, ${platformId}, (select id from watch_host), key, address, 'page', 0, due, seen, 'ok', sha, sha, ''
      from l returning id, url),
    s as (insert into snapshot (id, at, organisation_id, task_id, task_version, platform_id, address_id, url, final_url, outcome, detail,
        status, media_type, charset, body_sha256, change, fetch_ms, planted)
      select l.snapshot, l.seen, ${organisationId}, ${taskId}, 1, ${platformId}, a.id, l.key, l.key, 'ok', '', 200, 'text/html', 'utf-8',
        l.sha, 'new', 1, false from l join a on a.url = l.key)
    insert into listing (id, organisation_id, platform_id, key, url, title, shop_id, brand, category, price, facts, facts_sha256,
      snapshot_id, first_at, changed_at, planted)
    select id, ${organisationId}, ${platformId}, key, key, title, shop, brand, category, price, facts, sha, snapshot, seen, seen, false
    from l`.execute(db)
}

function factsOf(listing: MarketListing, market: Market) {
  const { code, company } = market.licence(listing.shop.operator)
  return {
    title: listing.title,
    description: listing.words.join('\n'),
    category: listing.kind.category,
    brand: listing.brand?.name ?? null,
    price: listing.price.toFixed(2),
    original_price: null,
    currency: 'CNY',
    sku: listing.id,
    availability: null,
    images: [],
    shop: listing.shop.name,
    operator: company,
    licence: code,
    rating: null,
    sales: String(listing.sold),
    attributes: Object.fromEntries(Object.entries(listing.facts).map(([name, value]) => [name, String(value)])),
  }
}
