/** Evidence whose fixing failed for good: kept with the reason, and fixed again when somebody asks for it. */
import { type Refusal, refuse } from '@mingzheng/kernel'
import type { Kysely } from 'kysely'
import { recordEvent } from '../register/rows.ts'
import type { EvidenceTables, ProblemFacts } from '../register/schema.ts'
import type { CaptureRow } from './capture-rows.ts'

/** Marks the evidence of a capture as failed; nothing happens where no number has been given yet. */
export async function failFixing(
  tx: Kysely<EvidenceTables>,
  captureId: string,
  problem: ProblemFacts,
  at: Date,
): Promise<void> {
  const row = await tx
    .updateTable('evidence')
    .set({ state: 'failed', problem: JSON.stringify(problem) })
    .where('capture_id', '=', captureId)
    .where('state', '=', 'fixing')
    .returning(['number', 'organisation_id'])
    .executeTakeFirst()
  if (row === undefined) return
  const detail = `${problem.code}: ${problem.detail}`
  await recordEvent(tx, { ...row, at, kind: 'failed', actor: null, detail, ledger_index: null })
}

/**
 * Asks for the fixing of failed evidence again, in the caller's transaction; the capture that comes back is then given to
 * the workers. What was captured and made stays as it is. Two at once: the second is refused.
 */
export async function fixAgain(
  tx: Kysely<EvidenceTables>,
  number: string,
  by: { name: string; at: Date },
): Promise<CaptureRow | Refusal<'not-failed'>> {
  const row = await tx
    .updateTable('evidence')
    .set({ state: 'fixing', problem: null })
    .where('number', '=', number)
    .where('state', '=', 'failed')
    .returning(['organisation_id', 'capture_id'])
    .executeTakeFirst()
  if (row === undefined || row.capture_id === null) {
    return refuse('not-failed', 'the fixing of this evidence has not failed')
  }
  const { organisation_id, capture_id } = row
  const event = { number, organisation_id, ledger_index: null }
  await recordEvent(tx, { ...event, at: by.at, kind: 'fixing-again', actor: by.name, detail: '' })
  return tx
    .updateTable('capture')
    .set((eb) => ({ state: 'fixing', problem: JSON.stringify(null), ended_at: null, runs: eb('runs', '+', 1) }))
    .where('id', '=', capture_id)
    .returningAll()
    .executeTakeFirstOrThrow()
}
