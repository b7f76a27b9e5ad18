/** The rules of platforms: versions, the one in use, and whether its fields are still found. */
import { type Clock, type Refusal, refuse } from '@mingzheng/kernel'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import { fisherGreater } from '../statistics/fisher.ts'
import type { RuleReading } from './apply-rule.ts'
import type { CaptureRule, RuleContent, RuleField } from './rule.ts'
import type { CaptureRuleTable } from './schema.ts'
import { parseSelector } from './selector.ts'
import { shippedRule } from './shipped.ts'

export type RuleVersionRow = Selectable<CaptureRuleTable>
type Db = Kysely<MonitoringTables>

/** The platform's own rule, else the one that comes with the product, else none. */
export async function ruleOf(db: Db, platformId: string): Promise<CaptureRule | null> {
  const found = await db
    .selectFrom('watch_platform')
    .leftJoin('capture_rule', (join) =>
      join.onRef('capture_rule.platform_id', '=', 'watch_platform.id').on('capture_rule.active', '=', true),
    )
    .select(['watch_platform.name', 'capture_rule.version', 'capture_rule.content'])
    .where('watch_platform.id', '=', platformId)
    .executeTakeFirst()
  if (found === undefined) return null
  const { name, version, content } = found
  return version === null || content === null ? shippedRule(name) : { version, content }
}

/** Newest first. */
export function listRuleVersions(db: Db, platformId: string): Promise<RuleVersionRow[]> {
  return db
    .selectFrom('capture_rule')
    .selectAll()
    .where('platform_id', '=', platformId)
    .orderBy('version', 'desc')
    .limit(100)
    .execute()
}

/** The first way that is none, by its place; `null` for a rule that can be used. */
export function ruleProblem({ fields }: RuleContent): Refusal | null {
  for (const [field, ways] of Object.entries(fields)) {
    for (const [i, { select }] of ways.entries()) {
      try {
        parseSelector(select)
      } catch (error) {
        return refuse('selector-malformed', (error as Error).message, { field: `fields.${field}.${i}.select` })
      }
    }
  }
  return null
}

/** The new version is in use with the next batch. Refused where somebody else has made one since `basedOn`. */
export async function saveRule(
  tx: Transaction<MonitoringTables>,
  clock: Clock,
  given: {
    organisationId: string
    platformId: string
    content: RuleContent
    note: string
    by: string
    basedOn: number
  },
): Promise<RuleVersionRow | Refusal> {
  const { organisationId, platformId, content, note, by, basedOn } = given
  const problem = ruleProblem(content)
  if (problem !== null) return problem
  await sql`select pg_advisory_xact_lock(hashtextextended(${`capture rule ${platformId}`}, 0))`.execute(tx)
  const [newest] = await listRuleVersions(tx, platformId)
  if ((newest?.version ?? 0) !== basedOn) {
    return refuse('conflict', 'somebody has changed the rule meanwhile', { remedy: 'look at the newest version first' })
  }
  await tx.updateTable('capture_rule').set({ active: false }).where('platform_id', '=', platformId).execute()
  return tx
    .insertInto('capture_rule')
    .values({
      organisation_id: organisationId,
      platform_id: platformId,
      version: basedOn + 1,
      content: JSON.stringify(content),
      note,
      made_by: by,
      made_at: new Date(clock.now()),
      active: true,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

const HOUR_MS = 3_600_000

/** Adds to the sums of the hour how many pages a rule read, and which fields it missed. */
export async function countReadings(
  tx: Db,
  place: { organisationId: string; platformId: string; version: number },
  readings: readonly RuleReading[],
  now: number,
): Promise<void> {
  if (readings.length === 0) return
  const missing = new Map<string, number>()
  for (const reading of readings) {
    for (const [field, value] of Object.entries(reading)) {
      missing.set(field, (missing.get(field) ?? 0) + Number(value === null))
    }
  }
  const fields = [...missing].sort(([a], [b]) => (a < b ? -1 : 1))
  if (fields.length === 0) return
  const hour = new Date(Math.floor(now / HOUR_MS) * HOUR_MS)
  await sql`
    insert into capture_rule_count (organisation_id, platform_id, version, field, hour, pages, missing)
    select ${place.organisationId}, ${place.platformId}, ${place.version}, field, ${hour}::timestamptz, ${readings.length}, missing
    from unnest(${fields.map(([field]) => field)}::text[], ${fields.map(([, n]) => n)}::int[]) as f(field, missing)
    on conflict (platform_id, version, field, hour) do update set pages = capture_rule_count.pages + excluded.pages,
      missing = capture_rule_count.missing + excluded.missing`.execute(tx)
}

export interface FieldHealth {
  readonly field: RuleField
  /** Of the last two hours, and of the thirty days before them. */
  readonly pages: number
  readonly missing: number
  readonly pagesBefore: number
  readonly missingBefore: number
  /** Whether it is missed far oftener than it was. */
  readonly alarm: boolean
}

const LATELY_MS = 2 * HOUR_MS
const HISTORY_MS = 30 * 24 * HOUR_MS
/** Fewer pages say nothing. */
const LEAST = 10
const LEAST_RISE = 0.3
const SURE = 0.001

/** Health of every field of the rules in use, by platform. A field that was never found is the rule's fault and shows in the shares. */
export async function ruleHealth(db: Db, now: number): Promise<Map<string, FieldHealth[]>> {
  const { rows } = await sql<{
    platform_id: string
    field: RuleField
    pages: string
    missing: string
    pages_before: string
    missing_before: string
  }>`
    select c.platform_id, c.field,
      coalesce(sum(c.pages) filter (where c.hour >= ${new Date(now - LATELY_MS)}), 0) as pages,
      coalesce(sum(c.missing) filter (where c.hour >= ${new Date(now - LATELY_MS)}), 0) as missing,
      coalesce(sum(c.pages) filter (where c.hour < ${new Date(now - LATELY_MS)}), 0) as pages_before,
      coalesce(sum(c.missing) filter (where c.hour < ${new Date(now - LATELY_MS)}), 0) as missing_before
    from capture_rule_count c
    where c.hour >= ${new Date(now - HISTORY_MS)} and c.version = coalesce(
      (select version from capture_rule r where r.platform_id = c.platform_id and r.active), 0)
    group by 1, 2 order by 1, 2`.execute(db)
  const found = new Map<string, FieldHealth[]>()
  for (const row of rows) {
    const sums = {
      pages: Number(row.pages),
      missing: Number(row.missing),
      pagesBefore: Number(row.pages_before),
      missingBefore: Number(row.missing_before),
    }
    const list = found.get(row.platform_id) ?? []
    list.push({ field: row.field, ...sums, alarm: isAlarm(sums) })
    found.set(row.platform_id, list)
  }
  return found
}

/** Without a history of its own a field that most pages lack is alarming too. */
export function isAlarm({ pages, missing, pagesBefore, missingBefore }: Omit<FieldHealth, 'field' | 'alarm'>): boolean {
  if (pages < LEAST) return false
  const share = missing / pages
  if (pagesBefore < LEAST) return share > 0.9
  if (share - missingBefore / pagesBefore < LEAST_RISE) return false
  // Histories are long; a sample of the same share keeps the test quick and loses nothing that matters.
  const scale = Math.min(1, 500 / pagesBefore)
  const before = Math.round(pagesBefore * scale)
  const beforeMissing = Math.round(missingBefore * scale)
  const lately = Math.min(1, 500 / pages)
  const [n, k] = [Math.round(pages * lately), Math.round(missing * lately)]
  return fisherGreater({ a: k, b: n - k, c: beforeMissing, d: before - beforeMissing }) < SURE
}
