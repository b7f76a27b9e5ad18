import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { digestPair, isRefusal, manualClock, utf8 } from '@mingzheng/kernel'
import type { LedgerItem, Standing } from '@mingzheng/ledger'
import { checkOpening, encodeEntry } from '@mingzheng/proof'
import { startOutboxWorker } from '@mingzheng/storage'
import { sql } from 'kysely'
import { withPrincipal } from '../permission/row-security.ts'
import { TEST_ORIGIN, type TestIdentity, testIdentity } from '../testing.ts'
import { recordAct } from './audit.ts'
import { AUDIT_CHANNEL } from './audit-chain.ts'
import { checkAuditChain } from './check-audit.ts'
import { AUDIT_DOMAIN, deliverAudit } from './fix-audit.ts'

let it: TestIdentity
before(async () => {
  it = await testIdentity()
  for (let i = 0; i < 5; i++) await it.session('officer')
})
after(() => it.close())

const check = () => it.identity.audit.check(it.seed.organisationId)

describe('the audit log', () => {
  test('is one whole chain', async () => {
    const state = await check()
    assert.ok(state.kind === 'whole' && state.events >= 6)
  })
  test('refuses every change and removal, even by its owner', async () => {
    const { system } = it.database
    for (const change of [
      sql`update audit_event set actor = 'nobody'`,
      sql`update audit_event set ledger_index = 5, detail = 'x' where ledger_index is null`,
      sql`delete from audit_event`,
      sql`truncate audit_event`,
    ]) {
      await assert.rejects(change.execute(system), /only added to/)
    }
  })
  test('shows a change that got past its guard', async () => {
    const { system } = it.database
    await system.transaction().execute(async (tx) => {
      await sql`alter table audit_event disable trigger user`.execute(tx)
      await sql`update audit_event set record = replace(record, '王晓明', '李静')`.execute(tx)
      await sql`alter table audit_event enable trigger user`.execute(tx)
    })
    assert.equal((await check()).kind, 'broken')
    await system.transaction().execute(async (tx) => {
      await sql`alter table audit_event disable trigger user`.execute(tx)
      await sql`update audit_event set record = replace(record, '李静', '王晓明') where record like '%(officer)%'`.execute(
        tx,
      )
      await sql`alter table audit_event enable trigger user`.execute(tx)
    })
    assert.equal((await check()).kind, 'whole')
  })
  test('shows a removal that got past its guard', async () => {
    await it.database.system
      .transaction()
      .execute(async (tx) => {
        await sql`alter table audit_event disable trigger user`.execute(tx)
        await sql`delete from audit_event where seq = (select min(seq) + 2 from audit_event)`.execute(tx)
        const state = await checkAuditChain(tx, it.seed.organisationId)
        assert.ok(state.kind === 'broken' && state.why === 'chain')
        throw new Error('put it back')
      })
      .catch((error: Error) => assert.equal(error.message, 'put it back'))
  })
  test('shows that its last events were removed', async () => {
    await it.database.system
      .transaction()
      .execute(async (tx) => {
        await sql`alter table audit_event disable trigger user`.execute(tx)
        await sql`delete from audit_event where seq = (select max(seq) from audit_event
          where organisation_id = ${it.seed.organisationId})`.execute(tx)
        const state = await checkAuditChain(tx, it.seed.organisationId)
        assert.ok(state.kind === 'broken' && state.why === 'end')
        throw new Error('put it back')
      })
      .catch((error: Error) => assert.equal(error.message, 'put it back'))
  })
  test('takes events of many at once, and none of an act that did not happen', async () => {
    const before = await check()
    const act = { organisationId: it.seed.organisationId, actor: 'x', action: 'test', subject: '主体' }
    await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        it.database.system.transaction().execute(async (tx) => {
          await recordAct(tx, it.clock, act)
          if (i % 2 === 0) throw new Error('no')
        }),
      ),
    )
    const after = await check()
    assert.ok(before.kind === 'whole' && after.kind === 'whole')
    assert.equal(after.events - before.events, 10)
  })
  test('cannot be written in another organisation’s name, or directly', async () => {
    const officer = await it.principal('officer')
    const foreign = { organisationId: it.seed.otherOrganisationId, actor: 'x', action: 'x', subject: 'x' }
    await assert.rejects(
      withPrincipal(it.database.people, officer, (tx) => recordAct(tx, it.clock, foreign)),
      /another organisation/,
    )
    await assert.rejects(
      withPrincipal(it.database.people, officer, (tx) => sql`delete from audit_event`.execute(tx)),
      /permission denied/,
    )
    await assert.rejects(
      withPrincipal(it.database.people, officer, (tx) => sql`update audit_head set events = 0`.execute(tx)),
      /permission denied/,
    )
  })
  test('is read by the audit administrator alone, and of the own organisation', async () => {
    for (const name of ['officer', 'duty', 'system', 'security']) {
      const answer = await it.identity.audit.list(await it.principal(name), { limit: 10 })
      assert.ok(isRefusal(answer) && answer.code === 'not-permitted')
    }
    const hidden = await withPrincipal(it.database.people, await it.principal('security'), (tx) =>
      tx.selectFrom('audit_event').selectAll().execute(),
    )
    assert.deepEqual(hidden, [])
    const theirs = await it.identity.audit.list(await it.principal('ningbo-audit'), { limit: 200 })
    assert.ok(!isRefusal(theirs) && theirs.events.every((event) => !event.subject.includes('王晓明')))
  })
  test('is paged and searched, percent signs and all', async () => {
    const audit = await it.principal('audit')
    const seen = new Set<string>()
    let before: string | undefined
    do {
      const page = await it.identity.audit.list(audit, { limit: 4, ...(before === undefined ? {} : { before }) })
      assert.ok(!isRefusal(page))
      for (const event of page.events) {
        assert.ok(!seen.has(event.id))
        seen.add(event.id)
      }
      before = page.next ?? undefined
    } while (before !== undefined)
    const state = await check()
    assert.ok(state.kind === 'whole' && seen.size === state.events)
    const found = await it.identity.audit.list(audit, { q: '王晓 officer', limit: 100 })
    assert.ok(!isRefusal(found) && found.events.length >= 5)
    const none = await it.identity.audit.list(audit, { q: '%', limit: 100 })
    assert.ok(!isRefusal(none) && none.events.length === 0)
    const bad = await it.identity.audit.list(audit, { before: 'x', limit: 1 })
    assert.ok(isRefusal(bad) && bad.code === 'cursor-malformed')
  })
})

describe('fixing the audit log on the ledger', () => {
  /** A ledger that is away for its first submit, and keeps what it got by id. */
  function ledger() {
    const items = new Map<string, { item: LedgerItem; index: number }>()
    let away = true
    const keyOf = (id: Uint8Array) => Buffer.from(id).toString('hex')
    return {
      items,
      async submit(sent: readonly LedgerItem[]): Promise<Standing[]> {
        if (away) {
          away = false
          throw new Error('away')
        }
        for (const item of sent) if (!items.has(keyOf(item.id))) items.set(keyOf(item.id), { item, index: items.size })
        return sent.map((item) => ({ kind: 'accepted', id: item.id }))
      },
      async wait(id: Uint8Array): Promise<Standing> {
        return { kind: 'ordered', id, index: items.get(keyOf(id))!.index, time: 0 }
      },
    }
  }
  test('brings every event there once, through an outage, and shows where it stands', async () => {
    const there = ledger()
    const clock = manualClock(it.clock.now() + 1)
    const worker = startOutboxWorker({
      db: it.database.system,
      channel: AUDIT_CHANNEL,
      clock,
      intervalMs: null,
      deliver: (item, signal) => deliverAudit(it.database.system, there, item, signal),
    })
    await worker.drain()
    clock.advance(2_000)
    await worker.drain()
    await worker.stop()
    const state = await check()
    const other = await it.identity.audit.check(it.seed.otherOrganisationId)
    assert.ok(state.kind === 'whole' && other.kind === 'whole')
    assert.equal(there.items.size, state.events + other.events)
    const rows = await it.database.system.selectFrom('audit_event').selectAll().execute()
    assert.ok(rows.every((row) => row.ledger_index !== null))
    for (const row of rows.slice(0, 5)) {
      const found = [...there.items.values()].find((one) => one.index === Number(row.ledger_index))!
      const commitments = { sha256: found.item.arguments.c as Uint8Array, sm3: found.item.arguments.s as Uint8Array }
      const opening = { domain: AUDIT_DOMAIN, salt: { sha256: row.salt_sha256, sm3: row.salt_sm3 } }
      assert.deepEqual(checkOpening(opening, digestPair(utf8(row.record)), commitments), { sha256: true, sm3: true })
      const changed = digestPair(utf8(`${row.record} `))
      assert.deepEqual(checkOpening(opening, changed, commitments), { sha256: false, sm3: false })
    }
    const shown = await it.identity.audit.list(await it.principal('audit'), { limit: 3 })
    assert.ok(!isRefusal(shown) && shown.events[1]!.index !== null)
    await holdsAgainst(there.items)
  })

  /** The check of the audit administrator against the ledger's entries: as they are, and as they must not be. */
  async function holdsAgainst(items: ReturnType<typeof ledger>['items']) {
    const audit = await it.principal('audit')
    const entries = new Map([...items.values()].map(({ item, index }) => [index, entryOf(item)]))
    const whole = await it.identity.audit.checkOwn(audit, async (index) => entries.get(index) ?? null)
    assert.ok(!isRefusal(whole) && whole.kind === 'whole', JSON.stringify(whole))
    assert.equal(whole.sealed > 0 && whole.sealed <= whole.events, true)
    const own = await it.database.system
      .selectFrom('audit_event')
      .selectAll()
      .where('organisation_id', '=', it.seed.organisationId)
      .where('ledger_index', 'is not', null)
      .orderBy('seq')
      .execute()
    const [first, second] = own.map((row) => Number(row.ledger_index))
    for (const [what, entry] of [
      ['missing', null],
      ['of another event', entries.get(second!)!],
      ['of another kind', entryOf([...items.values()].find(({ index }) => index === first)!.item, 'evidence.fix')],
    ] as const) {
      const broken = await it.identity.audit.checkOwn(audit, async (index) =>
        index === first ? entry : (entries.get(index) ?? null),
      )
      assert.ok(!isRefusal(broken) && broken.kind === 'broken' && broken.why === 'ledger', what)
      assert.equal(broken.at, own[0]!.id)
    }
  }

  function entryOf(item: LedgerItem, kind = 'identity.audit') {
    const { c, s } = item.arguments
    return encodeEntry({ kind, id: item.id, actor: new Uint8Array(16), time: 1, body: { c: c!, s: s! } })
  }

  test('the check is the audit administrator’s alone', async () => {
    for (const name of ['officer', 'system', 'security']) {
      const answer = await it.identity.audit.checkOwn(await it.principal(name), async () => null)
      assert.ok(isRefusal(answer) && answer.code === 'not-permitted')
    }
  })
})

test('addresses and details stand in the event that privileged acts leave', async () => {
  const security = await it.principal('security')
  const officer = it.seed.people.find((person) => person.username === 'officer3')!
  await it.identity.users.setRoles(security, officer.id, ['officer', 'analyst'], { address: '10.1.2.3' })
  const answer = await it.identity.audit.list(await it.principal('audit'), { action: 'user.roles', limit: 1 })
  assert.ok(!isRefusal(answer))
  const [event] = answer.events
  assert.equal(event!.address, '10.1.2.3')
  assert.equal(event!.detail, 'officer → officer, analyst')
  assert.equal(event!.actor, '郑安全')
  assert.notEqual(TEST_ORIGIN.address, event!.address)
})
