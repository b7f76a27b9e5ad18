/** A timestamp authority that stamps nothing while this machine's clock cannot be believed. */
import type { TimestampAuthority } from '@mingzheng/evidence'
import { Failure } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'

/** By a clock that was set, or is behind the ledger, a token would look right and say a wrong time. */
async function requireTrustedClock(ledger: LedgerClient): Promise<void> {
  const { reason } = await ledger.status()
  if (reason?.code !== 'clock-behind' && reason?.code !== 'clock-stepped') return
  throw new Failure('clock-not-trusted', reason.detail, {
    remedy: 'correct the clock of this machine; work goes on by itself once it has kept its time for a while',
  })
}

/** The same authority; `stamp` throws `clock-not-trusted` while the ledger finds the clock set or behind. */
export function byTrustedClock<Authority extends TimestampAuthority>(
  authority: Authority,
  ledger: LedgerClient,
): Authority {
  return {
    ...authority,
    stamp: async (imprint, signal) => {
      await requireTrustedClock(ledger)
      return authority.stamp(imprint, signal)
    },
  }
}
