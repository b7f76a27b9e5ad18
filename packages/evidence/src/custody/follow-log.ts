/** What the log says of our holdings goes into the rows, with the place up to which it was read, in one transaction. */
import { type Bytes, digest, equalBytes, toHex } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import type { Kysely, Transaction, Updateable } from 'kysely'
import { recordEvent } from '../register/rows.ts'
import type { EvidenceTables } from '../register/schema.ts'
import { type CustodyEvent, readCustodyEvent } from './custody-event.ts'
import type { HoldingTable } from './custody-tables.ts'

/** How often a holding is challenged, and how long each step of a challenge may take. Milliseconds. */
export interface ChallengePace {
  readonly everyMs: number
  readonly windowMs: number
}

const ENTRIES_AT_ONCE = 256

/** Reads to the end of the witnessed log. Two programs that follow take turns. */
export async function followLog(
  db: Kysely<EvidenceTables>,
  ledger: LedgerClient,
  origin: string,
  pace: ChallengePace,
): Promise<void> {
  for (;;) {
    const more = await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('custody_place')
        .values({ origin, next: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const place = await tx
        .selectFrom('custody_place')
        .select('next')
        .where('origin', '=', origin)
        .forUpdate()
        .executeTakeFirstOrThrow()
      const from = Number(place.next)
      const entries = await ledger.entries(from, ENTRIES_AT_ONCE)
      for (const entry of entries) {
        const event = readCustodyEvent(entry)
        if (event !== null) await takeIn(tx, event, pace)
      }
      await tx
        .updateTable('custody_place')
        .set({ next: from + entries.length })
        .where('origin', '=', origin)
        .execute()
      return entries.length > 0
    })
    if (!more) return
  }
}

async function takeIn(
  tx: Transaction<EvidenceTables>,
  event: CustodyEvent,
  { everyMs, windowMs }: ChallengePace,
): Promise<void> {
  if (event.kind === 'custody.give') {
    await tx
      .updateTable('custody_wish')
      .set({ state: 'given', parts: event.body.z, root: Buffer.from(event.body.r), due_at: new Date(event.time) })
      .where('id', '=', toHex(event.body.w))
      .where('state', '=', 'asked')
      .execute()
    return
  }
  if (!('h' in event.body)) return
  const id = toHex(event.body.h)
  const row = await tx.selectFrom('custody_holding').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (row === undefined) return takeInPiece(tx, event, id)
  const at = new Date(event.time)
  const set = (changes: Updateable<HoldingTable>) =>
    tx.updateTable('custody_holding').set(changes).where('id', '=', id).execute()
  const tell = (kind: string, detail: string) =>
    recordEvent(tx, {
      number: row.number,
      organisation_id: row.organisation_id,
      at,
      kind,
      actor: row.custodian,
      detail,
      ledger_index: event.index,
    })
  const over = { step: null, step_due: null, half: null, ready_entry: null, answer: null } as const
  const next = new Date(event.time + everyMs)
  switch (event.kind) {
    case 'custody.hand':
      await set({ state: 'handed', hand_index: event.index, due_at: at, attempts: 0, problem: null })
      return
    case 'custody.confirm':
      // Nobody needs the key any more: from now on only the custodian can open what lies there.
      await set({
        state: 'held',
        confirmed_at: at,
        confirm_index: event.index,
        sealing: null,
        challenge_at: next,
        problem: null,
      })
      await tell('held', `${row.edition}`)
      return
    case 'custody.decline':
    case 'custody.lose':
      await set({ state: event.kind === 'custody.lose' ? 'lost' : 'declined', sealing: null, ...over })
      await tell(event.kind === 'custody.lose' ? 'custody-lost' : 'custody-declined', `${row.edition}`)
      return
    case 'custody.challenge': {
      const ours = row.half !== null && equalBytes(digest('sha256', row.half as Bytes), event.body.x)
      const step_due = new Date(event.time + event.body.w)
      await set(ours ? { step: 'asked', step_due, due_at: at } : { ...over, step: 'foreign', step_due })
      return
    }
    case 'custody.ready':
      await set({
        ready_entry: Buffer.from(event.entry),
        due_at: at,
        ...(row.half === null ? {} : { step: 'ready' as const }),
      })
      return
    case 'custody.draw':
      if (row.half !== null) await set({ step: 'drawn', step_due: new Date(event.time + windowMs), due_at: at })
      return
    case 'custody.answer':
      if (row.half !== null) await set({ step: 'answered', answer: Buffer.from(event.body.d), due_at: at })
      return
    case 'custody.judge':
      if (event.body.y) {
        await set({ ...over, state: 'held', proved_at: at, proved_index: event.index, doubt: null, challenge_at: next })
        await tell('proved', `${row.edition}`)
      } else {
        await set({ ...over, state: 'doubted', doubt: 'bytes', doubted_at: at, challenge_at: next })
        await tell('doubted', 'bytes')
      }
      return
    case 'custody.late':
      await set({ ...over, state: 'doubted', doubt: 'late', doubted_at: at, challenge_at: next })
      await tell('doubted', 'late')
      return
    case 'custody.retain':
      await set({
        retain_until: new Date(event.body.u),
        ...(row.state === 'released' ? { state: 'held' as const } : {}),
      })
      return
    case 'custody.release':
      await set({ ...over, state: 'released' })
      return
    case 'custody.destroy':
      await set({ ...over, state: 'destroyed' })
      await tell('custody-destroyed', `${row.edition}`)
      return
    default:
      return
  }
}

/** A piece of the case index goes the same way, up to the court's confirmation. */
async function takeInPiece(tx: Transaction<EvidenceTables>, event: CustodyEvent, id: string): Promise<void> {
  const change =
    event.kind === 'custody.hand'
      ? ({ state: 'handed', due_at: new Date(event.time), problem: null } as const)
      : event.kind === 'custody.confirm'
        ? ({ state: 'held', content: null, sealing: null } as const)
        : event.kind === 'custody.decline'
          ? ({ state: 'declined', content: null, sealing: null } as const)
          : null
  if (change !== null) await tx.updateTable('custody_case_index').set(change).where('id', '=', id).execute()
}
