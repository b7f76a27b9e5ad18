import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Id, isRefusal, type Refusal } from '@mingzheng/kernel'
import { sql } from 'kysely'
import type { Principal } from '../permission/principal.ts'
import type { Role } from '../permission/role.ts'
import { TEST_ORIGIN, type TestIdentity, testIdentity } from '../testing.ts'
import type { NewUser } from './user.ts'

let it: TestIdentity
const as: Record<string, Principal> = {}
const idOf: Record<string, Id> = {}

before(async () => {
  it = await testIdentity()
  for (const person of [...it.seed.people, ...it.seed.otherPeople]) {
    idOf[person.username] = person.id
    as[person.username] = await it.principal(person.username)
  }
})
after(() => it.close())

const isCode = (answer: unknown, code: string) =>
  assert.ok(isRefusal(answer) && answer.code === code, JSON.stringify(answer))
function ok<T>(answer: T): Exclude<T, Refusal> {
  assert.ok(!isRefusal(answer), JSON.stringify(answer))
  return answer as Exclude<T, Refusal>
}
const NEW = { username: 'new.officer', name: '新人', unitId: null, cardNumber: '33010000999' }
const add = (who: string, given: Partial<NewUser> = {}) =>
  it.identity.users.add(as[who]!, { ...NEW, ...given }, TEST_ORIGIN)
const roles = (who: string, of: string, ...list: Role[]) =>
  it.identity.users.setRoles(as[who]!, idOf[of]!, list, TEST_ORIGIN)
const state = (who: string, of: string, to: 'active' | 'disabled') =>
  it.identity.users.setState(as[who]!, idOf[of]!, to, TEST_ORIGIN)

describe('the system administrator', () => {
  test('adds a person, who has no roles and must choose a password first', async () => {
    const { user, firstPassword } = ok(await add('system'))
    assert.deepEqual([user.roles, user.state, user.cardNumber], [[], 'active', NEW.cardNumber])
    const signedIn = ok(
      await it.identity.signIn.start({ username: NEW.username, password: firstPassword }, TEST_ORIGIN),
    )
    assert.ok(signedIn.kind === 'signed-in')
    assert.deepEqual(signedIn.session.duties, ['change-password'])
    assert.deepEqual(signedIn.session.principal.permissions, [])
    const change = { current: firstPassword, next: 'a rather long sentence', token: signedIn.token }
    assert.equal(await it.identity.me.changePassword(signedIn.session, change, TEST_ORIGIN), null)
    assert.deepEqual((await it.identity.sessions.read(signedIn.token))!.duties, [])
  })
  test('cannot add a name or a card twice, in any organisation, nor put people into another’s unit', async () => {
    isCode(await add('system', { cardNumber: '1' }), 'username-taken')
    isCode(await add('ningbo-system', { cardNumber: '1' }), 'username-taken')
    isCode(await add('system', { username: 'another' }), 'card-taken')
    const foreign = as.ningbo!.unitId
    isCode(await add('system', { username: 'another', cardNumber: '2', unitId: foreign }), 'unit-unknown')
  })
  test('cannot give roles, unlock, make keys, or read the audit log', async () => {
    isCode(await roles('system', 'officer', 'analyst'), 'not-permitted')
    isCode(await it.identity.users.unlock(as.system!, idOf.officer!, TEST_ORIGIN), 'not-permitted')
    isCode(await it.identity.apiKeys.add(as.system!, { name: 'k', expiresAt: null }, TEST_ORIGIN), 'not-permitted')
    isCode(await it.identity.audit.list(as.system!, { limit: 10 }), 'not-permitted')
  })
  test('disables a person at once and for as long as it takes', async () => {
    const { token } = await it.session('officer3')
    assert.equal(ok(await state('system', 'officer3', 'disabled')).state, 'disabled')
    assert.equal(await it.identity.sessions.read(token), null)
    const given = { username: 'officer3', password: 'west-lake-2026' }
    isCode(await it.identity.signIn.start(given, TEST_ORIGIN), 'sign-in-refused')
    assert.equal(ok(await state('system', 'officer3', 'active')).state, 'active')
    ok(await it.identity.signIn.start(given, TEST_ORIGIN))
  })
  test('adds units, below others too, but not twice and not below another organisation’s', async () => {
    const unit = { name: '新处', parentId: as.officer!.unitId }
    const added = ok(await it.identity.organisations.addUnit(as.system!, unit, TEST_ORIGIN))
    isCode(await it.identity.organisations.addUnit(as.system!, unit, TEST_ORIGIN), 'unit-taken')
    const foreign = { name: '别处', parentId: as.ningbo!.unitId }
    isCode(await it.identity.organisations.addUnit(as.system!, foreign, TEST_ORIGIN), 'unit-unknown')
    // Whoever heads the unit above sees the unit below.
    const head = await it.principal('head')
    assert.ok(head.unitIds !== '*' && head.unitIds.includes(added.id))
    assert.deepEqual((await it.principal('officer')).unitIds, [as.officer!.unitId])
  })
})

describe('the security administrator', () => {
  test('gives roles, and the person’s sessions end so that the next one has them', async () => {
    const { token } = await it.session('officer')
    assert.deepEqual(ok(await roles('security', 'officer', 'officer', 'analyst')).roles, ['officer', 'analyst'])
    assert.equal(await it.identity.sessions.read(token), null)
    assert.equal((await it.principal('officer')).unitIds, '*')
    ok(await roles('security', 'officer', 'officer'))
  })
  test('cannot join two administrators, or one and case work, in a person', async () => {
    isCode(await roles('security', 'officer', 'system-admin', 'audit-admin'), 'roles-incompatible')
    isCode(await roles('security', 'officer', 'officer', 'audit-admin'), 'roles-incompatible')
    isCode(await roles('security', 'officer', 'api-client'), 'roles-incompatible')
  })
  test('could not even by SQL', async () => {
    await assert.rejects(
      sql`update person set roles = array['system-admin', 'audit-admin'] where username = 'officer'`.execute(
        it.database.system,
      ),
      /administrators_stand_alone/,
    )
  })
  test('cannot change their own roles, nor take the last administrator’s', async () => {
    isCode(await roles('security', 'security', 'officer'), 'own-account')
    isCode(await roles('security', 'audit'), 'last-administrator')
    isCode(await state('system', 'security', 'disabled'), 'last-administrator')
    isCode(await state('system', 'system', 'disabled'), 'own-account')
  })
  test('cannot touch people of another organisation, who do not exist for them', async () => {
    isCode(await roles('security', 'ningbo', 'analyst'), 'user-unknown')
    isCode(await state('system', 'ningbo', 'disabled'), 'user-unknown')
    isCode(await it.identity.users.unlock(as.security!, idOf.ningbo!, TEST_ORIGIN), 'user-unknown')
  })
  test('cannot take the last two administrators at once from two sides', async () => {
    ok(await roles('security', 'analyst', 'security-admin'))
    as.analyst = await it.principal('analyst')
    const answers = await Promise.all([roles('security', 'analyst'), roles('analyst', 'security')])
    assert.equal(answers.filter(isRefusal).length, 1)
    const left = await sql<{ n: number }>`select count(*)::int as n from person
      where 'security-admin' = any (roles) and organisation_id = ${it.seed.organisationId}`.execute(it.database.system)
    assert.equal(left.rows[0]!.n, 1)
    await sql`update person set roles = '{security-admin}' where username = 'security'`.execute(it.database.system)
    await sql`update person set roles = '{analyst}' where username = 'analyst'`.execute(it.database.system)
  })
})

describe('lists', () => {
  test('of people hold one’s own organisation only', async () => {
    const users = ok(await it.identity.users.list(as.system!))
    assert.ok(users.some((user) => user.username === 'officer'))
    assert.ok(!users.some((user) => user.username.startsWith('ningbo')))
    const theirs = ok(await it.identity.users.list(as['ningbo-system']!))
    assert.deepEqual(
      theirs.map((user) => user.username),
      ['ningbo', 'ningbo-audit', 'ningbo-security', 'ningbo-system'],
    )
  })
  test('of officers are for those who capture, with card and unit', async () => {
    const officers = ok(await it.identity.organisations.officers(as.officer!))
    assert.ok(officers.some((officer) => officer.name === '李静' && officer.cardNumber === '33010000102'))
    isCode(await it.identity.organisations.officers(as.audit!), 'not-permitted')
  })
  test('of units are one’s own', async () => {
    const mine = ok(await it.identity.organisations.read(as.officer!)) as { units: { name: string }[] }
    assert.ok(!mine.units.some((unit) => unit.name === '网监处'))
  })
})

describe('API keys', () => {
  const make = (expiresAt: number | null = null) =>
    it.identity.apiKeys.add(as.security!, { name: '12315 平台', expiresAt }, TEST_ORIGIN)

  test('say who holds them, and are kept as hashes', async () => {
    const { key, secret } = ok(await make()) as { key: { prefix: string }; secret: string }
    const principal = await it.identity.apiKeys.read(secret)
    assert.equal(principal!.organisationId, it.seed.organisationId)
    assert.deepEqual(principal!.permissions, ['preservation.use', 'probe.use', 'report.use'])
    assert.ok(secret.startsWith(`${key.prefix}_`))
    const { rows } = await sql<{ all: string }>`select string_agg(api_key::text, ' ') as all from api_key`.execute(
      it.database.system,
    )
    assert.ok(!rows[0]!.all.includes(secret.slice(key.prefix.length + 1)))
  })
  test('are worth nothing changed, invented, expired or revoked', async () => {
    const { key, secret } = ok(await make(it.clock.now() + 1000)) as { key: { id: string }; secret: string }
    const last = secret.at(-1) === 'A' ? 'B' : 'A'
    for (const text of [
      `${secret.slice(0, -1)}${last}`,
      secret.slice(0, -1),
      `${secret}A`,
      '',
      'mzk_',
      'x',
      '\u0000',
    ]) {
      assert.equal(await it.identity.apiKeys.read(text), null)
    }
    assert.notEqual(await it.identity.apiKeys.read(secret), null)
    it.clock.advance(1000)
    assert.equal(await it.identity.apiKeys.read(secret), null)
    const second = ok(await make()) as { key: { id: string }; secret: string }
    ok(await it.identity.apiKeys.revoke(as.security!, second.key.id, TEST_ORIGIN))
    assert.equal(await it.identity.apiKeys.read(second.secret), null)
    isCode(await it.identity.apiKeys.revoke(as.security!, second.key.id, TEST_ORIGIN), 'api-key-unknown')
    isCode(await it.identity.apiKeys.revoke(as['ningbo-security']!, key.id, TEST_ORIGIN), 'api-key-unknown')
  })
  test('cannot be given what people may do', async () => {
    const given = { name: 'k', expiresAt: null, permissions: ['evidence.read' as const] }
    isCode(await it.identity.apiKeys.add(as.security!, given, TEST_ORIGIN), 'not-permitted')
  })
  test('of one organisation are not in another’s list', async () => {
    assert.deepEqual(ok(await it.identity.apiKeys.list(as['ningbo-security']!)), [])
  })
})

test('administrators without a second factor have to set one up where the rules say so', async () => {
  const strict = await testIdentity({})
  assert.deepEqual((await strict.session('system')).session.duties, ['second-factor'])
  assert.deepEqual((await strict.session('officer')).session.duties, [])
  await strict.close()
})

describe('the first start without the demo', () => {
  const person = (username: string, name: string) => ({ username, name })
  const given = {
    organisation: { name: '某市市场监督管理局', nameEn: 'Some Market Regulation' },
    province: '330000',
    administrators: [person('sys', '甲'), person('sec', '乙'), person('aud', '丙')] as [
      { username: string; name: string },
      { username: string; name: string },
      { username: string; name: string },
    ],
    by: 'console: root',
  }
  test('makes three separate administrators, once', async () => {
    const { testDatabase } = await import('@mingzheng/storage/testing')
    const { identityMigrations } = await import('../migrations.ts')
    const { createIdentity } = await import('../identity.ts')
    const database = await testDatabase<import('../schema.ts').IdentityTables>(identityMigrations)
    const publicUrl = () => 'http://localhost'
    const identity = createIdentity({ database, clock: it.clock, secret: new Uint8Array(32), publicUrl })
    const two = {
      ...given,
      administrators: [person('a', '甲'), person('b', '甲'), person('c', '丙')] as typeof given.administrators,
    }
    isCode(await identity.organisations.bootstrap(two), 'administrators-not-separate')
    const odd = {
      ...given,
      administrators: [person('A b', '甲'), person('b', '乙'), person('c', '丙')] as typeof given.administrators,
    }
    isCode(await identity.organisations.bootstrap(odd), 'username-malformed')
    const founded = ok(await identity.organisations.bootstrap(given))
    assert.deepEqual(
      founded.people.map((one) => one.roles),
      [['system-admin'], ['security-admin'], ['audit-admin']],
    )
    isCode(await identity.organisations.bootstrap(given), 'already-set-up')
    const first = { username: 'sec', password: founded.people[1]!.password }
    const answer = ok(await identity.signIn.start(first, TEST_ORIGIN))
    assert.ok(answer.kind === 'signed-in')
    assert.deepEqual(answer.session.duties, ['change-password', 'second-factor'])
    await database.close()
  })
  test('is refused where there is an organisation already', async () => {
    isCode(await it.identity.organisations.bootstrap(given), 'already-set-up')
  })
})
