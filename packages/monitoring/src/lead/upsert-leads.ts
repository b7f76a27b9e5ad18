/** Leads of a batch in one statement: each is made, or meets the one that there is. */
import { newId } from '@mingzheng/kernel'
import { searchTerms } from '@mingzheng/storage'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Finding } from '../recognition/finding.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { regionOf } from '../watch/objectives.ts'
import type { JudgedListing } from './judged-listing.ts'

export interface LeadToKeep {
  /** What is suspected of whom. */
  readonly key: Buffer
  /** What exactly was found. */
  readonly mark: Buffer
  readonly findingId: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly listing: JudgedListing
  readonly finding: Finding
}

export interface LeadPlace {
  readonly organisationId: string
  readonly platformId: string
  readonly demo: boolean
}

export interface KeptLead {
  readonly id: string
  readonly isNew: boolean
  /** Whether it was dismissed and other words were found: it is new again. */
  readonly reopened: boolean
}

/** As many as a statement's parameters allow, with room. */
const MOST = 1000

/** By key, hex. `leads` have different keys in ascending order, so that workers never wait in a circle. */
export async function upsertLeads(
  tx: Transaction<MonitoringTables>,
  place: LeadPlace,
  leads: readonly LeadToKeep[],
): Promise<Map<string, KeptLead>> {
  const kept = new Map<string, KeptLead>()
  for (let from = 0; from < leads.length; from += MOST) {
    const values = sql.join(leads.slice(from, from + MOST).map((lead) => valuesOf(place, lead)))
    const { rows } = await sql<{ id: string; key: Buffer; is_new: boolean; reopened: boolean }>`
      insert into lead (id, organisation_id, key, state, behaviour, article, score, reason, title, url, platform_id, listing_id, shop_id,
        shop_name, region, mark, finding_id, finding_at, first_at, last_at, seen, demo, search, planted)
      values ${values}
      on conflict (organisation_id, key) do update set seen = lead.seen + 1, last_at = greatest(lead.last_at, excluded.last_at),
        article = excluded.article, score = excluded.score, reason = excluded.reason, title = excluded.title, url = excluded.url,
        shop_id = coalesce(excluded.shop_id, lead.shop_id), shop_name = coalesce(excluded.shop_name, lead.shop_name),
        region = coalesce(excluded.region, lead.region), finding_id = excluded.finding_id, finding_at = excluded.finding_at,
        search = excluded.search, mark = excluded.mark, ledger_index = null, ledger_time = null,
        state = case when lead.state = 'dismissed' and lead.mark <> excluded.mark then 'new' else lead.state end
      returning id, key, xmax = 0 as is_new, state = 'new' and dismissed_for is not null as reopened`.execute(tx)
    for (const { id, key, is_new: isNew, reopened } of rows) kept.set(key.toString('hex'), { id, isNew, reopened })
  }
  const reopened = [...kept.values()].filter((lead) => lead.reopened).map(({ id }) => id)
  if (reopened.length > 0) {
    await tx.updateTable('lead').set({ dismissed_for: null }).where('id', 'in', reopened).execute()
  }
  return kept
}

function valuesOf(
  { organisationId, platformId, demo }: LeadPlace,
  { key, mark, findingId, at, listing, finding }: LeadToKeep,
): RawBuilder<unknown> {
  const { page, listingId, shopId } = listing
  const facts = page.reading.facts!
  const time = new Date(at)
  return sql`(${newId(at)}, ${organisationId}, ${key}, 'new', ${finding.behaviour}, ${finding.article}, ${finding.score}::real,
    ${finding.reason}, ${facts.title.slice(0, 1000)}, ${page.address.url}, ${platformId}, ${listingId}, ${shopId}, ${facts.shop},
    ${regionOf(facts.licence)}, ${mark}, ${findingId}, ${time}::timestamptz, ${time}::timestamptz, ${time}::timestamptz, 1, ${demo},
    ${searchTerms(facts.title, facts.shop ?? '', finding.span?.text ?? '')}::text[], ${page.address.planted})`
}
