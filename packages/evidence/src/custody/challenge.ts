/** The platform's challenges: each holding from time to time, and at once when somebody asks. docs/formats/custody.md. */
import { type Bytes, digest, equalBytes, Failure, fromHex, randomBytes } from '@mingzheng/kernel'
import type { Updateable } from 'kysely'
import type { CustodianMember } from './custodian.ts'
import type { CustodyParts } from './custody-service.ts'
import type { HoldingTable } from './custody-tables.ts'
import { answerDigest, drawnParts, drawSeed } from './draw.ts'
import type { HoldingRow } from './hand-over.ts'
import { readProvedParts } from './proved-parts.ts'

/** Begins a challenge: our half is kept before its commitment is shown. */
export async function beginChallenge(parts: CustodyParts, row: HoldingRow): Promise<void> {
  const half = row.half === null ? randomBytes(32) : (row.half as Bytes)
  // When the log does not tell of it by then, it is tried again: the same half is the same item.
  const challenge_at = new Date(parts.clock.now() + parts.pace.windowMs)
  await change(parts, row, { half: Buffer.from(half), challenge_at })
  const h = fromHex(row.id)
  const x = digest('sha256', half)
  await orForget(parts, row, () => parts.submit('challenge', x, { h, x, w: parts.pace.windowMs }))
}

/** The next step of a challenge that runs. */
export async function goOn(
  parts: CustodyParts,
  custodian: CustodianMember | undefined,
  row: HoldingRow,
  signal: AbortSignal,
): Promise<void> {
  const h = fromHex(row.id)
  const half = row.half as Bytes
  if (row.step === 'ready') await orForget(parts, row, () => parts.submit('draw', half, { h, y: half }))
  if (row.step === 'answered') {
    const right = await answersRightly(parts, custodian, row, signal)
    await orForget(parts, row, () => parts.submit('judge', half, { h, y: right }))
  }
  const late = row.step_due !== null && parts.clock.now() > row.step_due.getTime()
  // The ledger decides by its own time, and refuses what comes too early: a new item each time, as a refused one stays refused.
  if (late && (row.step === 'asked' || row.step === 'drawn')) await parts.submit('late', randomBytes(16), { h })
  await parts.wait(row)
}

/** A step that the ledger refuses ends our challenge: the next one begins anew. */
async function orForget(parts: CustodyParts, row: HoldingRow, step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (error) {
    if (error instanceof Failure && error.code === 'custody-refused')
      await change(parts, row, { half: null, step: null })
    throw error
  }
}

function change({ db }: CustodyParts, { id }: HoldingRow, changes: Updateable<HoldingTable>) {
  return db.updateTable('custody_holding').set(changes).where('id', '=', id).execute()
}

/** Whether the custodian shows the very bytes that were drawn. Throws while it cannot be reached: that is no wrong answer. */
async function answersRightly(
  parts: CustodyParts,
  custodian: CustodianMember | undefined,
  row: HoldingRow,
  signal: AbortSignal,
): Promise<boolean> {
  if (custodian === undefined) throw new Failure('custodian-unknown', `${row.custodian} is no custodian now`)
  const seed = drawSeed(fromHex(row.id), row.half as Bytes, row.ready_entry as Bytes)
  const indices = drawnParts(seed, row.parts!)
  try {
    const message = await parts.nodeOf(custodian).drawn(row.id, signal)
    const drawn = readProvedParts(message, indices, { parts: row.parts!, root: row.root as Bytes })
    return equalBytes(answerDigest(seed, drawn), row.answer as Bytes)
  } catch (error) {
    if (error instanceof Failure && (error.code === 'custody-parts-wrong' || error.code === 'custody-lost'))
      return false
    throw error
  }
}
