import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Principal, withPrincipal } from '@mingzheng/identity'
import { type Id, isRefusal, issueCertificateNumber, newId, parseProvinceCode } from '@mingzheng/kernel'
import { bigrams, type Database } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import { type Insertable, sql } from 'kysely'
import { type EvidenceFilter, type EvidencePageRequest, listEvidence } from './list.ts'
import { evidenceMigrations } from './migrations.ts'
import { evidenceTerms } from './rows.ts'
import type { EvidenceTable, EvidenceTables } from './schema.ts'

const ROWS = 240
const START = Date.UTC(2026, 0, 1)
const ORGANISATION = newId(1)
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!

/** Seven rows a moment, so that places in the list fall within a moment too. */
function rowOf(n: number): Insertable<EvidenceTable> {
  const row = {
    number: issueCertificateNumber(new Uint8Array(32), parseProvinceCode('330000'), 2026, n + 1),
    title: `${pick(['杭州', '宁波', '温州'], n)}${pick(['龙井茶', '丝绸围巾', '蜂蜜'], n >> 1)} ${pick(['根治', '特供'], n >> 2)}`,
    url: `https://shop${n % 5}.example/item/${n}`,
    officer_name: pick(['王建国', '李敏'], n),
    unit_name: pick(['一中队', '二中队'], n),
    cause: '网络交易监测',
    case_reference: n % 11 === 0 ? '浙市监〔2026〕7号' : '',
  }
  const at = new Date(START + Math.floor(n / 7) * 60_000)
  return {
    ...row,
    kind: 'web',
    organisation_id: n % 40 === 39 ? newId(2) : ORGANISATION,
    unit_id: pick(['unit-0', 'unit-1'], n),
    officer_id: `officer-${n % 2}`,
    officer_card: null,
    host: `shop${n % 5}.example`,
    captured_at: at,
    started_at: at,
    ended_at: at,
    state: n % 13 === 0 ? 'voided' : 'fixed',
    complete: n % 6 !== 0,
    demo: n % 9 === 0,
    edition: 1,
    bytes: 1000,
    pages: 1,
    anomalies: 0,
    ledger_index: n,
    ledger_time: at,
    ledger_state: 'witnessed',
    manifest_sha256: '0'.repeat(64),
    recapture_of: null,
    capture_id: null,
    facts: '{}',
    search: evidenceTerms(row),
  }
}

const FILTERS: Record<string, EvidenceFilter> = {
  'no filter': {},
  'a host': { host: 'shop3.example' },
  'an officer': { officer: 'officer-1' },
  'a unit': { unit: 'unit-0' },
  'a case': { caseReference: '浙市监〔2026〕7号' },
  'a state': { state: 'voided' },
  'what is incomplete': { complete: false },
  'what is of the demo': { demo: true },
  'a time': { from: new Date(START + 300_000), to: new Date(START + 900_000) },
  'two characters': { q: '龙井' },
  'two words': { q: '杭州 特供' },
  'a word of a person': { q: '建国' },
  'a whole address': { q: 'https://shop1.example/item/101' },
  'words and more': { q: '蜂蜜', complete: true, officer: 'officer-0', host: 'shop2.example' },
  'a word that is not there': { q: '熊猫' },
}

/** Ids of units are short here, so that they can be read. */
const withUnits = (units: '*' | readonly string[]): Principal => ({
  kind: 'user',
  userId: newId(3),
  name: 'test',
  organisationId: ORGANISATION,
  unitId: units === '*' ? null : (units[0] as Id),
  unitIds: units === '*' ? '*' : (units as Id[]),
  officerId: null,
  roles: [units === '*' ? 'duty-officer' : 'officer'],
  permissions: ['evidence.read'],
})

describe('the list of evidence', () => {
  let db: Database<EvidenceTables>
  const rows = Array.from({ length: ROWS }, (_, n) => rowOf(n))
  before(async () => {
    db = await testDatabase<EvidenceTables>(evidenceMigrations)
    await db.system.insertInto('evidence').values(rows).execute()
  })
  after(() => db?.close())

  async function page(who: Principal, filter: EvidenceFilter, marks: Omit<EvidencePageRequest, 'limit'> = {}) {
    const answer = await withPrincipal(db.people, who, (tx) =>
      listEvidence({ people: tx, system: db.system, scope: who }, filter, { ...marks, limit: 17 }),
    )
    assert.ok(!isRefusal(answer))
    return { ...answer, numbers: answer.rows.map(({ number }) => number) }
  }

  /** The same said without a database: newest first, by number within a moment. */
  function expected({ unitIds }: Principal, filter: EvidenceFilter): string[] {
    const words = (filter.q ?? '').split(' ').flatMap((word) => bigrams(word))
    const wanted = [
      ['host', filter.host],
      ['officer_id', filter.officer],
      ['unit_id', filter.unit],
      ['case_reference', filter.caseReference],
      ['state', filter.state],
      ['complete', filter.complete],
      ['demo', filter.demo],
    ] as const
    return rows
      .filter((row) => row.organisation_id === ORGANISATION && (unitIds === '*' || unitIds.includes(row.unit_id as Id)))
      .filter((row) => wanted.every(([column, value]) => value === undefined || row[column] === value))
      .filter((row) => filter.from === undefined || row.captured_at >= filter.from)
      .filter((row) => filter.to === undefined || row.captured_at < filter.to)
      .filter((row) => words.every((pair) => row.search.includes(pair)))
      .sort((a, b) => b.captured_at.getTime() - a.captured_at.getTime() || (a.number < b.number ? 1 : -1))
      .map(({ number }) => number)
  }

  for (const [name, filter] of Object.entries(FILTERS)) {
    test(`by ${name} has every row once, in order, forwards and back, and counts them`, async () => {
      for (const who of [withUnits('*'), withUnits(['unit-1'])]) {
        const all = expected(who, filter)
        const forwards: string[][] = []
        for (let after: string | undefined; ; ) {
          const shown = await page(who, filter, { after })
          assert.deepEqual(shown.count, { value: all.length, capped: false })
          forwards.push(shown.numbers)
          if (shown.next === null) break
          after = shown.next
        }
        assert.deepEqual(forwards.flat(), all)
        // From the last page back to the first, the same pages again.
        let shown = await page(who, filter, { after: await lastMark(who, filter, forwards.length) })
        for (let at = forwards.length - 2; at >= 0; at--) {
          shown = await page(who, filter, { before: shown.previous! })
          assert.deepEqual(shown.numbers, forwards[at])
        }
        if (forwards.length > 1) assert.equal(shown.previous, null)
      }
    })
  }

  async function lastMark(who: Principal, filter: EvidenceFilter, pages: number): Promise<string | undefined> {
    let mark: string | undefined
    for (let n = 1; n < pages; n++) mark = (await page(who, filter, { after: mark })).next!
    return mark
  }

  test('jumps to a time, between rows too, and goes on in both directions from there', async () => {
    const who = withUnits('*')
    const all = expected(who, {})
    const time = new Map(rows.map((row) => [row.number, row.captured_at.getTime()]))
    for (const at of [START - 1, START, START + 300_000, START + 330_000, START + 10 * 86_400_000]) {
      const older = all.filter((number) => time.get(number)! <= at)
      // Before the first row of all nothing is as old: the oldest page is shown, with the way back up.
      const from = older.length === 0 ? all.slice(-17) : older
      const shown = await page(who, {}, { at: new Date(at) })
      assert.deepEqual(shown.numbers, from.slice(0, 17), String(at))
      if (shown.next !== null) {
        assert.deepEqual((await page(who, {}, { after: shown.next })).numbers, from.slice(17, 34))
      }
      const before = all.slice(0, all.length - from.length)
      if (shown.previous === null) continue
      assert.deepEqual((await page(who, {}, { before: shown.previous })).numbers, before.slice(-17))
    }
  })

  test('jumps before the first row of what is looked for to its oldest page, and goes up from there', async () => {
    const who = withUnits('*')
    for (const filter of [{}, { q: '龙井' }, { complete: false }]) {
      const all = expected(who, filter)
      const shown = await page(who, filter, { at: new Date(START - 1) })
      assert.deepEqual(shown.numbers, all.slice(-17))
      assert.deepEqual([shown.next, shown.count.value], [null, all.length])
      assert.deepEqual((await page(who, filter, { before: shown.previous! })).numbers, all.slice(-34, -17))
    }
    const none = await page(who, { q: '熊猫' }, { at: new Date(START - 1) })
    assert.deepEqual([none.numbers, none.next, none.previous], [[], null, null])
  })

  test('says at least how many hold a common word in a large archive, and never fewer than it shows', async () => {
    const organisation = newId(4)
    const many = Array.from({ length: 2600 }, (_, n) => ({ ...rowOf(ROWS + n), organisation_id: organisation }))
    const who = { ...withUnits('*'), organisationId: organisation }
    for (let at = 0; at < many.length; at += 1300)
      await db.system
        .insertInto('evidence')
        .values(many.slice(at, at + 1300))
        .execute()
    await sql`analyze evidence`.execute(db.system)
    // Half of all rows: more than are counted one by one, so the newest 1,000 are looked at.
    const newest = many.slice(-1000).filter(({ officer_name }) => officer_name === '王建国').length
    assert.deepEqual((await page(who, { q: '建国' })).count, { value: newest, capped: true })
    // A third of all rows, of which fewer than the cap hold both words: counted to the last.
    const both = many.filter(({ title }) => title.startsWith('杭州') && title.includes('蜂蜜')).length
    assert.deepEqual((await page(who, { q: '杭州 蜂蜜' })).count, { value: both, capped: false })
    await db.system.deleteFrom('evidence').where('organisation_id', '=', organisation).execute()
    await sql`analyze evidence`.execute(db.system)
  })

  test('a signature never says that a row lacks what it holds, and says it of most rows that lack it', async () => {
    const lacks = sql`signature & evidence_signature(array[pair]) <> evidence_signature(array[pair])`
    const { rows: told } = await sql<{ wrong: string; told: string; lacking: string }>`
      select count(*) filter (where pair = any(search) and ${lacks}) as wrong,
        count(*) filter (where pair <> all(search) and ${lacks}) as told, count(*) filter (where pair <> all(search)) as lacking
      from (select * from evidence limit 20) as few, (select distinct unnest(search) as pair from evidence) as pairs`.execute(
      db.system,
    )
    assert.equal(Number(told[0]!.wrong), 0)
    assert.ok(Number(told[0]!.told) > 0.7 * Number(told[0]!.lacking), JSON.stringify(told))
  })

  test('stays in its place when newer rows come, and refuses a mark that is none', async () => {
    const who = withUnits('*')
    const first = await page(who, {})
    const second = await page(who, {}, { after: first.next! })
    const newer = { ...rowOf(ROWS + 1), captured_at: new Date(START + 86_400_000) }
    await db.system.insertInto('evidence').values(newer).execute()
    assert.deepEqual((await page(who, {}, { after: first.next! })).numbers, second.numbers)
    await db.system.deleteFrom('evidence').where('number', '=', newer.number).execute()
    const answer = await withPrincipal(db.people, who, (tx) =>
      listEvidence({ people: tx, system: db.system, scope: who }, {}, { after: 'x', limit: 5 }),
    )
    assert.ok(isRefusal(answer))
    assert.equal(answer.code, 'cursor-malformed')
  })
})
