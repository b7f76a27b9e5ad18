/**
 * What a court's own node knows of evidence that was fixed on another ledger: from its own copy of that ledger, by the policy that
 * its members voted for, and by the checkpoints that stand recorded on its own. Nobody is asked.
 */
import { type Bytes, isRefusal } from '@mingzheng/kernel'
import type { MemberLedger, RecordedCheckpoint } from '@mingzheng/ledger'
import {
  type Bilingual,
  createReceiptVerifier,
  decodeEntry,
  encodeCrossChain,
  FIX_ENTRY_KIND,
  type PolicyMember,
  parseTlogProof,
  type TrustPolicy,
  verifyCrossChain,
} from '@mingzheng/proof'
import type { ChainCopies } from '../chains/chain-copies.ts'
import { chainRecords } from '../chains/view.ts'

/** A record on the court's own ledger of a checkpoint above the evidence's entry. */
export interface ForeignRecord {
  /** Entry here, its ledger time, entries under the recorded checkpoint. */
  readonly index: number
  readonly time: number
  readonly size: number
  readonly witnesses: readonly Bilingual[]
  /** `cross-chain.json`: what proves this to anybody. */
  readonly file: Bytes
}

export interface ForeignFinding {
  readonly origin: string
  readonly name: Bilingual
  /** Entry in the other ledger, as its policy believes it; `null` witnesses where no receipt is at hand. */
  readonly index: number
  readonly time: number
  readonly witnesses: readonly Bilingual[] | null
  /** Whether this node's own copy holds that very entry at that place; `null` without a copy that reaches so far. */
  readonly inCopy: boolean | null
  readonly record: ForeignRecord | null
  /** The other ledger was found to have signed two logs. */
  readonly equivocated: boolean
}

/** An entry of another ledger, with its receipts where there are any. */
export interface ForeignEntry {
  readonly origin: string
  readonly index: number
  readonly entry: Bytes
  readonly proof?: string
  readonly proofSm3?: string
}

export interface ForeignOptions {
  readonly ledger: Pick<MemberLedger, 'read' | 'receipt' | 'policy'>
  readonly copies: Pick<ChainCopies, 'of' | 'origins'>
  /** Policies of this ledger that this court pins. */
  policies(): readonly TrustPolicy[]
}

export class ForeignLedgers {
  readonly #options: ForeignOptions

  constructor(options: ForeignOptions) {
    this.#options = options
  }

  /** Every policy of other ledgers that was followed, the newest of each first. */
  policies(): TrustPolicy[] {
    const records = chainRecords(this.#options.ledger)
    return records.origins.flatMap((origin) =>
      records.chain(origin)!.policies.flatMap(({ id }) => records.document(id) ?? []),
    )
  }

  /** Entries that fixed a number, by its digest, in the copies; receipts under each copy's newest checkpoint. */
  fixed(number: Bytes): ForeignEntry[] {
    const { copies } = this.#options
    return copies.origins.flatMap((origin) =>
      copies
        .of(origin)!
        .lookup(number)
        .flatMap(({ index, entry }) => {
          if (decodeEntry(entry).kind !== FIX_ENTRY_KIND) return []
          const { proof, proofSm3 } = copies.of(origin)!.receipt(index)
          return [{ origin, index, entry, proof, proofSm3 }]
        }),
    )
  }

  /** What is known of an entry; `null` when its ledger is not registered here. */
  async finding(found: ForeignEntry): Promise<ForeignFinding | null> {
    const records = chainRecords(this.#options.ledger)
    const chain = records.chain(found.origin)
    if (chain === null) return null
    const policy = records.policyOf(chain)
    const covering = records.covering(found.origin, found.index)
    return {
      origin: found.origin,
      name: policy.name,
      index: found.index,
      time: decodeEntry(found.entry).time,
      witnesses: this.#witnesses(found),
      inCopy: this.#inCopy(found),
      record: covering === null ? null : await this.#record(found, covering),
      equivocated: chain.state === 'equivocated' || chain.equivocations.length > 0,
    }
  }

  #witnesses({ origin, entry, proof, proofSm3 }: ForeignEntry): Bilingual[] | null {
    if (proof === undefined || proofSm3 === undefined) return null
    for (const policy of this.policies()
      .filter((one) => one.origin === origin)
      .reverse()) {
      const verifier = createReceiptVerifier(policy)
      const one = verifier.verify({ entry, proof, profile: 'sha256' })
      const other = verifier.verify({ entry, proof: proofSm3, profile: 'sm3' })
      if (one.verdict === 'verified' && other.verdict === 'verified') return names(one.signers)
    }
    return null
  }

  #inCopy({ origin, index, entry }: ForeignEntry): boolean | null {
    const copy = this.#options.copies.of(origin)
    if (copy === null || index >= copy.size) return null
    return Buffer.from(copy.prove(index, copy.size).entry).equals(Buffer.from(entry))
  }

  async #record(found: ForeignEntry, covering: RecordedCheckpoint): Promise<ForeignRecord | null> {
    const path = this.#path(found, covering.size)
    if (path === null) return null
    const {
      entry,
      proof: receipt,
      proofSm3: receiptSm3,
    } = await this.#options.ledger.receipt({ index: covering.index })
    const file = { index: found.index, record: { entry, receipt, receiptSm3 }, path }
    const proven = verifyCrossChain(found, file, this.#options.policies())
    if (isRefusal(proven)) return null
    const { index, time, size, signers } = proven
    return { index, time, size, witnesses: names(signers), file: encodeCrossChain(file) }
  }

  /** To the recorded roots: from the copy, or from the receipts themselves where that very checkpoint was recorded. */
  #path({ origin, index, proof, proofSm3 }: ForeignEntry, size: number) {
    const copy = this.#options.copies.of(origin)
    if (copy !== null && copy.size >= size) return copy.prove(index, size).path
    if (proof === undefined || proofSm3 === undefined) return null
    return { sha256: parseTlogProof(proof).path, sm3: parseTlogProof(proofSm3).path }
  }
}

function names(signers: readonly { readonly member: PolicyMember }[]): Bilingual[] {
  return signers.map(({ member }) => member.name)
}
