import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { encodeJson, fromHex, type JsonValue } from '@mingzheng/kernel'
import {
  type ConsortiumPolicy,
  encodeEntry,
  encodePolicyChain,
  POLICY_ENTRY_KIND,
  policyChangeBody,
  policyId,
} from '@mingzheng/proof'
import { approveFounding, draftFounding, type Founding, withApprovals } from '../ceremony/founding.ts'
import { acceptInvitation, makeHome } from '../ceremony/make-home.ts'
import type { MemberRequest } from '../ceremony/member-request.ts'
import { FOUNDING_CONTRACTS } from '../contracts.ts'
import { encodeInvitation, looksLikeInvitation, parseInvitation } from './invitation.ts'
import { readJoining } from './joining-mark.ts'

const ORIGIN = 'invitation.test/330000/0a1b2c3d'
const ROLES = ['regulator', 'court', 'notary'] as const

describe('an invitation', () => {
  let folder: string
  let founding: Founding
  let requests: MemberRequest[]
  const home = (id: string) => join(folder, id)
  const make = (id: string, role: (typeof ROLES)[number], i: number) =>
    makeHome(home(id), {
      ...{ id, role, name: { zh: id, en: id }, independent: true, origin: ORIGIN, url: `http://127.0.0.1:${9000 + i}` },
      peer: { host: '127.0.0.1', port: 9100 + i },
      listen: {
        public: { host: '127.0.0.1', port: 9000 + i },
        private: { host: '127.0.0.1', port: 9200 + i },
        engine: { host: '127.0.0.1', port: 9100 + i },
      },
    })

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-invitation-'))
    const made = await Promise.all(ROLES.map((role, i) => make(role, role, i)))
    requests = made.map(({ request }) => request)
    const draft = draftFounding(requests, {
      origin: ORIGIN,
      ...{ name: { zh: '测试', en: 'Test' }, statement: { zh: '测试', en: 'Test' }, demo: true },
      time: 1_790_000_000_000,
      quorum: { atLeast: 2, anyOf: [] },
      ...{ certificateRoots: [], timestampRoots: [], previous: null, contracts: FOUNDING_CONTRACTS },
    })
    const approvals = made.map(({ request, keys }) => approveFounding(draft, request, keys.ledger))
    founding = withApprovals(draft, await Promise.all(approvals))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  test('leads from the founding to the policy of now, and is told from a founding file', () => {
    const bytes = encodeInvitation({ founding, chain: null, members: requests })
    assert.ok(looksLikeInvitation(bytes))
    const { policy, members } = parseInvitation(bytes)
    assert.equal(policyId(policy), policyId(founding.genesis.policy))
    assert.deepEqual(members, requests)
  })

  test('with policies that the founders did not sign, a founding not approved by all, or a forged request is refused', () => {
    const former = founding.genesis.policy as ConsortiumPolicy
    const policy: ConsortiumPolicy = { ...former, former: policyId(former), members: former.members.slice(0, 2) }
    const body = policyChangeBody({
      policy: fromHex(policyId(policy)),
      former: fromHex(policyId(former)),
      emergency: false,
    })
    const entry = encodeEntry({
      kind: POLICY_ENTRY_KIND,
      id: new Uint8Array(16),
      actor: new Uint8Array(16),
      time: 1,
      body,
    })
    const chain = encodePolicyChain([{ policy, entry, receipt: 'none', receiptSm3: 'none' }])
    const parse = (change: Partial<Parameters<typeof encodeInvitation>[0]>) =>
      parseInvitation(encodeInvitation({ founding, chain: null, members: requests, ...change }))
    assert.throws(() => parse({ chain }), { code: 'invitation-broken' })
    assert.throws(() => parse({ founding: { ...founding, approvals: founding.approvals.slice(1) } }), {
      code: 'founding-approval-missing',
    })
    const moved = { ...requests[0]!, peer: { host: 'thief.test', port: 1 } }
    assert.throws(() => parse({ members: [moved] }), { code: 'founding-request-forged' })
    assert.throws(() => parseInvitation(encodeJson({ version: 1 } as JsonValue)), { code: 'founding-malformed' })
  })

  test('is taken by a home whose keys the policy has, which then begins with the others’ ledger, and by no other', async () => {
    const bytes = encodeInvitation({ founding, chain: null, members: requests })
    await make('stranger', 'notary', 7)
    await assert.rejects(acceptInvitation(home('stranger'), parseInvitation(bytes), bytes), {
      code: 'invitation-not-mine',
    })
    assert.equal(await readJoining(home('stranger')), null)
    await acceptInvitation(home('notary'), parseInvitation(bytes), bytes)
    assert.deepEqual(await readJoining(home('notary')), { version: 1, why: 'admitted' })
  })
})
