import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applicationContracts, CONSORTIUM_GRANTS } from '@mingzheng/applications/contract'
import { custodyContract, evidenceContract } from '@mingzheng/evidence/contract'
import { createLedgerIdentity } from '@mingzheng/identity/contract'
import { fromHex, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { type Authorise, type Contract, chainsContract, createGovernance, documentParts } from '@mingzheng/ledger'
import {
  actorIdOf,
  compareReplicas,
  type HistoryBlock,
  randomCall,
  type StageCall,
  testConsortium,
  testMember,
} from '@mingzheng/ledger/testing'
import { type ConsortiumPolicy, encodePolicy, policyId } from '@mingzheng/proof'
import { createTestConsortium } from '@mingzheng/proof/testing'
import fc from 'fast-check'

const consortium = testConsortium(CONSORTIUM_GRANTS)
const founding = { ...consortium.founding, rules: { delayMs: 1, windowMs: 3 * 86_400_000 } }
const actors = consortium.members.map(({ gateway }) => gateway)
const [regulator, ...others] = consortium.members
const newcomer = testMember('notary', 'second-notary')
const admitted: ConsortiumPolicy = {
  ...consortium.policy,
  former: policyId(consortium.policy),
  members: [...consortium.policy.members, newcomer.member],
}
const document = encodePolicy(admitted)
const foreign = createTestConsortium({ seed: 'another ledger' })

/** Every contract of a consortium, made anew. */
const contracts = (): Contract[] => [
  createGovernance(founding).contract,
  createLedgerIdentity([]).contract,
  chainsContract,
  evidenceContract,
  custodyContract,
  ...applicationContracts,
]
const authorise = (): Authorise => createGovernance(founding).authorise

/** Another ledger is registered by vote. */
function registration(): StageCall[] {
  const by = regulator!.gateway
  const q = seededRandom('registration')(16)
  const d = fromHex(policyId(foreign.policy))
  return [
    ...documentParts(encodePolicy(foreign.policy)).map(({ i, x }) => ({
      by,
      method: 'chains.document',
      args: { d, i, x },
    })),
    { by, method: 'chains.propose', args: { k: 'register', d }, id: q },
    ...others.slice(0, 2).map(({ gateway }) => ({ by: gateway, method: 'chains.vote', args: { q, y: true } })),
  ]
}

/** A change of members in the midst of it all: proposed, passed at once, in effect when its delay has passed. */
function admission(): StageCall[] {
  const by = regulator!.gateway
  const q = seededRandom('admission')(16)
  const d = fromHex(policyId(admitted))
  const parts = documentParts(document).map(({ i, x }) => ({ by, method: 'governance.document', args: { d, i, x } }))
  const p = fromHex(policyId(admitted))
  const args = { k: 'admit', p, m: newcomer.member.id, x: newcomer.consensusKey }
  return [
    ...parts,
    { by, method: 'governance.propose', args, id: q },
    ...others.slice(0, 3).map(({ gateway }) => ({ by: gateway, method: 'governance.vote', args: { q, y: true } })),
  ]
}

const AMIDST: Readonly<Record<number, () => StageCall[]>> = { 3: registration, 6: admission }

function historyOf(seed: number): HistoryBlock[] {
  const random = seededRandom(`history ${seed}`)
  const next = (n: number) => (random(2)[0]! * 256 + random(1)[0]!) % n
  const parties = [actors.slice(0, 2), actors.slice(0, 2).reverse()].map((those) => those.map(actorIdOf))
  const values = [
    ...actors.map((by) => actorIdOf(by)),
    ...parties,
    document.slice(0, 100),
    utf8('x'),
    'court',
    'notary',
  ]
  const pool = { contracts: contracts(), actors, values }
  return Array.from({ length: 14 }, (_, i) => {
    const calls = Array.from({ length: 24 }, () => randomCall(pool, next)).filter((call) => call !== null)
    // The first two organisations call most: states are reached only when the same ones go on.
    const biased = calls.map((call, at) => (at % 3 === 0 ? call : { ...call, by: actors[at % 2]! }))
    return { passes: next(3) * 3_600_000, calls: [...biased, ...(AMIDST[i]?.() ?? [])] }
  })
}

test('every contract gives the same log and state on members that restart, crash, begin from snapshots, and batch otherwise', async () => {
  const kinds = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const history = historyOf(seed)
      for (const { kind } of await compareReplicas({ contracts, authorise, history, seed: String(seed) })) {
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      }
    }),
    { seed: 20261124, numRuns: 8 },
  )
  // Each contract did something, or nothing was compared.
  const acted = new Set([...kinds.keys()].map((kind) => kind.split('.')[0]))
  for (const { name } of contracts()) assert.ok(acted.has(name), `${name}: ${[...kinds.keys()].join(' ')}`)
  assert.ok(kinds.has('governance.policy'))
})
