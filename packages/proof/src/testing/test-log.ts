/** A log in memory with members and a policy, from a seed: the same seed, the same keys. For tests and benches only. */
import { type Bytes, generatePrivateKey, keySigner, manualClock, type SignatureAlgorithm } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { makeCheckpoint, SM3_ORIGIN_SUFFIX } from '../checkpoint/checkpoint.ts'
import { cosigner, logSigner, type NoteSigner, sm2NoteSigner } from '../checkpoint/note-signer.ts'
import { formatTlogProof } from '../checkpoint/tlog-proof.ts'
import { formatVerifierKey } from '../checkpoint/verifier-key.ts'
import type { Profile } from '../policy.ts'
import type { MemberRole, SinglePolicy } from '../policy-schema.ts'
import { createTestTree } from './test-tree.ts'

export interface TestMember {
  readonly id: string
  readonly role: MemberRole
  readonly independent?: boolean
}

export interface TestLogOptions {
  readonly seed?: string
  readonly origin?: string
  readonly members?: readonly TestMember[]
  readonly quorum?: SinglePolicy['quorum']
  /** Overrides of the policy's other fields. */
  readonly policy?: Partial<Pick<SinglePolicy, 'name' | 'certificateRoots' | 'timestampRoots' | 'demo' | 'statement'>>
  /** Milliseconds; members cosign at this time. */
  readonly time?: number
}

export interface TestLog {
  readonly policy: SinglePolicy
  readonly clock: ReturnType<typeof manualClock>
  /** Signers of one tree: the log's first, then the members' in the policy's order. */
  readonly signers: Record<Profile, readonly NoteSigner[]>
  /** Appends entries; returns the index of the first. */
  append(...entries: Bytes[]): number
  readonly size: number
  root(profile: Profile): Bytes
  /** Inclusion path of a leaf in the present tree. */
  path(profile: Profile, index: number): Bytes[]
  /** Proof that the first `from` leaves begin the present tree. */
  consistency(profile: Profile, from: number): Bytes[]
  /** Signed checkpoint of the present tree, by everybody or by these signers. */
  checkpoint(profile: Profile, signers?: readonly NoteSigner[]): Promise<string>
  /** tlog-proof text of a leaf under a checkpoint of the present tree. */
  receipt(profile: Profile, index: number, checkpoint?: string): Promise<string>
}

const REGULATOR: TestMember = { id: 'regulator.test', role: 'regulator' }

/** Makes a log; with no options it has one member, the regulator, as the embedded mode has. */
export function createTestLog(options: TestLogOptions = {}): TestLog {
  const random = seededRandom(options.seed ?? 'test log')
  const signer = (algorithm: SignatureAlgorithm) => keySigner(generatePrivateKey(algorithm, random))
  const clock = manualClock(options.time ?? Date.UTC(2026, 10, 24, 8))
  const origin = options.origin ?? 'log.test/330000/00000000'
  const members = options.members ?? [REGULATOR]
  const signers: Record<Profile, readonly NoteSigner[]> = {
    sha256: [logSigner(origin, signer('ed25519')), ...members.map(({ id }) => cosigner(id, signer('ed25519'), clock))],
    sm3: [
      sm2NoteSigner(origin + SM3_ORIGIN_SUFFIX, signer('sm2')),
      ...members.map(({ id }) => sm2NoteSigner(id, signer('sm2'))),
    ],
  }
  const vkey = (profile: Profile, at: number) => formatVerifierKey(signers[profile][at]!.key)
  const policy: SinglePolicy = {
    version: 1,
    name: { zh: '测试策略', en: 'Test policy' },
    certificateRoots: [],
    timestampRoots: [],
    demo: true,
    statement: { zh: '仅供测试。', en: 'For tests only.' },
    ...options.policy,
    origin,
    logKey: vkey('sha256', 0),
    sm2LogKey: vkey('sm3', 0),
    members: members.map(({ id, role, independent = false }, i) => ({
      id,
      name: { zh: id, en: id },
      role,
      cosignerKey: vkey('sha256', i + 1),
      sm2Key: vkey('sm3', i + 1),
      independent,
    })),
    quorum: options.quorum ?? { atLeast: 1, anyOf: [] },
  }
  const trees = { sha256: createTestTree('sha256'), sm3: createTestTree('sm3') }
  const checkpoint: TestLog['checkpoint'] = (profile, by = signers[profile]) => {
    const { size, root } = trees[profile]
    return makeCheckpoint(
      { origin: profile === 'sm3' ? origin + SM3_ORIGIN_SUFFIX : origin, size: size(), root: root() },
      by,
    )
  }
  return {
    policy,
    clock,
    signers,
    append(...entries) {
      const first = trees.sha256.size()
      for (const tree of [trees.sha256, trees.sm3]) for (const entry of entries) tree.append(entry)
      return first
    },
    get size() {
      return trees.sha256.size()
    },
    root: (profile) => trees[profile].root(),
    path: (profile, index) => trees[profile].path(index),
    consistency: (profile, from) => trees[profile].consistency(from),
    checkpoint,
    async receipt(profile, index, signed) {
      return formatTlogProof({
        index,
        path: trees[profile].path(index),
        checkpoint: signed ?? (await checkpoint(profile)),
      })
    },
  }
}
