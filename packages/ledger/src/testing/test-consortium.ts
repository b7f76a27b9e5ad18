/** A consortium for tests: members with seeded keys, their trust policy, and the governance that they begin with. */
import { type Bytes, keySigner, type Signer, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import {
  type ConsortiumMember,
  type ConsortiumPolicy,
  formatVerifierKey,
  type MemberRole,
  makeVerifierKey,
} from '@mingzheng/proof'
import type { GovernanceFounding } from '../governance/governance.ts'
import { TEST_ORIGIN } from './test-ledger.ts'

/** The keys of one member. */
export interface TestMember {
  readonly member: ConsortiumMember
  readonly gateway: Signer
  readonly cosigner: Signer
  readonly sm2: Signer
  readonly log: Signer
  readonly sm2Log: Signer
  /** Ed25519, 32 bytes. */
  readonly consensusKey: Bytes
}

export interface TestConsortium {
  readonly members: readonly TestMember[]
  readonly policy: ConsortiumPolicy
  readonly founding: GovernanceFounding
  /** The member of a role. */
  of(role: MemberRole): TestMember
}

const FOUNDERS: readonly MemberRole[] = ['regulator', 'court', 'notary', 'forensic', 'ca']

/** Keys and policy entry of a member; the same seed, the same keys. */
export function testMember(role: MemberRole, seed: string = role): TestMember {
  const random = seededRandom(`consortium member ${seed}`)
  const key = (algorithm: 'ed25519' | 'sm2'): Signer => {
    const secret = random(32)
    // Below both curve orders.
    secret[0] = 1
    return keySigner({ algorithm, secret })
  }
  const [gateway, cosigner, sm2, log, sm2Log, consensus] = [
    key('ed25519'),
    key('ed25519'),
    key('sm2'),
    key('ed25519'),
    key('sm2'),
    key('ed25519'),
  ]
  const vkey = (kind: 'ed25519' | 'cosignature' | 'sm2', name: string, signer: Signer) =>
    formatVerifierKey(makeVerifierKey(kind, name, signer.publicKey))
  const name = `${seed}.consortium.test`
  const member: ConsortiumMember = {
    id: seed,
    name: { zh: seed, en: seed },
    role,
    cosignerKey: vkey('cosignature', name, cosigner),
    sm2Key: vkey('sm2', name, sm2),
    independent: role !== 'regulator',
    logKey: vkey('ed25519', TEST_ORIGIN, log),
    sm2LogKey: vkey('sm2', `${TEST_ORIGIN}/sm3`, sm2Log),
    gatewayKey: toHex(gateway.publicKey.bytes),
  }
  return { member, gateway, cosigner, sm2, log, sm2Log, consensusKey: consensus.publicKey.bytes }
}

/** Five members, of whom three must sign, the court or the notary among them; a delay of an hour, a window of a day. */
export function testConsortium(grants: Partial<GovernanceFounding['grants']> = {}): TestConsortium {
  const members = FOUNDERS.map((role) => testMember(role))
  const policy: ConsortiumPolicy = {
    version: 2,
    name: { zh: '测试联盟', en: 'Test consortium' },
    origin: TEST_ORIGIN,
    members: members.map(({ member }) => member),
    quorum: { atLeast: 3, anyOf: ['court', 'notary'] },
    certificateRoots: [],
    timestampRoots: [],
    demo: true,
    statement: { zh: '仅供测试', en: 'For tests only' },
  }
  const founding: GovernanceFounding = {
    policy,
    validators: members.map(({ member, consensusKey }) => ({ member: member.id, publicKey: consensusKey })),
    rules: { delayMs: 3_600_000, windowMs: 86_400_000 },
    grants: { regulator: [], court: [], notary: [], forensic: [], ca: [], ...grants },
  }
  const of = (role: MemberRole) => members.find(({ member }) => member.role === role)!
  return { members, policy, founding, of }
}
