/** Keeps what is known of listings and their shops now, and a row of facts for each change. */
import { type Bytes, digest, encodeJson, type JsonValue, newId } from '@mingzheng/kernel'
import { sql, type Transaction } from 'kysely'
import type { Facts } from '../fact/facts.ts'
import type { Claim } from '../frontier/claim.ts'
import type { MonitoringTables } from '../register/schema.ts'
import type { ExaminedListing } from './batch.ts'
import { regionOf } from './objectives.ts'

export interface KeptListing extends ExaminedListing {
  readonly listingId: string
  readonly shopId: string | null
  readonly isNew: boolean
}

type Tx = Transaction<MonitoringTables>

export async function keepListings(tx: Tx, claim: Claim, examined: readonly ExaminedListing[]): Promise<KeptListing[]> {
  // The same page may come by two addresses; rows are written in one order, so that workers never wait in a circle.
  const byKey = new Map(examined.map((one) => [one.key, one]))
  const ordered = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  if (ordered.length === 0) return []
  const shops = await keepShops(tx, claim, ordered)
  const { task, platformId } = claim
  const facts = ordered.map(({ page }) => fieldsOf(page.reading.facts!, new Set(task.spec.elements.fields)))
  const shopOf = ({ page }: ExaminedListing) => shops.get(page.reading.facts!.shop ?? '') ?? null
  const digests = facts.map((one, i) => Buffer.from(digestOf(one, ordered[i]!.page.reading)))
  const { rows } = await sql<{ id: string; key: string; is_new: boolean; changed: boolean }>`
    insert into listing (id, organisation_id, platform_id, key, url, title, shop_id, brand, category, price, facts, facts_sha256,
      snapshot_id, first_at, changed_at, planted)
    select id, ${task.organisationId}, ${platformId}, key, url, title, shop, brand, category, price, facts, sha, snapshot, at, at, planted
    from rows from (unnest(${ordered.map(({ page }) => newId(page.at))}::text[], ${ordered.map(({ key }) => key)}::text[],
      ${ordered.map(({ page }) => page.address.url)}::text[], ${facts.map(({ title }) => title.slice(0, 1000))}::text[],
      ${ordered.map(shopOf)}::text[], ${facts.map(({ brand }) => brand)}::text[], ${facts.map(({ category }) => category)}::text[],
      ${facts.map(({ price }) => price)}::numeric[], ${digests}::bytea[],
      ${ordered.map(({ page }) => page.snapshotId)}::text[], ${ordered.map(({ page }) => new Date(page.at))}::timestamptz[],
      ${ordered.map(({ page }) => page.address.planted)}::bool[]),
      -- One document of all: as an array of documents each quote of each would be written twice.
      jsonb_array_elements(${JSON.stringify(facts)}::jsonb))
      as l(id, key, url, title, shop, brand, category, price, sha, snapshot, at, planted, facts)
    on conflict (organisation_id, platform_id, key) do update set url = excluded.url, title = excluded.title,
      shop_id = coalesce(excluded.shop_id, listing.shop_id), brand = excluded.brand, category = excluded.category,
      price = excluded.price, facts = excluded.facts, snapshot_id = excluded.snapshot_id, facts_sha256 = excluded.facts_sha256,
      changed_at = case when listing.facts_sha256 = excluded.facts_sha256 then listing.changed_at else excluded.changed_at end
    returning id, key, xmax = 0 as is_new, changed_at = any (${ordered.map(({ page }) => new Date(page.at))}::timestamptz[]) as changed
  `.execute(tx)
  const kept = new Map(rows.map((row) => [row.key, row]))
  await keepFacts(tx, ordered, facts, kept)
  return ordered.map((one) => {
    const row = kept.get(one.key)!
    return { ...one, listingId: row.id, shopId: shopOf(one), isNew: row.is_new }
  })
}

/** A listing keeps a row for the facts of a moment; the price curve and the models' histories come from these. */
async function keepFacts(
  tx: Tx,
  ordered: readonly ExaminedListing[],
  facts: readonly Facts[],
  kept: ReadonlyMap<string, { id: string; changed: boolean }>,
): Promise<void> {
  const changed = ordered.flatMap((one, i) => (kept.get(one.key)!.changed ? [{ ...one, facts: facts[i]! }] : []))
  if (changed.length === 0) return
  // The facts are those that the listing has just been given.
  await sql`
    insert into listing_fact (at, listing_id, organisation_id, snapshot_id, price, original_price, facts)
    select f.at, l.id, l.organisation_id, l.snapshot_id, l.price, f.original, l.facts
    from unnest(${changed.map(({ page }) => new Date(page.at))}::timestamptz[], ${changed.map(({ key }) => kept.get(key)!.id)}::text[],
      ${changed.map((one) => one.facts.original_price)}::numeric[]) as f(at, id, original)
    join listing l on l.id = f.id
    on conflict do nothing`.execute(tx)
}

async function keepShops(
  tx: Tx,
  { task, platformId }: Claim,
  examined: readonly ExaminedListing[],
): Promise<Map<string, string>> {
  const byName = new Map<string, { facts: Facts; at: number; planted: boolean }>()
  for (const { page } of examined) {
    const facts = page.reading.facts!
    if (facts.shop !== null) byName.set(facts.shop, { facts, at: page.at, planted: page.address.planted })
  }
  const shops = [...byName].sort(([a], [b]) => (a < b ? -1 : 1))
  if (shops.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`
    insert into shop (id, organisation_id, platform_id, name, operator, licence, region, first_at, last_at, planted)
    select id, ${task.organisationId}, ${platformId}, name, operator, licence, region, at, at, planted
    from unnest(${shops.map(([, { at }]) => newId(at))}::text[], ${shops.map(([name]) => name)}::text[],
      ${shops.map(([, { facts }]) => facts.operator)}::text[], ${shops.map(([, { facts }]) => facts.licence)}::text[],
      ${shops.map(([, { facts }]) => regionOf(facts.licence))}::text[], ${shops.map(([, { at }]) => new Date(at))}::timestamptz[],
      ${shops.map(([, { planted }]) => planted)}::bool[])
      as s(id, name, operator, licence, region, at, planted)
    on conflict (organisation_id, platform_id, name) do update set operator = coalesce(excluded.operator, shop.operator),
      licence = coalesce(excluded.licence, shop.licence), region = coalesce(excluded.region, shop.region), last_at = excluded.last_at,
      planted = shop.planted and excluded.planted
    returning id, name`.execute(tx)
  return new Map(rows.map(({ id, name }) => [name, id]))
}

function digestOf(facts: Facts, reading: ExaminedListing['page']['reading']): Bytes {
  if (facts === reading.facts && reading.factsSha256 !== null) return reading.factsSha256
  return digest('sha256', encodeJson(facts as unknown as JsonValue))
}

/** The fields that the task asks for; the title names the listing and is always kept. */
function fieldsOf(facts: Facts, kept: ReadonlySet<string>): Facts {
  if (Object.keys(facts).every((field) => kept.has(field) || field === 'title' || field === 'attributes')) return facts
  return Object.fromEntries(
    Object.entries(facts).map(([field, value]) => [
      field,
      kept.has(field) || field === 'title'
        ? value
        : field === 'description'
          ? ''
          : field === 'images'
            ? []
            : field === 'attributes'
              ? value
              : null,
    ]),
  ) as unknown as Facts
}
