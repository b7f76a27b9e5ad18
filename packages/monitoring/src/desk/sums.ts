/**
 * Roll-ups that the desk reads instead of leads, findings and listings: kept by whoever writes a lead, in the same transaction, so that a
 * year of data costs what a week does. docs/decisions/0361.
 */
import { chinaText } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'

/**
 * What is summed, by day of China: new leads by behaviour, by region (four digits) and by the words that they stand on. Without a day:
 * leads not judged yet by behaviour, and listings and shops held by platform.
 */
export type SumKind = 'behaviour' | 'region' | 'word' | 'open' | 'listing' | 'shop'

export interface SumOfDay {
  readonly kind: SumKind
  /** `YYYY-MM-DD`; `NO_DAY` for what has none. */
  readonly day: string
  readonly key: string
  readonly n: number
}

export const NO_DAY = '1970-01-01'
const SHORTEST_WORD = 2
const LONGEST_WORD = 12

/** What a new lead adds. */
export function sumsOfLead(lead: {
  readonly at: number
  readonly behaviour: string
  readonly region: string | null
  readonly span: { readonly field: string; readonly text: string } | null
}): SumOfDay[] {
  const day = chinaText(lead.at).slice(0, 10)
  const sums: SumOfDay[] = [
    { kind: 'behaviour', day, key: lead.behaviour, n: 1 },
    { kind: 'open', day: NO_DAY, key: lead.behaviour, n: 1 },
  ]
  if (lead.region !== null) sums.push({ kind: 'region', day, key: lead.region.slice(0, 4), n: 1 })
  const { span } = lead
  const words = span === null || /price$/.test(span.field) ? '' : span.text
  if (words.length >= SHORTEST_WORD && words.length <= LONGEST_WORD) sums.push({ kind: 'word', day, key: words, n: 1 })
  return sums
}

/** Adds up in one order of rows, so that workers never wait for each other in a circle. */
export async function addSums(
  db: Kysely<MonitoringTables>,
  organisationId: string,
  sums: readonly SumOfDay[],
): Promise<void> {
  const merged = new Map<string, SumOfDay>()
  for (const sum of sums) {
    const name = `${sum.kind}\n${sum.day}\n${sum.key}`
    merged.set(name, { ...sum, n: sum.n + (merged.get(name)?.n ?? 0) })
  }
  const rows = [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
  if (rows.length === 0) return
  await sql`
    insert into watch_sum (organisation_id, kind, day, key, n)
    select ${organisationId}, * from unnest(${rows.map(({ kind }) => kind)}::text[], ${rows.map(({ day }) => day)}::date[],
      ${rows.map(({ key }) => key)}::text[], ${rows.map(({ n }) => n)}::bigint[])
    on conflict (organisation_id, kind, day, key) do update set n = watch_sum.n + excluded.n`.execute(db)
}

/** Counts anew what is held of each platform. For the server, once a minute: nobody writes it with every page. */
export async function refreshHeld<Schema>(db: Kysely<Schema>): Promise<void> {
  for (const kind of ['listing', 'shop'] as const) {
    await sql`
      insert into watch_sum (organisation_id, kind, day, key, n)
      select organisation_id, ${kind}, ${NO_DAY}::date, platform_id, count(*) from ${sql.table(kind)} where not planted
      group by organisation_id, platform_id
      on conflict (organisation_id, kind, day, key) do update set n = excluded.n`.execute(db)
  }
}
