/** Fixing through outages: an item is sent until the ledger has it and waited for until the policy is met. */
import { setTimeout as pause } from 'node:timers/promises'
import { Failure, toBase64 } from '@mingzheng/kernel'
import type { LedgerClient, LedgerItem, Receipt } from '@mingzheng/ledger'
import { passesByItself } from '../passing.ts'
import type { FixItem, KeptReceipt } from './fix-manifest.ts'

/** What is sent for one manifest. The same manifest is always the same item. */
export function ledgerItemOf(item: FixItem): LedgerItem {
  return {
    id: item.id,
    contract: 'evidence',
    method: 'fix',
    arguments: { c: item.commitment, s: item.commitmentSm3, n: item.number },
  }
}

/** A receipt as a work folder keeps it. */
export function keptReceipt({ index, time, entry, proof, proofSm3 }: Receipt): KeptReceipt {
  return { index, time, entry: toBase64(entry), proof, proofSm3 }
}

const RETRY_MS = 500
const REFUSED = 'see the reason, mend it (such as the permission of the gateway key), then ask for the fixing again'

/** Resolves with the receipt once the item is witnessed. Throws the signal's reason, or what does not pass by itself. */
export async function fixOnLedger(ledger: LedgerClient, item: FixItem, signal: AbortSignal): Promise<KeptReceipt> {
  for (;;) {
    try {
      const [standing] = await ledger.submit([ledgerItemOf(item)])
      if (standing?.kind === 'refused') {
        throw new Failure('ledger-item-refused', `the ledger refuses: ${standing.refusal.detail}`, { remedy: REFUSED })
      }
      await ledger.wait(item.id, 'witnessed', { signal })
      return keptReceipt(await ledger.receipt({ id: item.id }))
    } catch (error) {
      if (error instanceof Failure && error.code === 'ledger-item-refused' && error.remedy === undefined) {
        throw new Failure(error.code, error.message, { cause: error, remedy: REFUSED })
      }
      if (!passesByItself(error)) throw error
      await pause(RETRY_MS, undefined, { signal })
    }
  }
}
