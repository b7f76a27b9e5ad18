/**
 * The end of retention: a copy that no law keeps any longer is released by an entry, and its custodian destroys it by another. Never while
 * a legal hold lies on the evidence: this side does not ask, and the contract refuses.
 */
import { bigEndian, concat, fromHex } from '@mingzheng/kernel'
import type { CustodyParts } from './custody-service.ts'
import type { HoldingRow } from './hand-over.ts'

const DAY_MS = 86_400_000

/** Copies whose retention ended a day ago or more: ledger time may be behind the clock here. */
export function releasable({ db, clock }: CustodyParts): Promise<HoldingRow[]> {
  return db
    .selectFrom('custody_holding')
    .selectAll()
    .where('state', 'in', ['held', 'doubted'])
    .where('step', 'is', null)
    .where('retain_until', '<', new Date(clock.now() - DAY_MS))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('custody_legal_hold')
            .select('custody_legal_hold.id')
            .whereRef('custody_legal_hold.number', '=', 'custody_holding.number')
            .where('lifted_at', 'is', null),
        ),
      ),
    )
    .orderBy('retain_until')
    .limit(100)
    .execute()
}

/** A new item each day, as one that the ledger refused stays refused. Throws `custody-refused`. */
export async function release(parts: CustodyParts, row: HoldingRow): Promise<void> {
  const h = fromHex(row.id)
  const day = Math.floor(parts.clock.now() / DAY_MS)
  await parts.submit('release', concat(h, bigEndian(day, 8)), { h })
}
