/**
 * Brings statements to the ledger in batches and notes where they came to stand. The commitment's salts are kept beforehand, so
 * that sending again after a crash is the same item. What the ledger refuses is kept with its reason and holds up nothing else.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, Failure } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { MonitoringTables, WatchFixingTable } from '../register/schema.ts'
import { statementItem } from './commit.ts'

export interface FixerParts {
  readonly db: Kysely<MonitoringTables>
  readonly clock: Clock
  readonly ledger: Pick<LedgerClient, 'submit' | 'wait'>
  readonly onError: (error: unknown) => void
}

export interface Fixer {
  /** Fixes what waits now; how many items came to stand. For tests and the bench. */
  drain(): Promise<number>
  stop(): Promise<void>
}

const BATCH = 1000
const REST_MS = 500

type Row = Selectable<WatchFixingTable>

export function startFixer(parts: FixerParts): Fixer {
  const stopping = new AbortController()
  const worker = (async () => {
    while (!stopping.signal.aborted) {
      let fixed = 0
      try {
        fixed = await fixOnce(parts, stopping.signal)
      } catch (error) {
        if (!stopping.signal.aborted) parts.onError(error)
      }
      if (fixed === 0) await pause(REST_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  return {
    async drain() {
      let all = 0
      for (let fixed = await fixOnce(parts, stopping.signal); fixed > 0; fixed = await fixOnce(parts, stopping.signal))
        all += fixed
      return all
    },
    async stop() {
      stopping.abort(new Failure('stopping', 'the platform is being stopped'))
      await worker
    },
  }
}

async function fixOnce({ db, ledger }: FixerParts, signal: AbortSignal): Promise<number> {
  const rows = await db
    .selectFrom('watch_fixing')
    .selectAll()
    .where('ledger_index', 'is', null)
    .where('problem', 'is', null)
    .orderBy('created_at')
    .limit(BATCH)
    .execute()
  if (rows.length === 0) return 0
  await ledger.submit(rows.map(itemOf))
  const fixed: { row: Row; index: number; time: number }[] = []
  for (const row of rows) {
    try {
      const standing = await ledger.wait(row.item_id, 'witnessed', { signal })
      if (standing.kind === 'witnessed') fixed.push({ row, index: standing.index, time: standing.time })
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'ledger-item-refused') throw error
      await db.updateTable('watch_fixing').set({ problem: error.message }).where('item_id', '=', row.item_id).execute()
    }
  }
  await keepFixed(db, fixed)
  return fixed.length
}

function itemOf({ kind, statement, salt_sha256, salt_sm3 }: Row) {
  return statementItem(kind, statement, { sha256: new Uint8Array(salt_sha256), sm3: new Uint8Array(salt_sm3) })
}

async function keepFixed(
  db: Kysely<MonitoringTables>,
  fixed: readonly { row: Row; index: number; time: number }[],
): Promise<void> {
  if (fixed.length === 0) return
  const columns = [
    fixed.map(({ row }) => Buffer.from(row.item_id)),
    fixed.map(({ index }) => index),
    fixed.map(({ time }) => new Date(time)),
  ] as const
  await db.transaction().execute(async (tx) => {
    await sql`
      update watch_fixing w set ledger_index = f.index, ledger_time = f.time
      from unnest(${columns[0]}::bytea[], ${columns[1]}::bigint[], ${columns[2]}::timestamptz[]) as f(id, index, time)
      where w.item_id = f.id and w.ledger_index is null`.execute(tx)
    // The lead stands where its newest finding stands.
    const { rows } = await sql<{ id: string; organisation_id: string; ledger_index: string; ledger_time: Date }>`
      update lead set ledger_index = w.ledger_index, ledger_time = w.ledger_time
      from watch_fixing w
      where w.item_id = any (${columns[0]}::bytea[]) and w.kind = 'finding' and w.subject_id = lead.finding_id
      returning lead.id, lead.organisation_id, lead.ledger_index, lead.ledger_time`.execute(tx)
    if (rows.length === 0) return
    await tx
      .insertInto('lead_event')
      .values(
        rows.map((row) => ({
          lead_id: row.id,
          organisation_id: row.organisation_id,
          at: row.ledger_time,
          kind: 'fixed' as const,
          actor: null,
          detail: row.ledger_index,
        })),
      )
      .execute()
  })
}
