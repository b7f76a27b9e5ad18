/** Renews a package in custody: a new timestamp over its bytes, and receipts of its entry under the newest checkpoint. */
import { type Bytes, Failure, toHex } from '@mingzheng/kernel'
import type { ReachableLedger, Receipt } from '@mingzheng/ledger'
import {
  type DigestEngine,
  decodeEntry,
  decodePolicyChain,
  encodeRenewal,
  formatTlogProof,
  parseSignedCheckpoint,
  parseTlogProof,
  type RandomAccess,
  type RenewalFile,
  readRange,
} from '@mingzheng/proof'
import { openPackage } from './open-package.ts'

export interface RenewParts {
  engine: DigestEngine
  /** RFC 3161 token over a SHA-256 imprint; waits through outages. */
  stamp(sha256: Bytes, signal: AbortSignal): Promise<Bytes>
  ledger: Pick<ReachableLedger, 'receipt' | 'policy' | 'serve'>
}

/** An edition as the register knows it. */
export interface RenewedEdition {
  number: string
  edition: number
  package_sha256: string
  /** Its item on the ledger. */
  item_id: Bytes
  /** Index of its entry; `null` while it is not fixed. */
  ledger_index: number | string | bigint | null
}

/** The item of a package, from the entry in it. */
export async function entryIdOf(source: RandomAccess): Promise<Bytes> {
  return decodeEntry(await (await openPackage(source)).read('proof/entry.cbor')).id
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
  const receipt = await parts.ledger.receipt({ id: edition.item_id })
  const { number, edition: n } = edition
  const file = { bytes: source.size, sha256 }
  const proofs = await proofsOf(receipt, parts.ledger)
  const served = await parts.ledger.serve('policy-chain.json')
  const chain = served === null ? {} : { chain: decodePolicyChain(served.body) }
  return encodeRenewal({ number, edition: n, package: file, timestamp, ...proofs, ...chain })
}

/**
 * The receipts as a renewal holds them. An entry of a ledger that the present one continues is proven by the checkpoints that
 * stand in the present one's first entry, and that entry by its own receipts.
 */
async function proofsOf(
  { proof, proofSm3 }: Receipt,
  ledger: RenewParts['ledger'],
): Promise<Pick<RenewalFile, 'receipt' | 'receiptSm3' | 'continuation'>> {
  const own = parseTlogProof(proof)
  const { text } = parseSignedCheckpoint(own.checkpoint).note
  if (text.startsWith(`${ledger.policy.origin}\n`)) return { receipt: proof, receiptSm3: proofSm3 }
  const first = await ledger.receipt({ index: 0 })
  const { q, r } = decodeEntry(first.entry).body
  const held = typeof q === 'string' && typeof r === 'string' && parseSignedCheckpoint(q).note.text === text
  if (!held) throw new Failure('not-fixed-yet', 'the present ledger does not hold the end of the one before it')
  return {
    // The same trees: the former log ended there, whenever it was signed again.
    receipt: formatTlogProof({ ...own, checkpoint: q }),
    receiptSm3: formatTlogProof({ ...parseTlogProof(proofSm3), checkpoint: r }),
    continuation: { entry: first.entry, receipt: first.proof, receiptSm3: first.proofSm3 },
  }
}
