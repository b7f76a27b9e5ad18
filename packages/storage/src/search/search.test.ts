import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRefusal } from '@mingzheng/kernel'
import fc from 'fast-check'
import { sql } from 'kysely'
import { testDatabase } from '../testing.ts'
import { bigrams, searchTerms } from './bigrams.ts'
import { cappedCount, comesAfter, decodeCursor, encodeCursor } from './page.ts'

describe('pairs of characters', () => {
  test('of a Chinese text are its neighbouring characters', () => {
    assert.deepEqual(bigrams('杭州西湖龙井'), ['杭州', '州西', '西湖', '湖龙', '龙井'])
  })
  test('do not cross white space and do not repeat', () => {
    assert.deepEqual(bigrams('假货 假货\n真'), ['假货', '真'])
  })
  test('are the same for full width, capitals and composed characters', () => {
    assert.deepEqual(bigrams('ＡＢＣ'), bigrams('abc'))
    assert.deepEqual(bigrams(`${'é'.normalize('NFD')}x`), bigrams('Éx'))
  })
  test('count a character outside the basic plane as one', () => {
    assert.deepEqual(bigrams('𠮷野家'), ['𠮷野', '野家'])
  })
  test('of nothing are none', () => {
    assert.deepEqual(bigrams(' \n\t'), [])
    assert.deepEqual(searchTerms('', ' '), [])
  })
  test('of whatever part of a text a person types are all in what is stored for it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(), fc.nat(), (text, a, b) => {
        const characters = Array.from(text.normalize('NFKC').toLowerCase())
        const [from, to] = [a % (characters.length + 1), b % (characters.length + 1)].sort((x, y) => x - y)
        const typed = characters.slice(from, to).join('')
        const stored = new Set(searchTerms(text))
        // One Latin letter alone is no word, and folding may join what was cut apart.
        for (const pair of bigrams(typed)) {
          if (Array.from(pair).length === 2 && text.normalize('NFKC').toLowerCase().includes(pair))
            assert.ok(stored.has(pair))
        }
      }),
      { seed: 20261124, numRuns: 200 },
    )
  })
  test('let one Chinese character be found alone', () => {
    assert.ok(searchTerms('西湖龙井').includes('龙'))
    assert.ok(!searchTerms('abc').includes('b'))
  })
})

describe('page marks', () => {
  test('come back as they were', () => {
    const values = [1_800_000_000_000, 'MZ-330000-2026-00000001-AAAAAAAAAAAAAAAA']
    assert.deepEqual(decodeCursor(encodeCursor(values), 2), values)
  })
  test('that are not ours are refused', () => {
    for (const text of [
      '',
      'x',
      '....',
      encodeCursor(['a']),
      Buffer.from('[1,{}]').toString('base64url'),
      'W10',
      'ÿ',
    ]) {
      const answer = decodeCursor(text, 2)
      assert.ok(isRefusal(answer) && answer.code === 'cursor-malformed', text)
    }
  })
})

test('a hundred thousand rows are paged by keyset, searched by two characters and counted up to a cap', async () => {
  interface Tables {
    row: { id: number; at: Date; terms: string[] }
  }
  const db = await testDatabase<Tables>({
    '0001_row': {
      async up(tx) {
        await sql`create table row (id int primary key, at timestamptz not null, terms text[] not null);
          insert into row select n, '2026-01-01'::timestamptz + make_interval(mins => n / 3),
            case when n % 1000 = 0 then array['龙井', '井茶'] else array['绿茶'] end from generate_series(1, 100000) n;
          create index row_newest on row (at desc, id desc);
          create index row_terms on row using gin (terms);`.execute(tx)
        await sql`analyze row`.execute(tx)
      },
    },
  })
  const seen: number[] = []
  let mark: (Date | number)[] | null = null
  for (let page = 0; page < 5; page++) {
    let query = db.system.selectFrom('row').select(['id', 'at'])
    if (mark !== null) query = query.where(comesAfter(['at', 'id'], mark, 'desc'))
    const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(7).execute()
    seen.push(...rows.map((row) => row.id))
    mark = [rows.at(-1)!.at, rows.at(-1)!.id]
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 35 }, (_, i) => 100_000 - i),
  )
  const words = (text: string) => db.system.selectFrom('row').where(sql<boolean>`terms @> ${bigrams(text)}::text[]`)
  assert.deepEqual(await cappedCount(db.system, words('龙井茶')), { value: 100, capped: false })
  assert.deepEqual(await cappedCount(db.system, words('绿茶')), { value: 10_000, capped: true })
  assert.deepEqual(await cappedCount(db.system, words('红茶')), { value: 0, capped: false })
  const plan = await sql<{ 'QUERY PLAN': string }>`explain ${words('龙井').select('id')}`.execute(db.system)
  assert.match(plan.rows.map((row) => row['QUERY PLAN']).join(), /row_terms/)
  await db.close()
})
