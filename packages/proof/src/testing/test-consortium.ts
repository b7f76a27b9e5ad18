/** A ledger of several members in memory, whose policy may change: keys from a seed and the member's id. For tests and benches only. */
import { type Bytes, fromHex, keySigner, manualClock, type SignatureAlgorithm, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { makeCheckpoint, SM3_ORIGIN_SUFFIX } from '../checkpoint/checkpoint.ts'
import { cosigner, logSigner, type NoteSigner, sm2NoteSigner } from '../checkpoint/note-signer.ts'
import { formatTlogProof } from '../checkpoint/tlog-proof.ts'
import { formatVerifierKey } from '../checkpoint/verifier-key.ts'
import { encodeEntry } from '../entry.ts'
import { type Profile, policyId } from '../policy.ts'
import { POLICY_ENTRY_KIND, type PolicyLink, policyChangeBody } from '../policy-chain.ts'
import type { ConsortiumPolicy } from '../policy-schema.ts'
import type { TestMember } from './test-log.ts'
import { createTestTree } from './test-tree.ts'

export const FIVE_MEMBERS: readonly TestMember[] = [
  { id: 'regulator', role: 'regulator' },
  { id: 'court', role: 'court', independent: true },
  { id: 'notary', role: 'notary', independent: true },
  { id: 'forensic', role: 'forensic', independent: true },
  { id: 'ca', role: 'ca', independent: true },
]

export interface TestConsortiumOptions {
  readonly seed?: string
  readonly origin?: string
  readonly members?: readonly TestMember[]
  readonly quorum?: ConsortiumPolicy['quorum']
  /** Overrides of the policy's other fields. */
  readonly policy?: Partial<ConsortiumPolicy>
  readonly time?: number
}

/** Both trees' signers of one member: its log key's, then its own. */
export type TestSigners = Record<Profile, readonly [log: NoteSigner, own: NoteSigner]>

export interface TestConsortium {
  /** The first policy. */
  readonly policy: ConsortiumPolicy
  readonly clock: ReturnType<typeof manualClock>
  signersOf(id: string): TestSigners
  /** A policy that succeeds another. */
  successor(
    former: ConsortiumPolicy,
    change: Partial<Omit<ConsortiumPolicy, 'members'>> & { members?: readonly TestMember[] },
  ): ConsortiumPolicy
  append(...entries: Bytes[]): number
  readonly size: number
  root(profile: Profile): Bytes
  consistency(profile: Profile, from: number): Bytes[]
  /** Checkpoint of the present tree with the line of the first one's log key and of all of them, in this order. */
  checkpoint(profile: Profile, by: readonly string[]): Promise<string>
  receipt(profile: Profile, index: number, by: readonly string[]): Promise<string>
  /** Appends the entry that puts a policy in force, and proves it by a checkpoint of these members. */
  link(
    former: ConsortiumPolicy,
    policy: ConsortiumPolicy,
    by: readonly string[],
    emergency?: boolean,
  ): Promise<PolicyLink>
}

/** Makes a consortium of five, of which three must sign, the court or the notary among them. */
export function createTestConsortium(options: TestConsortiumOptions = {}): TestConsortium {
  const { seed = 'consortium', origin = 'consortium.test/330000/00000005' } = options
  const clock = manualClock(options.time ?? Date.UTC(2026, 10, 24, 8))
  const trees = { sha256: createTestTree('sha256'), sm3: createTestTree('sm3') }
  const signersOf = (id: string): TestSigners => {
    const random = seededRandom(`${seed} ${id}`)
    const key = (algorithm: SignatureAlgorithm) => {
      const secret = random(32)
      // Below every curve's order.
      secret[0] = 1
      return keySigner({ algorithm, secret })
    }
    const sm3Origin = origin + SM3_ORIGIN_SUFFIX
    return {
      sha256: [logSigner(origin, key('ed25519')), cosigner(`${id}.test`, key('ed25519'), clock)],
      sm3: [sm2NoteSigner(sm3Origin, key('sm2')), sm2NoteSigner(`${id}.test`, key('sm2'))],
    }
  }
  const membersOf = (members: readonly TestMember[]): ConsortiumPolicy['members'] =>
    members.map(({ id, role, independent = false }) => {
      const { sha256, sm3 } = signersOf(id)
      return {
        id,
        name: { zh: `${id}机构`, en: id },
        role,
        independent,
        cosignerKey: formatVerifierKey(sha256[1].key),
        sm2Key: formatVerifierKey(sm3[1].key),
        logKey: formatVerifierKey(sha256[0].key),
        sm2LogKey: formatVerifierKey(sm3[0].key),
        gatewayKey: toHex(
          keySigner({ algorithm: 'ed25519', secret: seededRandom(`${seed} ${id} gateway`)(32) }).publicKey.bytes,
        ),
      }
    })
  const policy: ConsortiumPolicy = {
    version: 2,
    name: { zh: '测试联盟', en: 'Test consortium' },
    certificateRoots: [],
    timestampRoots: [],
    demo: true,
    statement: { zh: '仅供测试。', en: 'For tests only.' },
    quorum: options.quorum ?? { atLeast: 3, anyOf: ['court', 'notary'] },
    ...options.policy,
    origin,
    members: membersOf(options.members ?? FIVE_MEMBERS),
  }
  const checkpoint: TestConsortium['checkpoint'] = (profile, by) => {
    const { size, root } = trees[profile]
    const signers = [signersOf(by[0] ?? 'nobody')[profile][0], ...by.map((id) => signersOf(id)[profile][1])]
    const name = profile === 'sm3' ? origin + SM3_ORIGIN_SUFFIX : origin
    return makeCheckpoint({ origin: name, size: size(), root: root() }, signers)
  }
  const append: TestConsortium['append'] = (...entries) => {
    const first = trees.sha256.size()
    for (const tree of [trees.sha256, trees.sm3]) for (const entry of entries) tree.append(entry)
    return first
  }
  const receipt: TestConsortium['receipt'] = async (profile, index, by) =>
    formatTlogProof({ index, path: trees[profile].path(index), checkpoint: await checkpoint(profile, by) })
  return {
    policy,
    clock,
    signersOf,
    successor: (former, { members, ...rest }) => ({
      ...former,
      ...rest,
      former: policyId(former),
      members: members === undefined ? former.members : membersOf(members),
    }),
    append,
    get size() {
      return trees.sha256.size()
    },
    root: (profile) => trees[profile].root(),
    consistency: (profile, from) => trees[profile].consistency(from),
    checkpoint,
    receipt,
    async link(former, next, by, emergency = false) {
      const body = policyChangeBody({ policy: fromHex(policyId(next)), former: fromHex(policyId(former)), emergency })
      const id = seededRandom(`${seed} ${policyId(next)}`)(16)
      const entry = encodeEntry({ kind: POLICY_ENTRY_KIND, id, actor: id, time: clock.now(), body })
      const index = append(entry)
      return {
        policy: next,
        entry,
        receipt: await receipt('sha256', index, by),
        receiptSm3: await receipt('sm3', index, by),
      }
    },
  }
}
