/** Who signs this node's checkpoints: its keys must be those that the trust policy names. */
import type { Clock, PublicKey } from '@mingzheng/kernel'
import {
  cosigner,
  logSigner,
  type NoteSigner,
  type Profile,
  profileKeys,
  sm2NoteSigner,
  type TrustPolicy,
} from '@mingzheng/proof'
import { ledgerFailure } from './failure-codes.ts'
import type { LedgerKeys } from './ledger-options.ts'

/** The log's and this member's signers of both trees, under the names that the policy gives them. Throws `ledger-key-mismatch`. */
export function checkpointSigners(policy: TrustPolicy, keys: LedgerKeys, clock: Clock) {
  const sha256 = profileKeys(policy, 'sha256')
  const sm3 = profileKeys(policy, 'sm3')
  const me = sha256.members.findIndex(({ key }) => sameKey(key.publicKey, keys.member.publicKey))
  if (me < 0) throw ledgerFailure('ledger-key-mismatch', 'the member key is not in the trust policy')
  // An embedded ledger has one log key; of a consortium's every member has its own.
  const log = policy.version === 1 ? 0 : me
  const ours = [
    [sha256.logs[log]!, keys.log],
    [sm3.logs[log]!, keys.sm2Log],
    [sm3.members[me]!.key, keys.sm2Member],
  ] as const
  for (const [wanted, { publicKey }] of ours) {
    if (!sameKey(wanted.publicKey, publicKey)) {
      throw ledgerFailure('ledger-key-mismatch', `the key ${wanted.name} is not the trust policy's`)
    }
  }
  const name = sha256.members[me]!.key.name
  const signers: { [profile in Profile]: NoteSigner[] } = {
    sha256: [logSigner(sha256.origin, keys.log), cosigner(name, keys.member, clock)],
    sm3: [sm2NoteSigner(sm3.origin, keys.sm2Log), sm2NoteSigner(name, keys.sm2Member)],
  }
  return signers
}

function sameKey(a: PublicKey, b: PublicKey): boolean {
  return a.algorithm === b.algorithm && Buffer.from(a.bytes).equals(b.bytes)
}
