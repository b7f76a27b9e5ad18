import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { isRefusal } from '@mingzheng/kernel'
import { sql } from 'kysely'
import { TEST_ORIGIN, type TestIdentity, testIdentity, totpCode } from '../testing.ts'
import type { SignInAnswer } from './sign-in.ts'
import { blockMs } from './throttle.ts'

let it: TestIdentity
const PASSWORD = 'west-lake-2026'

before(async () => {
  it = await testIdentity()
})
after(() => it.close())
beforeEach(async () => {
  await sql`delete from sign_in_throttle`.execute(it.database.system)
})

const start = (username: string, password = PASSWORD, origin = TEST_ORIGIN, replaces?: string) =>
  it.identity.signIn.start({ username, password, ...(replaces === undefined ? {} : { replaces }) }, origin)

async function token(username: string): Promise<string> {
  const answer = await start(username)
  assert.ok(!isRefusal(answer) && answer.kind === 'signed-in')
  return answer.token
}

function assertRefused(answer: unknown, code: string): void {
  assert.ok(isRefusal(answer), JSON.stringify(answer))
  assert.equal(answer.code, code)
}

describe('signing in by password', () => {
  test('begins a session that knows who it is', async () => {
    const { session } = await it.session('officer')
    assert.equal(session.principal.name, '王晓明')
    assert.equal(session.cardNumber, '33010000101')
    assert.deepEqual(session.principal.roles, ['officer'])
    assert.deepEqual(session.duties, [])
  })
  test('forgives capitals and spaces around the name', async () => {
    const answer = await start('  OFFICER ')
    assert.ok(!isRefusal(answer))
  })
  test('gives one and the same answer for a wrong name, a wrong password and a disabled person', async () => {
    await it.database.system
      .updateTable('person')
      .set({ state: 'disabled' })
      .where('username', '=', 'officer3')
      .execute()
    const answers = [await start('nobody'), await start('officer', 'wrong-password'), await start('officer3')]
    for (const answer of answers) assert.deepEqual(answer, answers[0])
    assertRefused(answers[0], 'sign-in-refused')
    await it.database.system.updateTable('person').set({ state: 'active' }).where('username', '=', 'officer3').execute()
  })
  test('takes hostile names and passwords as names and passwords', async () => {
    for (const text of ["' or 1=1 --", '\u0000', '\ud800', 'x'.repeat(5000), '%']) {
      assertRefused(await start(text, text), 'sign-in-refused')
    }
  })
})

describe('a session', () => {
  test('token is not kept in clear', async () => {
    const held = await token('officer')
    const { rows } = await sql<{ all: string }>`select string_agg(session::text, ' ') as all from session`.execute(
      it.database.system,
    )
    assert.ok(!rows[0]!.all.includes(held))
    assert.ok(!rows[0]!.all.includes(Buffer.from(held).toString('hex')))
  })
  test('of before sign-in is worth nothing after it', async () => {
    const old = await token('officer')
    const answer = await start('officer', PASSWORD, TEST_ORIGIN, old)
    assert.ok(!isRefusal(answer) && answer.kind === 'signed-in')
    assert.notEqual(answer.token, old)
    assert.equal(await it.identity.sessions.read(old), null)
    assert.notEqual(await it.identity.sessions.read(answer.token), null)
  })
  test('ends when it is not used for half an hour, and goes on when it is', async () => {
    const held = await token('officer')
    for (let i = 0; i < 4; i++) {
      it.clock.advance(29 * 60_000)
      assert.notEqual(await it.identity.sessions.read(held), null)
    }
    it.clock.advance(30 * 60_000)
    assert.equal(await it.identity.sessions.read(held), null)
    it.clock.advance(-30 * 60_000)
    assert.equal(await it.identity.sessions.read(held), null)
  })
  test('ends after twelve hours, however busy', async () => {
    const held = await token('officer')
    for (let i = 0; i < 12 * 3 - 1; i++) {
      it.clock.advance(20 * 60_000)
      assert.notEqual(await it.identity.sessions.read(held), null)
    }
    it.clock.advance(20 * 60_000)
    assert.equal(await it.identity.sessions.read(held), null)
  })
  test('does not become young again when the clock is set back', async () => {
    const held = await token('officer')
    it.clock.advance(-31 * 60_000)
    assert.equal(await it.identity.sessions.read(held), null)
    it.clock.advance(31 * 60_000)
  })
  test('ends at sign-out, and an invented token is none', async () => {
    const held = await token('officer')
    await it.identity.sessions.end(held)
    for (const text of [held, '', 'x', '\ud800', `${held}x`]) assert.equal(await it.identity.sessions.read(text), null)
  })
})

describe('guessing', () => {
  test('is stopped for the account after five failures, for the right password too', async () => {
    for (let i = 0; i < 5; i++) assertRefused(await start('officer', 'guess'), 'sign-in-refused')
    assertRefused(await start('officer'), 'sign-in-blocked')
    it.clock.advance(30_001)
    assert.ok(!isRefusal(await start('officer')))
  })
  test('waits longer after each further failure', () => {
    assert.deepEqual(
      [1, 4, 5, 6, 7, 11, 12, 100].map((n) => blockMs('account', n)),
      [0, 0, 30_000, 60_000, 120_000, 1_920_000, 3_600_000, 3_600_000],
    )
  })
  test('of a thousand at once is counted as a thousand', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => start('officer', 'guess')))
    assert.equal(answers.filter((answer) => isRefusal(answer) && answer.code === 'sign-in-refused').length, 5)
  })
  test('one password on everybody is stopped for the address, and others go on', async () => {
    for (let i = 0; i < 30; i++) await start(`person${i}`, 'spring2026', { address: '10.0.0.9' })
    assertRefused(await start('officer', PASSWORD, { address: '10.0.0.9' }), 'sign-in-blocked')
    assert.ok(!isRefusal(await start('officer2', PASSWORD, { address: '10.0.0.8' })))
  })
  test('from a blocked address does nothing to anybody’s account', async () => {
    for (let i = 0; i < 30; i++) await start(`person${i}`, 'spring2026', { address: '10.0.0.9' })
    for (let i = 0; i < 10; i++) {
      assertRefused(await start('officer', 'guess', { address: '10.0.0.9' }), 'sign-in-blocked')
    }
    assert.ok(!isRefusal(await start('officer')))
  })
  test('starts over after a right sign-in', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) await start('officer', 'guess')
      assert.ok(!isRefusal(await start('officer')))
    }
  })
  test('ends when the security administrator unlocks', async () => {
    for (let i = 0; i < 6; i++) await start('officer', 'guess')
    const security = await it.principal('security')
    const users = await it.identity.users.list(security)
    assert.ok(!isRefusal(users))
    const officer = users.find((user) => user.username === 'officer')!
    assert.equal(officer.state, 'locked')
    const unlocked = await it.identity.users.unlock(security, officer.id, TEST_ORIGIN)
    assert.ok(!isRefusal(unlocked) && unlocked.state === 'active')
    assert.ok(!isRefusal(await start('officer')))
  })
})

describe('one-time codes', () => {
  let secret = ''
  before(async () => {
    await sql`delete from sign_in_throttle`.execute(it.database.system)
    const { session } = await it.session('analyst')
    const begun = await it.identity.me.startTotp(session)
    secret = begun.secret
    assert.match(begun.uri, /^otpauth:\/\/totp\//)
    const wrong = { ticket: begun.ticket, code: '000000' }
    assertRefused(await it.identity.me.confirmTotp(session, wrong, TEST_ORIGIN), 'code-wrong')
    const again = await it.identity.me.startTotp(session)
    secret = again.secret
    const right = { ticket: again.ticket, code: totpCode(secret, it.clock.now()) }
    assert.equal(await it.identity.me.confirmTotp(session, right, TEST_ORIGIN), null)
  })
  async function ticket(): Promise<string> {
    const answer = await start('analyst')
    assert.ok(!isRefusal(answer) && answer.kind === 'second-factor')
    assert.deepEqual(answer.methods, ['totp'])
    return answer.ticket
  }
  const give = (ticket: string, code: string): Promise<SignInAnswer | unknown> =>
    it.identity.signIn.code({ ticket, code }, TEST_ORIGIN)

  test('are asked for once set up, and let in', async () => {
    it.clock.advance(60_000)
    const answer = (await give(await ticket(), totpCode(secret, it.clock.now()))) as SignInAnswer
    assert.ok(answer.kind === 'signed-in' && answer.session.secondFactor)
  })
  test('of a whole office behind one address do not lock it out', async () => {
    for (let i = 0; i < 40; i++) {
      it.clock.advance(60_000)
      assert.ok(!isRefusal(await give(await ticket(), totpCode(secret, it.clock.now()))))
    }
  })
  test('count once', async () => {
    it.clock.advance(60_000)
    const code = totpCode(secret, it.clock.now())
    const tickets = [await ticket(), await ticket()]
    const answers = await Promise.all(tickets.map((one) => give(one, code)))
    assert.equal(answers.filter((answer) => !isRefusal(answer)).length, 1)
    assertRefused(await give(await ticket(), code), 'code-wrong')
  })
  test('of a minute ago are too old, of half a minute are not', async () => {
    it.clock.advance(120_000)
    assertRefused(await give(await ticket(), totpCode(secret, it.clock.now() - 61_000)), 'code-wrong')
    assert.ok(!isRefusal(await give(await ticket(), totpCode(secret, it.clock.now() - 30_000))))
  })
  test('are not guessed: the account is blocked after a few, and a known password does not help', async () => {
    const held = await ticket()
    for (let i = 0; i < 4; i++) assertRefused(await give(held, '123456'), 'code-wrong')
    assertRefused(await give(held, '123456'), 'sign-in-blocked')
    assertRefused(await start('analyst'), 'sign-in-blocked')
  })
  test('need the ticket of the first step, in time', async () => {
    it.clock.advance(86_400_000)
    const code = () => totpCode(secret, it.clock.now())
    assertRefused(await give('invented', code()), 'ticket-expired')
    const held = await ticket()
    it.clock.advance(5 * 60_000)
    assertRefused(await give(held, code()), 'ticket-expired')
    const used = await ticket()
    assert.ok(!isRefusal(await give(used, code())))
    it.clock.advance(60_000)
    assertRefused(await give(used, code()), 'ticket-expired')
  })
  test('are not kept in clear', async () => {
    const { rows } = await sql<{ secret: Buffer }>`select secret from credential_totp`.execute(it.database.system)
    assert.ok(!rows[0]!.secret.toString('latin1').includes(secret))
    assert.ok(rows[0]!.secret.length > 40)
  })
  test('that are lost are mended at the console, on the record', async () => {
    const held = await it.session('audit')
    const mended = await it.identity.users.recover({
      username: 'analyst',
      operator: 'root',
      reason: 'phone lost',
      newPassword: false,
    })
    assert.ok(!isRefusal(mended) && mended.removed === 1)
    assert.ok(!isRefusal(await start('analyst')))
    const audit = await it.identity.audit.list(held.session.principal, { action: 'second-factor.mend', limit: 10 })
    assert.ok(!isRefusal(audit))
    assert.equal(audit.events[0]!.actor, 'console: root')
    assert.match(audit.events[0]!.detail, /phone lost/)
  })
})

describe('changing the password', () => {
  const change = async (username: string, current: string, next: string) => {
    const { token, session } = await it.session(username)
    return { token, answer: await it.identity.me.changePassword(session, { current, next, token }, TEST_ORIGIN) }
  }
  test('ends the other sessions and keeps this one', async () => {
    const other = await token('head')
    const { token: own, answer } = await change('head', PASSWORD, 'a rather long sentence')
    assert.equal(answer, null)
    assert.equal(await it.identity.sessions.read(other), null)
    assert.notEqual(await it.identity.sessions.read(own), null)
    assertRefused(await start('head'), 'sign-in-refused')
    assert.ok(!isRefusal(await start('head', 'a rather long sentence')))
  })
  test('needs the present one, counted as a guess', async () => {
    const { token: held, session } = await it.session('officer2')
    const given = { current: 'guess', next: 'a rather long sentence', token: held }
    for (let i = 0; i < 5; i++) {
      assertRefused(await it.identity.me.changePassword(session, given, TEST_ORIGIN), 'password-wrong')
    }
    assertRefused(await it.identity.me.changePassword(session, given, TEST_ORIGIN), 'sign-in-blocked')
  })
  test('refuses weak ones', async () => {
    const weak = [
      'short',
      '1234567890',
      'aaaaaaaaaaaa',
      'password2026',
      'abcdefghijk',
      'officer2-secret',
      '李静李静李静是我',
      PASSWORD,
    ]
    for (const next of weak) {
      const { answer } = await change('officer2', PASSWORD, next)
      assertRefused(answer, 'password-weak')
    }
  })
})

test('no secret ever stands in the audit log', async () => {
  const { rows } = await sql<{ all: string }>`select string_agg(record, ' ') as all from audit_event`.execute(
    it.database.system,
  )
  assert.ok(rows[0]!.all.includes('sign-in'))
  for (const secret of [PASSWORD, 'a rather long sentence', 'argon2']) assert.ok(!rows[0]!.all.includes(secret))
})

test('what has ended is forgotten within the hour', async () => {
  await it.session('officer')
  it.clock.advance(13 * 3_600_000)
  await it.session('officer')
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from session`.execute(it.database.system)
  assert.equal(rows[0]!.n, 1)
  const tickets = await sql`select from sign_in_ticket`.execute(it.database.system)
  assert.equal(tickets.rows.length, 0)
})
