import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { actOnLead } from '../lead/leads.ts'
import { startTestMarket, stockMarket, type TestMarket } from '../testing/test-market.ts'
import { ORGANISATION, openTestStage, type TestStage } from '../testing/test-stage.ts'
import { deskMigrations } from './migrations.ts'
import { addSums, NO_DAY, refreshHeld } from './sums.ts'

const LISTINGS = [
  { title: '祖传药膏', description: '本品根治糖尿病，有效率100%。', shop: '甲铺' },
  { title: '养生茶', description: '根治高血压，国家级配方。', shop: '乙铺' },
  { title: '陶瓷杯', description: '日常使用。', shop: '乙铺' },
]

describe('the roll-ups of the desk', () => {
  let stage: TestStage
  let market: TestMarket
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    stockMarket(market, LISTINGS)
    await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0 })
    await stage.settle()
  })
  after(async () => {
    await market?.close()
    await stage?.close()
  })
  const sums = async () => {
    const { rows } = await sql<{ kind: string; day: string; key: string; n: string }>`
      select kind, to_char(day, 'YYYY-MM-DD') as day, key, n from watch_sum where n <> 0 order by 1, 2, 3`.execute(
      stage.database.system,
    )
    return rows.map(({ kind, day, key, n }) => `${kind} ${day} ${key} ${n}`)
  }
  /** What counting everything anew gives, as the migration does for data that was there before. */
  const anew = async () => {
    await sql`drop table watch_sum`.execute(stage.database.system)
    await deskMigrations['0361_desk_sums']!.up(stage.database.system as never)
    return sums()
  }

  test('say what counting everything would say, after every act', async () => {
    await refreshHeld(stage.database.system)
    const kept = await sums()
    assert.ok(kept.some((line) => line.startsWith('word ')) && kept.some((line) => line.startsWith('shop ')))
    assert.deepEqual(await anew(), kept)
    const leads = await stage.database.system.selectFrom('lead').select(['id', 'behaviour']).execute()
    const [first, second] = leads
    assert.ok(first !== undefined && second !== undefined)
    const act = (id: string, kind: 'dismissed' | 'reopened' | 'handed-over' | 'capture') =>
      stage.database.system
        .transaction()
        .execute((tx) => actOnLead(tx, stage.clock, stage.author, id, { kind, detail: '' }))
    for (const [id, kind] of [
      [first.id, 'capture'],
      [first.id, 'dismissed'],
      [second.id, 'handed-over'],
    ] as const) {
      await act(id, kind)
      const now = await sums()
      assert.deepEqual(await anew(), now, kind)
    }
    const before = await sums()
    await act(first.id, 'reopened')
    assert.notDeepEqual(await sums(), before)
    await act(second.id, 'dismissed')
    const last = await sums()
    assert.deepEqual(await anew(), last)
  })

  test('do not change when a page is found again', async () => {
    const before = await sums()
    stage.advance(2 * 86_400_000)
    stockMarket(market, [{ ...LISTINGS[0]!, price: '88.00' }, ...LISTINGS.slice(1)])
    await stage.settle()
    assert.deepEqual(await sums(), before)
  })

  test('take many at a time, whichever order they come in', async () => {
    const one = (key: string) => ({ kind: 'word' as const, day: NO_DAY, key, n: 1 })
    const keys = ['甲', '乙', '丙', '丁']
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        addSums(stage.database.system, ORGANISATION, (i % 2 === 0 ? keys : [...keys].reverse()).map(one)),
      ),
    )
    const { rows } = await sql<{
      n: string
    }>`select n from watch_sum where kind = 'word' and day = date '1970-01-01'`.execute(stage.database.system)
    assert.deepEqual(
      rows.map(({ n }) => n),
      ['40', '40', '40', '40'],
    )
  })
})
