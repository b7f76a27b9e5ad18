/** The first entry of a log: its name, its trust policy, and the last checkpoints of the log that it continues, if any. */
import { type CborValue, concat, digest, fromHex, utf8 } from '@mingzheng/kernel'
import { encodeEntry, policyId, type TrustPolicy } from '@mingzheng/proof'
import type { NewEntry } from './contract/execute.ts'

export const GENESIS_ENTRY_KIND = 'ledger.genesis'

export interface GenesisInput {
  readonly origin: string
  readonly policy: TrustPolicy
  /** Ledger time at which the log begins. */
  readonly time: number
  /** `actorOf` the log's key. */
  readonly actor: Uint8Array
  /** Signed checkpoints of another log, verbatim. */
  readonly previous?: { readonly sha256: string; readonly sm3: string } | undefined
}

/** Entry 0. Its body: `o` origin, `p` the policy's id, `q` and `r` the previous log's checkpoints of both trees. */
export function genesisEntry({ origin, policy, time, actor, previous }: GenesisInput): NewEntry {
  const id = digest('sha256', concat(utf8('mingzheng genesis v1\n'), utf8(origin))).slice(0, 16)
  const chain: { [key: string]: CborValue } = previous === undefined ? {} : { q: previous.sha256, r: previous.sm3 }
  const body = { o: origin, p: fromHex(policyId(policy)), ...chain }
  return { bytes: encodeEntry({ kind: GENESIS_ENTRY_KIND, id, actor, time, body }), id, body }
}
