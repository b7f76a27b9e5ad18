/** Renews a package in custody: a new timestamp over its bytes, and receipts of its entry under the newest checkpoint. */
import { type Bytes, Failure, toHex } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import { type DigestEngine, encodeRenewal, type RandomAccess, readRange } from '@mingzheng/proof'

export interface RenewParts {
  engine: DigestEngine
  /** RFC 3161 token over a SHA-256 imprint; waits through outages. */
  stamp(sha256: Bytes, signal: AbortSignal): Promise<Bytes>
  ledger: Pick<LedgerClient, 'receipt'>
}

/** An edition as the register knows it. */
export interface RenewedEdition {
  number: string
  edition: number
  package_sha256: string
  /** Index of its entry; `null` while it is not fixed. */
  ledger_index: number | string | bigint | null
}

/** Bytes of the renewal (docs/formats/renewal.md). Throws `package-damaged` when custody holds other bytes than were put there. */
export async function renewPackage(
  parts: RenewParts,
  edition: RenewedEdition,
  source: RandomAccess,
  signal: AbortSignal,
): Promise<Bytes> {
  const { sha256 } = await parts.engine.digest(readRange(source, 0, source.size))
  if (toHex(sha256) !== edition.package_sha256) {
    throw new Failure('package-damaged', 'the stored package is not what was put into custody', {
      remedy: 'restore it from a backup',
    })
  }
  if (edition.ledger_index === null) throw new Failure('not-fixed-yet', 'this edition is not fixed yet')
  const timestamp = await parts.stamp(sha256, signal)
  const { proof, proofSm3 } = await parts.ledger.receipt({ index: Number(edition.ledger_index) })
  const { number, edition: n } = edition
  const file = { bytes: source.size, sha256 }
  return encodeRenewal({ number, edition: n, package: file, timestamp, receipt: proof, receiptSm3: proofSm3 })
}
