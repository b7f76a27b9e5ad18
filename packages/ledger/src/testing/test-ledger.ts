/** A ledger for tests: keys from a seed, a policy of one member, a register contract with state, in a folder of its own. */
import { type Clock, keySigner, refuse, type Signer, systemClock } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { formatVerifierKey, makeVerifierKey, type TrustPolicy } from '@mingzheng/proof'
import { z } from 'zod'
import { type Authorise, type Contract, contractMethod } from '../contract/contract.ts'
import type { LedgerItem } from '../ledger-client.ts'
import type { LedgerKeys, LedgerOptions } from '../ledger-options.ts'

export const TEST_ORIGIN = 'ledger.test/330000/0a1b2c3d'

/** The keys of a test node; the same seed, the same keys. Never for anything real. */
export function testLedgerKeys(seed: string): LedgerKeys {
  const random = seededRandom(`ledger keys ${seed}`)
  const key = (algorithm: 'ed25519' | 'sm2'): Signer => {
    const secret = random(32)
    // Below both curve orders.
    secret[0] = 1
    return keySigner({ algorithm, secret })
  }
  return {
    gateway: key('ed25519'),
    log: key('ed25519'),
    sm2Log: key('sm2'),
    member: key('ed25519'),
    sm2Member: key('sm2'),
  }
}

/** The policy of an embedded ledger with these keys: one member, which is the operator. */
export function testPolicy(keys: LedgerKeys, origin = TEST_ORIGIN): TrustPolicy {
  const member = 'regulator.ledger.test'
  const vkey = (kind: 'ed25519' | 'cosignature' | 'sm2', name: string, signer: Signer) =>
    formatVerifierKey(makeVerifierKey(kind, name, signer.publicKey))
  return {
    version: 1,
    name: { zh: '测试账本', en: 'Test ledger' },
    origin,
    logKey: vkey('ed25519', origin, keys.log),
    sm2LogKey: vkey('sm2', `${origin}/sm3`, keys.sm2Log),
    members: [
      {
        id: 'regulator',
        name: { zh: '监管', en: 'Regulator' },
        role: 'regulator',
        cosignerKey: vkey('cosignature', member, keys.member),
        sm2Key: vkey('sm2', member, keys.sm2Member),
        independent: false,
      },
    ],
    quorum: { atLeast: 1, anyOf: [] },
    certificateRoots: [],
    timestampRoots: [],
    demo: true,
    statement: { zh: '仅供测试', en: 'For tests only' },
  }
}

const thirtyTwo = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32)

/** `fix` commits, `set` writes state, `once` refuses a name that is taken, `free` lets it be taken again. */
export const registerContract: Contract = {
  name: 'register',
  version: 1,
  methods: {
    fix: contractMethod({
      schema: z.strictObject({ c: thirtyTwo, s: thirtyTwo.optional(), n: thirtyTwo.optional() }),
      permission: 'register.fix',
      apply: (_state, { c, s, n }) => ({
        entry: { kind: 'register.fix', body: { c, s, n } },
      }),
    }),
    set: contractMethod({
      schema: z.strictObject({ key: z.string().min(1).max(50), value: z.number().int() }),
      permission: 'register.set',
      apply(state, { key, value }) {
        const before = state.get(key)
        state.set(key, value === 0 ? undefined : value)
        return { entry: { kind: 'register.set', body: { key, before: before ?? null, value } } }
      },
    }),
    once: contractMethod({
      schema: z.strictObject({ name: z.string().min(1).max(50) }),
      permission: 'register.once',
      apply(state, { name }, { actorId, time }) {
        if (state.get(`name/${name}`) !== undefined) return refuse('name-taken', `${name} is taken`)
        state.set(`name/${name}`, { by: actorId, at: time })
        return { entry: { kind: 'register.once', body: { name } } }
      },
    }),
    free: contractMethod({
      schema: z.strictObject({ name: z.string().min(1).max(50) }),
      permission: 'register.free',
      apply(state, { name }) {
        state.set(`name/${name}`, undefined)
        return { entry: { kind: 'register.free', body: { name } } }
      },
    }),
  },
}

export const allowAll: Authorise = () => true

/** Options of a test ledger; override what the test is about. */
export function testLedgerOptions(
  folder: string,
  { seed = 'one', clock = systemClock, ...rest }: Partial<LedgerOptions> & { seed?: string; clock?: Clock } = {},
): LedgerOptions {
  const keys = testLedgerKeys(seed)
  return {
    folder,
    origin: TEST_ORIGIN,
    keys,
    policy: testPolicy(keys),
    contracts: [registerContract],
    authorise: allowAll,
    clock,
    ...rest,
    tuning: { gatherMs: 5, retryMs: 20, idleMs: 50, ...rest.tuning },
  }
}

/** An item of `register.fix` from a source of bytes. */
export function testItem(random: (length: number) => Uint8Array): LedgerItem {
  return {
    id: random(16),
    contract: 'register',
    method: 'fix',
    arguments: { c: random(32), s: random(32), n: random(32) },
  }
}
