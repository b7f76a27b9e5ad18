import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isRefusal, manualClock } from '@mingzheng/kernel'
import { createIdentity } from '../identity.ts'
import { TEST_ORIGIN, TEST_START, type TestIdentity, testIdentity } from '../testing.ts'
import { type SoftFaults, softAuthenticator } from './soft-authenticator.ts'

const ORIGIN = 'http://localhost:8420'
let it: TestIdentity
let key = softAuthenticator(ORIGIN)

before(async () => {
  it = await testIdentity()
})
after(() => it.close())

async function add(faults: SoftFaults = {}) {
  const { session } = await it.session('officer2')
  const begun = await it.identity.me.startPasskey(session)
  assert.ok(!isRefusal(begun))
  const given = { ticket: begun.ticket, name: 'soft key', response: key.create(begun.options, faults) }
  return it.identity.me.addPasskey(session, given, TEST_ORIGIN)
}

async function signIn(faults: SoftFaults = {}, ticket?: string) {
  const begun = await it.identity.signIn.passkeyOptions(ticket)
  assert.ok(!isRefusal(begun))
  return it.identity.signIn.passkey({ ticket: begun.ticket, response: key.get(begun.options, faults) }, TEST_ORIGIN)
}

const isCode = (answer: unknown, code: string) =>
  assert.ok(isRefusal(answer) && answer.code === code, JSON.stringify(answer))

describe('adding a passkey', () => {
  for (const [what, faults] of Object.entries<SoftFaults>({
    'made for another site': { origin: 'http://evil.example' },
    'made for another host': { rpId: 'evil.example' },
    'answering another challenge': { challenge: 'AAAA' },
    'without user check': { verified: false },
  })) {
    test(`${what} is refused`, async () => isCode(await add(faults), 'passkey-refused'))
  }
  test('works, once', async () => {
    assert.equal(await add(), null)
    // From now on a password alone no longer signs this person in.
    const answer = await it.identity.signIn.start({ username: 'officer2', password: 'west-lake-2026' }, TEST_ORIGIN)
    assert.ok(!isRefusal(answer) && answer.kind === 'second-factor')
    assert.deepEqual(answer.methods, ['passkey'])
  })
})

describe('signing in by passkey', () => {
  test('alone begins a session of two factors', async () => {
    const answer = await signIn()
    assert.ok(!isRefusal(answer) && answer.kind === 'signed-in')
    assert.equal(answer.session.username, 'officer2')
    assert.equal(answer.session.secondFactor, true)
  })
  test('works as the second step of a password', async () => {
    const first = await it.identity.signIn.start({ username: 'officer2', password: 'west-lake-2026' }, TEST_ORIGIN)
    assert.ok(!isRefusal(first) && first.kind === 'second-factor')
    const answer = await signIn({}, first.ticket)
    assert.ok(!isRefusal(answer) && answer.kind === 'signed-in')
  })
  for (const [what, faults] of Object.entries<SoftFaults>({
    'of another site': { origin: 'http://evil.example' },
    'of another host': { rpId: 'evil.example' },
    'to another challenge': { challenge: 'AAAA' },
    'without user check': { verified: false },
    'with a forged signature': { forged: true },
    'of a copied key, whose counter went back': { counter: 1 },
  })) {
    test(`with an answer ${what} is refused`, async () => isCode(await signIn(faults), 'passkey-refused'))
  }
  test('with a key that nobody has is refused', async () => {
    const known = key
    key = softAuthenticator(ORIGIN)
    isCode(await signIn(), 'passkey-refused')
    key = known
  })
  test('with the same answer twice is refused', async () => {
    const begun = await it.identity.signIn.passkeyOptions()
    assert.ok(!isRefusal(begun))
    const given = { ticket: begun.ticket, response: key.get(begun.options) }
    assert.ok(!isRefusal(await it.identity.signIn.passkey(given, TEST_ORIGIN)))
    isCode(await it.identity.signIn.passkey(given, TEST_ORIGIN), 'ticket-expired')
  })
  test('with rubbish is refused', async () => {
    for (const response of [null, {}, { id: 'x', rawId: 'x', type: 'public-key' }, 'x', []]) {
      const begun = await it.identity.signIn.passkeyOptions()
      assert.ok(!isRefusal(begun))
      isCode(await it.identity.signIn.passkey({ ticket: begun.ticket, response }, TEST_ORIGIN), 'passkey-refused')
    }
  })
  test('of another person’s second step is refused', async () => {
    const { session } = await it.session('head')
    const theirs = softAuthenticator(ORIGIN)
    const begun = await it.identity.me.startPasskey(session)
    assert.ok(!isRefusal(begun))
    const added = { ticket: begun.ticket, name: 'k', response: theirs.create(begun.options) }
    assert.equal(await it.identity.me.addPasskey(session, added, TEST_ORIGIN), null)
    const first = await it.identity.signIn.start({ username: 'head', password: 'west-lake-2026' }, TEST_ORIGIN)
    assert.ok(!isRefusal(first) && first.kind === 'second-factor')
    isCode(await signIn({}, first.ticket), 'passkey-refused')
  })
})

describe('removing a passkey', () => {
  async function byKey() {
    const answer = await signIn()
    assert.ok(!isRefusal(answer) && answer.kind === 'signed-in')
    return answer
  }
  test('of another person, or one that is not there, is refused', async () => {
    const { session, token } = await it.session('officer3')
    const { session: owner } = await byKey()
    const [theirs] = await it.identity.me.passkeys(owner)
    assert.ok(theirs !== undefined)
    for (const id of [theirs.id, 'AAAA']) {
      isCode(await it.identity.me.removePasskey(session, { id, token }, TEST_ORIGIN), 'passkey-unknown')
    }
    assert.equal((await it.identity.me.passkeys(owner)).length, 1)
  })
  test('takes it from sign-in, ends the other sessions and stands in the audit log', async () => {
    const { session, token } = await byKey()
    const other = await byKey()
    const [key1] = await it.identity.me.passkeys(session)
    assert.equal(await it.identity.me.removePasskey(session, { id: key1!.id, token }, TEST_ORIGIN), null)
    isCode(await signIn(), 'passkey-refused')
    assert.equal(await it.identity.sessions.read(other.token), null)
    assert.notEqual(await it.identity.sessions.read(token), null)
    const events = await it.identity.audit.list(await it.principal('audit'), {
      action: 'second-factor.remove',
      limit: 1,
    })
    assert.ok(!isRefusal(events) && events.events[0]!.detail === 'passkey soft key')
  })
  test('that is an administrator’s only second factor is refused until there is another', async () => {
    const strict = createIdentity({
      database: it.database,
      clock: it.clock,
      secret: new Uint8Array(32).fill(7),
      publicUrl: () => ORIGIN,
      rules: { secondFactor: 'administrators' },
    })
    const { session, token } = await it.session('system')
    const adminKey = softAuthenticator(ORIGIN)
    const spare = softAuthenticator(ORIGIN)
    const enrol = async (one: typeof adminKey, name: string) => {
      const begun = await it.identity.me.startPasskey(session)
      assert.ok(!isRefusal(begun))
      const given = { ticket: begun.ticket, name, response: one.create(begun.options) }
      assert.equal(await it.identity.me.addPasskey(session, given, TEST_ORIGIN), null)
    }
    await enrol(adminKey, 'first')
    const [first] = await it.identity.me.passkeys(session)
    const remove = () => strict.me.removePasskey(session, { id: first!.id, token }, TEST_ORIGIN)
    isCode(await remove(), 'second-factor-needed')
    await enrol(spare, 'spare')
    assert.equal(await remove(), null)
    assert.deepEqual(
      (await it.identity.me.passkeys(session)).map(({ name }) => name),
      ['spare'],
    )
  })
})

test('passkeys are refused with the remedy where the platform is opened by an address', async () => {
  const identity = createIdentity({
    database: it.database,
    clock: manualClock(TEST_START),
    secret: new Uint8Array(32),
    publicUrl: () => 'http://127.0.0.1:8420',
  })
  isCode(await identity.signIn.passkeyOptions(), 'passkey-unavailable')
})
