/**
 * How this ledger's trust policies followed one another, as anybody can check it: `log/policy-chain.json`, served beside the log
 * and put into packages. docs/formats/policy-chain.md.
 */
import { join } from 'node:path'
import type { Bytes } from '@mingzheng/kernel'
import { decodePolicyChain, encodePolicyChain, type PolicyLink, policyId, type TrustPolicy } from '@mingzheng/proof'
import { ledgerFailure } from '../failure-codes.ts'
import type { LedgerFiles } from '../storage/ledger-files.ts'
import type { PolicyLinkCheckpoint } from '../witness.ts'
import type { Log } from './log.ts'
import { makeReceipt } from './prove.ts'

export const POLICY_CHAIN_PATH = 'policy-chain.json'

export class PolicyChainFile {
  readonly #files: LedgerFiles
  readonly #path: string
  readonly #log: Log
  #links: PolicyLink[]
  #bytes: Bytes | null

  /** `folder` is the log's. Throws `log-corrupt` when the file is not what its format says. */
  constructor(files: LedgerFiles, folder: string, log: Log) {
    this.#files = files
    this.#path = join(folder, POLICY_CHAIN_PATH)
    this.#log = log
    this.#bytes = files.size(this.#path) === null ? null : files.read(this.#path)
    try {
      this.#links = this.#bytes === null ? [] : decodePolicyChain(this.#bytes)
    } catch (cause) {
      throw ledgerFailure('log-corrupt', `${this.#path} is not as its format says`, { cause })
    }
  }

  /** Canonical bytes of the chain, or `null` while no policy has changed. */
  get bytes(): Bytes | null {
    return this.#bytes
  }

  has(policy: TrustPolicy): boolean {
    const id = policyId(policy)
    return this.#links.some((link) => policyId(link.policy) === id)
  }

  /** Takes over a longer chain that was verified already: a member that joins has no signatures of the time before. */
  async begin(bytes: Bytes): Promise<void> {
    const links = decodePolicyChain(bytes)
    if (links.length <= this.#links.length) return
    this.#links = links
    await this.#store()
  }

  /** Adds a change that the former policy believes. It is served at once; what a fault of the disk loses is made again at the next start. */
  async add({ policy, index, checkpoint }: PolicyLinkCheckpoint): Promise<void> {
    if (policy.version !== 2 || this.has(policy)) return
    const { entry, proof, proofSm3 } = makeReceipt(this.#log, index, checkpoint)
    const link = { policy, entry, receipt: proof, receiptSm3: proofSm3 }
    // A node that was away may prove two changes in another order than they were made.
    const later = this.#links.findIndex((other) => other.policy.former === policyId(policy))
    this.#links = later < 0 ? [...this.#links, link] : this.#links.toSpliced(later, 0, link)
    await this.#store()
  }

  async #store(): Promise<void> {
    this.#bytes = encodePolicyChain(this.#links)
    await this.#files.store(`${this.#path}.tmp`, this.#bytes, true)
    this.#files.rename(`${this.#path}.tmp`, this.#path)
  }
}
