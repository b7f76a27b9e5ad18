import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { encodeJson, type JsonValue, toHex } from '@mingzheng/kernel'
import { genesisDigest } from '@mingzheng/ledger'
import { FOUNDING_CONTRACTS } from '../contracts.ts'
import type { MemberKeys } from '../home/member-keys.ts'
import { readFounding } from '../run/open-node.ts'
import {
  type Approval,
  approveFounding,
  draftFounding,
  encodeFounding,
  type Founding,
  parseFounding,
  requireComplete,
  withApprovals,
} from './founding.ts'
import { acceptFounding, makeHome } from './make-home.ts'
import type { MemberRequest } from './member-request.ts'

const ORIGIN = 'consortium.test/330000/0a1b2c3d'
const ROLES = ['regulator', 'court', 'notary', 'forensic', 'ca'] as const

describe('a founding among five separate folders', () => {
  let folder: string
  let homes: string[]
  let requests: MemberRequest[]
  let keys: MemberKeys[]
  let draft: Founding
  let approvals: Approval[]

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-founding-'))
    homes = ROLES.map((role) => join(folder, role))
    const made = await Promise.all(homes.map((home, i) => makeHome(home, wordsOf(i))))
    requests = made.map(({ request }) => request)
    keys = made.map((one) => one.keys)
    draft = draftFounding(requests, foundingWords())
    approvals = await Promise.all(
      requests.map((request, i) => approveFounding(parseFounding(encodeFounding(draft)), request, keys[i]!.ledger)),
    )
  })
  after(() => rm(folder, { recursive: true, force: true }))

  test('everybody approves the same digest, accepts the same file, and reads it back whole', async () => {
    const founded = withApprovals(draft, approvals)
    requireComplete(founded)
    const passedOn = parseFounding(encodeFounding(founded))
    for (const home of homes) {
      await acceptFounding(home, passedOn)
      const { genesis } = await readFounding(home)
      assert.equal(toHex(genesisDigest(genesis)), approvals[0]!.genesis)
    }
    assert.equal(new Set(approvals.map(({ genesis }) => genesis)).size, 1)
  })

  test('no private key is in anything that is passed on', async () => {
    const passedOn = Buffer.from(encodeFounding(withApprovals(draft, approvals))).toString('utf8')
    for (const [i, home] of homes.entries()) {
      const secrets = [keys[i]!.engineSecrets.consensus, keys[i]!.engineSecrets.node].map((secret) =>
        Buffer.from(secret),
      )
      const master = (await readFile(join(home, 'master.secret'), 'utf8')).trim()
      const forms = [master, ...secrets.flatMap((secret) => [secret.toString('hex'), secret.toString('base64')])]
      for (const form of forms) assert.ok(!passedOn.includes(form), `${ROLES[i]} gives away a secret`)
      for (const name of await readdir(join(home, 'keys'))) {
        const { sealed } = JSON.parse(await readFile(join(home, 'keys', name), 'utf8')) as { sealed?: string }
        assert.ok(sealed === undefined || !passedOn.includes(sealed))
      }
    }
  })

  test('a home made again keeps its keys', async () => {
    const other = join(folder, 'again')
    const first = await makeHome(other, wordsOf(0))
    const second = await makeHome(other, wordsOf(0))
    assert.deepEqual(second.request.member, first.request.member)
  })

  test('a draft in which the founder changed a member is refused by everybody', () => {
    const changes = [
      { independent: true },
      { url: 'http://127.0.0.1:9' },
      { role: 'regulator' },
      { gatewayKey: 'ab'.repeat(32) },
    ]
    for (const change of changes) {
      const changed = copied(draft) as unknown as { genesis: { policy: { members: Record<string, unknown>[] } } }
      Object.assign(changed.genesis.policy.members[3]!, change)
      assert.throws(() => parseFounding(encodeUnchecked(changed)), { code: 'founding-draft-changed' })
    }
  })

  test('another consensus key or more votes for one member are refused', () => {
    const other = copied(draft) as unknown as {
      genesis: { engine: { validators: { publicKey: string; power: number }[] } }
    }
    other.genesis.engine.validators[0]!.publicKey = requests[1]!.nodeKey
    assert.throws(() => parseFounding(encodeUnchecked(other)), { code: 'founding-draft-changed' })
    const mighty = copied(draft) as unknown as typeof other
    mighty.genesis.engine.validators[0]!.power = 100
    assert.throws(() => parseFounding(encodeUnchecked(mighty)), { code: 'founding-draft-changed' })
  })

  test('a request that was changed on its way, or whose keys did not all sign, is refused', () => {
    for (const change of [
      (request: MemberRequest) => Object.assign(request.peer, { port: 1 }),
      (request: MemberRequest) => Object.assign(request.member, { id: 'somebody' }),
      (request: MemberRequest) => Object.assign(request.signatures, { sm2Key: request.signatures.cosignerKey }),
      (request: MemberRequest) => Object.assign(request, { nodeKey: requests[0]!.nodeKey }),
    ]) {
      const changed = structuredClone(requests)
      change(changed[2]!)
      assert.throws(() => draftFounding(changed, foundingWords()), { code: 'founding-request-forged' })
    }
  })

  test('two requests of one member, or a key that two claim, are refused', () => {
    const twice = [...requests.slice(0, 4), requests[0]!]
    assert.throws(() => draftFounding(twice, foundingWords()), { code: 'founding-members-clash' })
  })

  test('a member approves no draft without its own request, or with an older one of its own', async () => {
    const without = draftFounding(requests.slice(0, 4), foundingWords())
    await assert.rejects(approveFounding(without, requests[4]!, keys[4]!.ledger), { code: 'founding-not-mine' })
    const { request: later } = await makeHome(homes[4]!.replace('ca', 'ca-later'), { ...wordsOf(4), id: 'ca' })
    await assert.rejects(approveFounding(draft, later, keys[4]!.ledger), { code: 'founding-not-mine' })
  })

  test('an approval of another document, or by another’s key, does not count', async () => {
    const other = draftFounding(requests, { ...foundingWords(), time: 1 })
    const elsewhere = await approveFounding(other, requests[0]!, keys[0]!.ledger)
    assert.throws(() => withApprovals(draft, [elsewhere]), { code: 'founding-approval-forged' })
    const byAnother = await approveFounding(draft, requests[0]!, keys[1]!.ledger)
    assert.throws(() => withApprovals(draft, [byAnother]), { code: 'founding-approval-forged' })
    assert.throws(() => withApprovals(draft, [{ ...approvals[0]!, member: 'stranger' }]), {
      code: 'founding-approval-forged',
    })
    const moved = { ...draft, approvals: [{ ...approvals[1]!, member: 'regulator' }] }
    assert.throws(() => parseFounding(encodeFounding(moved)), { code: 'founding-approval-forged' })
  })

  test('with one approval missing nobody accepts it, and the one who is missing is named', async () => {
    const early = withApprovals(draft, approvals.slice(0, 4))
    await assert.rejects(acceptFounding(homes[0]!, early), (error: Error & { code: string }) => {
      return error.code === 'founding-approval-missing' && error.message.includes('ca')
    })
  })

  test('a founded home joins no other consortium', async () => {
    await acceptFounding(homes[3]!, withApprovals(draft, approvals))
    await assert.rejects(makeHome(homes[3]!, wordsOf(3)), { code: 'founding-exists' })
    const other = draftFounding(requests, { ...foundingWords(), time: 5 })
    const all = await Promise.all(requests.map((request, i) => approveFounding(other, request, keys[i]!.ledger)))
    await assert.rejects(acceptFounding(homes[3]!, withApprovals(other, all)), { code: 'founding-exists' })
  })

  test('any changed byte of a founding file is refused', () => {
    const bytes = encodeFounding(withApprovals(draft, approvals))
    for (let at = 3; at < bytes.length; at += 97) {
      const changed = Uint8Array.from(bytes)
      changed[at]! ^= 1
      assert.throws(
        () => requireComplete(parseFounding(changed)),
        (error: Error & { code?: string }) => {
          return /^(founding|genesis)-/.test(error.code ?? '')
        },
      )
    }
  })
})

function wordsOf(i: number) {
  const role = ROLES[i]!
  const listen = (port: number) => ({ host: '127.0.0.1', port })
  return {
    id: role,
    role,
    name: { zh: role, en: role },
    independent: false,
    origin: ORIGIN,
    url: `http://127.0.0.1:${7000 + i}`,
    peer: listen(8000 + i),
    listen: { public: listen(7000 + i), private: listen(7100 + i), engine: listen(8000 + i) },
  }
}

function foundingWords() {
  return {
    origin: ORIGIN,
    name: { zh: '测试', en: 'Test' },
    statement: { zh: '仅供测试', en: 'For tests only' },
    demo: true,
    time: Date.UTC(2026, 10, 24),
    quorum: { atLeast: 3, anyOf: ['court', 'notary'] as const },
    certificateRoots: [],
    timestampRoots: [],
    previous: null,
    contracts: FOUNDING_CONTRACTS,
  }
}

/** Nothing in it is the same object twice, as after passing it on. */
function copied(founding: Founding): Founding {
  return JSON.parse(JSON.stringify(founding)) as Founding
}

/** As somebody would who does not ask whether it may be. */
function encodeUnchecked(value: unknown) {
  return encodeJson({ version: 1, ...(value as object) } as JsonValue)
}
