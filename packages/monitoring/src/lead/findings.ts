/** Findings: the newest of all, of a task, of a lead; and where each came from. */
import type { Kysely, Selectable } from 'kysely'
import type { FindingTable, MonitoringTables, SnapshotTable, WatchFixingTable } from '../register/schema.ts'

export type FindingRow = Selectable<FindingTable> & { ledger_index: string | null; ledger_time: Date | null }
export type SnapshotRow = Selectable<SnapshotTable>
export type StatementRow = Selectable<WatchFixingTable>
type Db = Kysely<MonitoringTables>

export interface FindingFilter {
  readonly task?: string | undefined
  readonly lead?: string | undefined
  readonly behaviour?: string | undefined
  /** Only those that belong to a lead. */
  readonly leads?: boolean
  /** Only those after this id: ids are in the order of time. */
  readonly after?: string | undefined
  readonly since: Date
  readonly limit: number
}

/** Newest first, with where their statements stand. */
export function listFindings(db: Db, filter: FindingFilter): Promise<FindingRow[]> {
  let query = db
    .selectFrom('finding')
    .leftJoin('watch_fixing', (join) =>
      join.onRef('watch_fixing.subject_id', '=', 'finding.id').on('watch_fixing.kind', '=', 'finding'),
    )
    .selectAll('finding')
    .select(['watch_fixing.ledger_index', 'watch_fixing.ledger_time'])
    .where('finding.at', '>=', filter.since)
    .orderBy('finding.at', 'desc')
    .orderBy('finding.id', 'desc')
    .limit(filter.limit)
  if (filter.task !== undefined) query = query.where('finding.task_id', '=', filter.task)
  if (filter.leads === true) query = query.where('finding.lead_id', 'is not', null)
  if (filter.lead !== undefined) query = query.where('finding.lead_id', '=', filter.lead)
  if (filter.behaviour !== undefined) query = query.where('finding.behaviour', '=', filter.behaviour)
  if (filter.after !== undefined) query = query.where('finding.id', '>', filter.after)
  return query.execute() as Promise<FindingRow[]>
}

export async function findSnapshot(db: Db, id: string, at: Date): Promise<SnapshotRow | null> {
  return (
    (await db.selectFrom('snapshot').selectAll().where('at', '=', at).where('id', '=', id).executeTakeFirst()) ?? null
  )
}

/** Fetches of a task, newest first. */
export function listSnapshots(
  db: Db,
  filter: { task: string; outcome?: string | undefined; since: Date; limit: number },
): Promise<SnapshotRow[]> {
  let query = db.selectFrom('snapshot').selectAll().where('task_id', '=', filter.task).where('at', '>=', filter.since)
  if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome as SnapshotRow['outcome'])
  return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute()
}

/** The statement of a finding or a snapshot, with what opens its commitment; `null` when there is none. */
export async function findStatement(
  db: Db,
  kind: StatementRow['kind'],
  subjectId: string,
): Promise<StatementRow | null> {
  const row = await db
    .selectFrom('watch_fixing')
    .selectAll()
    .where('kind', '=', kind)
    .where('subject_id', '=', subjectId)
    .executeTakeFirst()
  return row ?? null
}
