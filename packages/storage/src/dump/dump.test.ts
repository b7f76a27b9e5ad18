import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { type Database, openDatabase } from '../database.ts'
import { type MigrationSet, migrate } from '../migrate.ts'
import { withDatabase } from '../postgres/postgres-address.ts'
import { storageMigrations } from '../storage-migrations.ts'
import { testDatabase, testServerUrl } from '../testing.ts'
import { dumpDatabase } from './dump-database.ts'
import { loadDatabase } from './load-database.ts'

/** Everything that a plain copy of rows stumbles over. */
const ODD: MigrationSet = {
  '9000_odd': {
    async up(db: Kysely<unknown>) {
      await sql`
        create table a_child (id bigint generated always as identity primary key, parent text not null);
        create table "Odd ""name""" (
          id text primary key,
          above text references "Odd ""name""",
          data bytea,
          words text[],
          facts jsonb not null,
          at timestamptz,
          share double precision,
          exact numeric,
          doubled text generated always as (id || id) stored
        );
        alter table a_child add foreign key (parent) references "Odd ""name""";
        create function refuse_change() returns trigger language plpgsql as $$ begin raise 'append only'; end $$;
        create trigger append_only before truncate on a_child execute function refuse_change();
        create trigger no_insert before insert on a_child for each row execute function refuse_change();
        insert into serial (name, value) values ('seeded by a step', 1);
      `.execute(db)
    },
  },
}
const LATER: MigrationSet = {
  '9001_later': {
    up: (db: Kysely<unknown>) => sql`alter table a_child add note text`.execute(db).then(() => undefined),
  },
}

describe('a dump of the database', () => {
  let folder: string
  let file: string
  let from: Database<unknown>
  let made = 0
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-dump-'))
    file = join(folder, 'database.jsonl')
    from = await testDatabase(ODD)
    await sql`
      insert into "Odd ""name""" (id, above, data, words, facts, at, share, exact) values
        ('b', 'a', '\\x00ff0a', array['x', null, 'a "b" {c}', E'two\\nlines'], 'null', '2026-11-24T01:02:03.456789Z', 0.1, 1e-40),
        ('a', null, null, null, '{"n": 12345678901234567890, "t": "明证\\\\\\n"}', null, 'NaN', 'NaN');
      alter table a_child disable trigger no_insert;
      insert into a_child (parent) select 'a' from generate_series(1, 1700);
      alter table a_child enable trigger no_insert;
      delete from serial;
      insert into serial values ('certificate/330000/2026', 7);
    `.execute(from.system)
    assert.equal(await dumpDatabase(from.system, file), 1703)
  })
  after(async () => {
    await from.close()
    await rm(folder, { recursive: true })
  })

  const everything = async ({ system }: Database<unknown>) => {
    const parts = ['"Odd ""name"""', 'a_child', 'serial'].map((table) =>
      sql<{ row: string }>`select t::text as row from ${sql.raw(table)} t order by 1`.execute(system),
    )
    return (await Promise.all(parts)).map(({ rows }) => rows)
  }

  /** An empty database, of the server's owner or of a user who may do nothing else. */
  async function empty(owner: string | null): Promise<Database<unknown>> {
    const url = await testServerUrl()
    const name = `loaded_${++made}`
    const server = await openDatabase({ source: { url }, poolSize: 2 })
    if (owner !== null) {
      await sql`create role ${sql.id(owner)} login password 'secret'`.execute(server.system)
      await sql`grant mingzheng_people to ${sql.id(owner)}`.execute(server.system)
    }
    await sql`create database ${sql.id(name)} owner ${sql.id(owner ?? 'mingzheng')}`.execute(server.system)
    await server.close()
    const address = withDatabase(url, name)
    const mine = owner === null ? address : address.replace(/\/\/[^@]*@/, `//${owner}:secret@`)
    return openDatabase({ source: { url: mine }, poolSize: 2 })
  }

  for (const owner of [null, 'keeper']) {
    test(`comes back the same to the byte${owner === null ? '' : ', for a user with no further rights'}`, async () => {
      const to = await empty(owner)
      try {
        assert.equal(await loadDatabase(to.system, file, storageMigrations, ODD, LATER), 1703)
        assert.deepEqual(await everything(to), await everything(from))
        const insert = sql`insert into a_child (parent) values ('a')`
        await assert.rejects(insert.execute(to.system), /append only/, 'the triggers are back')
        await sql`alter table a_child disable trigger no_insert`.execute(to.system)
        const next = await sql<{ id: string }>`insert into a_child (parent) values ('a') returning id`.execute(
          to.system,
        )
        // The refused one took 1701.
        assert.equal(Number(next.rows[0]!.id), 1702, 'counters go on')
        const orphan = sql`insert into a_child (parent) values ('none')`
        await assert.rejects(orphan.execute(to.system), /foreign key/, 'the keys are back')
        assert.deepEqual(await migrate(to.system, storageMigrations, ODD, LATER), ['9001_later'])
      } finally {
        await to.close()
      }
    })
  }

  test('is refused by a database that holds anything', async () => {
    await assert.rejects(loadDatabase(from.system, file, storageMigrations, ODD), { code: 'database-not-empty' })
  })

  test('of a newer release is refused', async () => {
    const to = await empty(null)
    await assert.rejects(loadDatabase(to.system, file, storageMigrations), { code: 'migration-changed' })
    await to.close()
  })

  test('that was cut off, shortened by a row or lengthened is refused, and leaves no row', async () => {
    const text = await readFile(file, 'utf8')
    const lines = text.split('\n')
    const damaged = [
      '',
      'x',
      lines.slice(0, -2).join('\n'),
      [...lines.slice(0, 5), ...lines.slice(6)].join('\n'),
      `${text}0 "(1)"\n`,
      text.replace('\n0 "', '\n7 "'),
      text.replace('\n0 "', '\n0 {'),
    ]
    for (const [i, bad] of damaged.entries()) {
      const path = join(folder, `bad-${i}`)
      await writeFile(path, bad)
      const to = await empty(null)
      await assert.rejects(loadDatabase(to.system, path, storageMigrations, ODD), { code: 'dump-malformed' }, `${i}`)
      const left = await sql`select from pg_tables where tablename = 'a_child'`.execute(to.system)
      if (left.rows.length > 0) assert.deepEqual((await everything(to))[1], [])
      await to.close()
    }
  })

  test('is for its owner’s eyes alone and overwrites nothing', async () => {
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    await assert.rejects(dumpDatabase(from.system, file), { code: 'EEXIST' })
  })
})
