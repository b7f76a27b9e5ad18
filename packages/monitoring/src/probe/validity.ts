/**
 * The certificate of validity of a lead: which probes its pipeline passed before it was found, how well it did, and where all of that
 * stands on the ledger. Canonical JSON; docs/formats/probe-statement.md.
 */
import { type Bytes, canonicalJson, digest, type JsonValue, toHex, utcText, utf8 } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import type { LeadRow } from '../lead/leads.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { probeShare } from './results.ts'
import type { PlantState } from './schema.ts'

type Db = Kysely<MonitoringTables>

/** Probes of so many days before the finding count for it. */
const DAYS = 30
const DAY_MS = 86_400_000
const MOST_NAMED = 100

/** The document of a lead whose finding is fixed; `null` while it is not. Plants that are still in are not named. */
export async function validityOf(
  db: Db,
  lead: LeadRow,
  platform: string,
  now: number,
): Promise<{ readonly bytes: Bytes; readonly probes: number } | null> {
  const finding = await db
    .selectFrom('watch_fixing')
    .select(['statement', 'ledger_index', 'ledger_time', 'item_id'])
    .where('kind', '=', 'finding')
    .where('subject_id', '=', lead.finding_id)
    .executeTakeFirst()
  if (finding === undefined || finding.ledger_index === null) return null
  const { model } = JSON.parse(finding.statement) as { model: { name: string; version: number } }
  const until = lead.finding_at
  const since = new Date(until.getTime() - DAYS * DAY_MS)
  const { rows } = await sql<{
    id: string
    state: PlantState
    settled_at: Date
    model_version: number | null
    planted_index: string | null
    result_index: string | null
    result_item: Uint8Array
    statement: string
  }>`
    select p.id, p.state, p.settled_at, p.model_version, a.ledger_index as planted_index, r.ledger_index as result_index,
      r.item_id as result_item, r.statement
    from probe_plant p join watch_fixing a on a.kind = 'plant' and a.subject_id = p.id
      join watch_fixing r on r.kind = 'probe-result' and r.subject_id = p.id
    where p.organisation_id = ${lead.organisation_id} and p.platform_id = ${lead.platform_id} and p.behaviour = ${lead.behaviour}
      and p.settled_at >= ${since} and p.settled_at < ${new Date(now)} and p.state <> 'void'
    order by p.settled_at desc`.execute(db)
  const count = (state: PlantState) => rows.filter((row) => row.state === state).length
  const share = (hits: number, of: number) => {
    const { value, wilson, exact } = probeShare(hits, of)
    return { hits, of, value, wilson: [...wilson], exact: [...exact] }
  }
  const readings = await db
    .selectFrom('probe_reading')
    .innerJoin('probe', 'probe.id', 'probe_reading.probe_id')
    .select(['node', 'at', 'through', 'errors', 'version'])
    .where('probe.kind', '=', 'own')
    .where('probe_reading.organisation_id', '=', lead.organisation_id)
    .where('at', '<=', new Date(until.getTime() + 60_000))
    .where('at', '>=', new Date(until.getTime() - 10 * 60_000))
    .distinctOn('node')
    .orderBy('node')
    .orderBy('at', 'desc')
    .execute()
  const document = {
    version: 1,
    kind: 'lead-validity',
    at: utcText(now),
    lead: {
      id: lead.id,
      behaviour: lead.behaviour,
      article: lead.article,
      title: lead.title,
      url: lead.url,
      platform,
      foundAt: utcText(until.getTime()),
    },
    finding: {
      id: lead.finding_id,
      model,
      statementSha256: toHex(digest('sha256', utf8(finding.statement))),
      ledgerIndex: Number(finding.ledger_index),
      ledgerTime: utcText(finding.ledger_time!.getTime()),
    },
    probes: {
      since: utcText(since.getTime()),
      until: utcText(now),
      recall: share(count('found'), count('found') + count('missed')),
      specificity: share(count('clear'), count('clear') + count('false-alarm')),
      passed: rows.slice(0, MOST_NAMED).map((row) => ({
        id: row.id,
        outcome: row.state,
        at: utcText(row.settled_at.getTime()),
        modelVersion: row.model_version,
        plantedIndex: row.planted_index === null ? null : Number(row.planted_index),
        resultIndex: row.result_index === null ? null : Number(row.result_index),
        resultSha256: toHex(digest('sha256', utf8(row.statement))),
      })),
    },
    pipeline: readings.map((one) => ({
      node: one.node,
      at: utcText(one.at.getTime()),
      through: one.through,
      errors: one.errors,
      version: one.version,
    })),
  }
  return { bytes: utf8(canonicalJson(document as unknown as JsonValue)), probes: rows.length }
}
