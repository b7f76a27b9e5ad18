import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Id } from '@mingzheng/kernel'
import type { Database } from '@mingzheng/storage'
import { type Kysely, sql } from 'kysely'
import { type TestIdentity, testIdentity } from '../testing.ts'
import type { Principal } from './principal.ts'
import { protectTable, withPrincipal } from './row-security.ts'

interface Tables {
  note: { id: number; organisation_id: string; unit_id: string | null; text: string }
  own_note: { id: number; organisation_id: string; user_id: string }
  closed: { id: number; organisation_id: string }
}

const migration = {
  '0900_notes': {
    async up(db: Kysely<unknown>) {
      await sql`create table note (id int primary key, organisation_id text not null, unit_id text, text text not null);
        create index note_by_unit on note (organisation_id, unit_id, id);
        create table own_note (id int primary key, organisation_id text not null, user_id text not null);
        create table closed (id int primary key, organisation_id text not null)`.execute(db)
      await protectTable(db, 'note', 'unit')
      await protectTable(db, 'own_note', 'person')
    },
  },
}

let it: TestIdentity
let db: Database<Tables>
const people: Record<string, Principal> = {}

before(async () => {
  it = await testIdentity({ secondFactor: 'offered' }, migration)
  db = it.database.as<Tables>()
  for (const name of [
    'officer',
    'officer2',
    'officer3',
    'head',
    'duty',
    'analyst',
    'system',
    'security',
    'audit',
    'ningbo',
  ]) {
    people[name] = await it.principal(name)
  }
  const rows = ['officer', 'officer3', 'ningbo'].map((name, i) => ({
    id: i + 1,
    organisation_id: people[name]!.organisationId,
    unit_id: people[name]!.unitId,
    text: name,
  }))
  const wide = { id: 4, organisation_id: people.officer!.organisationId, unit_id: null, text: 'no unit' }
  await db.system
    .insertInto('note')
    .values([...rows, wide])
    .execute()
})
after(() => it.close())

const visibleTo = (name: string) =>
  withPrincipal(db.people, people[name]!, async (tx) => {
    // The forgotten WHERE.
    const rows = await tx.selectFrom('note').select('text').orderBy('id').execute()
    return rows.map((row) => row.text)
  })

describe('a query that forgot its WHERE', () => {
  const expected: Record<string, string[]> = {
    officer: ['officer'],
    officer2: ['officer'],
    officer3: ['officer3'],
    head: ['officer'],
    duty: ['officer', 'officer3', 'no unit'],
    analyst: ['officer', 'officer3', 'no unit'],
    ningbo: ['ningbo'],
    system: [],
    security: [],
    audit: [],
  }
  for (const [name, texts] of Object.entries(expected)) {
    test(`shows ${name} ${texts.length === 0 ? 'nothing' : texts.join(', ')}`, async () => {
      assert.deepEqual(await visibleTo(name), texts)
    })
  }
  test('shows nothing at all without a principal', async () => {
    assert.deepEqual(await db.people.selectFrom('note').selectAll().execute(), [])
  })
  test('shows nothing of the last principal once the transaction is over', async () => {
    await db.people.connection().execute(async (one) => {
      await withPrincipal(one, people.duty!, async () => undefined)
      assert.deepEqual(await one.selectFrom('note').selectAll().execute(), [])
    })
  })
  test('shows nothing in a table that nobody opened', async () => {
    await assert.rejects(
      withPrincipal(db.people, people.duty!, (tx) => tx.selectFrom('closed').selectAll().execute()),
      /permission denied/,
    )
  })
})

describe('a change', () => {
  test('of another organisation’s or unit’s row changes nothing', async () => {
    for (const name of ['officer', 'ningbo', 'system']) {
      const before = await visibleTo('duty')
      const done = await withPrincipal(db.people, people[name]!, async (tx) => {
        const updated = await tx.updateTable('note').set({ text: 'taken' }).where('id', '=', 2).executeTakeFirst()
        const deleted = await tx.deleteFrom('note').where('id', '=', 2).executeTakeFirst()
        return updated.numUpdatedRows + deleted.numDeletedRows
      })
      assert.equal(done, 0n)
      assert.deepEqual(await visibleTo('duty'), before)
    }
  })
  test('cannot put a row into another organisation or unit, nor move one there', async () => {
    const { organisationId, unitId } = people.ningbo!
    const into = (row: Partial<Tables['note']>) =>
      withPrincipal(db.people, people.officer!, (tx) =>
        tx
          .insertInto('note')
          .values({
            id: 99,
            organisation_id: people.officer!.organisationId,
            unit_id: people.officer!.unitId,
            text: 'x',
            ...row,
          })
          .execute(),
      )
    await assert.rejects(into({ organisation_id: organisationId, unit_id: unitId }), /row-level security/)
    await assert.rejects(into({ unit_id: people.officer3!.unitId }), /row-level security/)
    await assert.rejects(into({ unit_id: null }), /row-level security/)
    const move = withPrincipal(db.people, people.officer!, (tx) =>
      tx.updateTable('note').set({ unit_id: people.officer3!.unitId }).where('id', '=', 1).execute(),
    )
    await assert.rejects(move, /row-level security/)
  })
})

test('a person’s own things are nobody else’s', async () => {
  const { organisationId } = people.officer!
  const put = (name: string, id: number) =>
    withPrincipal(db.people, people[name]!, (tx) =>
      tx
        .insertInto('own_note')
        .values({ id, organisation_id: organisationId, user_id: people[name]!.userId })
        .execute(),
    )
  await put('officer', 1)
  await put('officer2', 2)
  const seen = await withPrincipal(db.people, people.officer2!, (tx) =>
    tx.selectFrom('own_note').select('id').execute(),
  )
  assert.deepEqual(seen, [{ id: 2 }])
})

test('a hostile unit id or name cannot widen what is seen', async () => {
  for (const unitIds of [["*' or true --"], ['a,b'], [''], ['*', 'x']]) {
    const hostile = { ...people.officer!, unitIds: unitIds as Id[], name: "x', true); --" }
    const rows = await withPrincipal(db.people, hostile, (tx) => tx.selectFrom('note').selectAll().execute())
    assert.deepEqual(rows, [])
  }
})

test('indexes serve the policies', async () => {
  await db.system.transaction().execute(async (tx) => {
    await sql`insert into note select n, 'org' || n % 50, 'unit' || n % 500, 'x' from generate_series(1000, 60000) n`.execute(
      tx,
    )
  })
  await sql`analyze note`.execute(db.system)
  const officer = { ...people.officer!, organisationId: 'org7' as Id, unitIds: ['unit57'] as Id[] }
  const plan = await withPrincipal(db.people, officer, (tx) =>
    sql<{ 'QUERY PLAN': string }>`explain select * from note order by id limit 10`.execute(tx),
  )
  assert.match(plan.rows.map((row) => row['QUERY PLAN']).join('\n'), /Index Cond: \(organisation_id = current_setting/)
})

test('every table that people may read is bound by row security', async () => {
  const { rows } = await sql<{ name: string; rls: boolean }>`
    select c.relname as name, c.relrowsecurity as rls from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and has_table_privilege('mingzheng_people', c.oid, 'select')`.execute(db.system)
  assert.ok(rows.length >= 6)
  // Counters hold no more than numbers.
  assert.deepEqual(
    rows.filter((row) => !row.rls).map((row) => row.name),
    ['serial'],
  )
})

test('credentials, sessions and tokens cannot be read by any request of a person', async () => {
  for (const table of ['credential_password', 'credential_totp', 'credential_passkey', 'session', 'sign_in_ticket']) {
    for (const name of ['officer', 'system', 'security', 'audit']) {
      await assert.rejects(
        withPrincipal(db.people, people[name]!, (tx) => sql`select * from ${sql.table(table)}`.execute(tx)),
        /permission denied/,
        `${name} ${table}`,
      )
    }
  }
})
