/** Receipts: an entry and its proofs in both trees, under the witnessed checkpoints. docs/formats/receipt.md. */
import { decodeEntry, formatTlogProof } from '@mingzheng/proof'
import type { Receipt } from '../ledger-client.ts'
import type { Log } from './log.ts'

/** A pair of checkpoints of the same size that the trust policy believes. */
export interface WitnessedCheckpoint {
  readonly size: number
  readonly sha256: string
  readonly sm3: string
}

/** Receipt of an entry below the checkpoint's size. */
export function makeReceipt(log: Log, index: number, { size, sha256, sm3 }: WitnessedCheckpoint): Receipt {
  const entry = log.entry(index)
  const proof = (profile: 'sha256' | 'sm3', checkpoint: string) =>
    formatTlogProof({ index, path: log.trees[profile].inclusion(index, size), checkpoint })
  return {
    index,
    time: decodeEntry(entry).time,
    entry,
    proof: proof('sha256', sha256),
    proofSm3: proof('sm3', sm3),
  }
}
