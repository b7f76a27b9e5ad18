import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { digestPair, isRefusal, utf8 } from '@mingzheng/kernel'
import { listingModels } from '../recognition/models.ts'
import { readBody } from '../snapshot/packs.ts'
import { recompute } from '../statement/recompute.ts'
import { savePlatform } from '../task/platforms.ts'
import { ORGANISATION, openTestStage, type TestStage } from '../testing/test-stage.ts'
import { listOpinions, opinionSums } from './opinions.ts'
import { submissionFormat } from './rows-of.ts'
import { runSubmission } from './run-submission.ts'
import {
  addSubmission,
  findSubmission,
  judgeSender,
  listSubmissionProblems,
  type SubmissionRow,
} from './submissions.ts'

const KEY = '01ARZ3NDEKTSV4RRFFQ69G5FB0'
const gun = {
  id: 'sku-1',
  url: 'https://shop.example/item/1',
  title: '仿真枪 玩具枪 金属 可发射钢珠',
  price: '399.00',
  shop: '猎鹰户外',
}

describe('what is handed in', () => {
  let stage: TestStage
  let platformId = ''
  let count = 0
  before(async () => {
    stage = await openTestStage()
    const given = { organisationId: ORGANISATION, name: '西湖集市', entries: [], demo: false }
    platformId = (await savePlatform(stage.database.system, stage.clock, given)).id
  })
  after(() => stage?.close())

  async function hand(
    text: string | Uint8Array,
    more: { keyId?: string; idempotencyKey?: string } = {},
  ): Promise<SubmissionRow> {
    const bytes = typeof text === 'string' ? utf8(text) : text
    const blob = `submissions/330000/t${++count}`
    await stage.blobs.put(blob, [bytes])
    const added = await stage.database.system.transaction().execute((tx) =>
      addSubmission(tx, stage.clock, {
        organisationId: ORGANISATION,
        platformId,
        source: more.keyId === undefined ? 'upload' : 'report',
        format: submissionFormat(bytes as never),
        idempotencyKey: more.idempotencyKey ?? null,
        keyId: more.keyId ?? null,
        madeBy: '西湖集市',
        fileName: 'rows',
        bytes: bytes.length,
        ...digestPair(bytes as never),
        blob,
      }),
    )
    if (isRefusal(added)) throw new TypeError(added.code)
    return added.row
  }
  const run = (id: string, signal = new AbortController().signal) =>
    runSubmission({ db: stage.database.system, blobs: stage.blobs, clock: stage.clock, province: '330000', signal }, id)
  const read = async (text: string | Uint8Array) => {
    const { id } = await hand(text)
    await run(id)
    return (await findSubmission(stage.database.system, id))!
  }
  const lines = (...rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n')

  test('goes the way of what is fetched: listing, lead, statements that are computed again', async () => {
    const row = await read(lines(gun, { id: 'sku-2', title: '龙井茶', price: 98, shop: '青石铺' }))
    assert.deepEqual([row.state, row.rows, row.bad_rows, row.listings, row.leads], ['done', 2, 0, 2, 1])
    const { system } = stage.database
    const lead = await system.selectFrom('lead').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([lead.behaviour, lead.url, lead.shop_name], ['banned-goods', gun.url, '猎鹰户外'])
    const finding = await system
      .selectFrom('watch_fixing')
      .selectAll()
      .where('kind', '=', 'finding')
      .executeTakeFirstOrThrow()
    const sha256 = (JSON.parse(finding.statement) as { inputs: { snapshot: { sha256: string; by: string } } }).inputs
      .snapshot
    assert.equal(sha256.by, 'upload')
    const body = await readBody(system, stage.blobs, Buffer.from(sha256.sha256, 'hex'))
    const again = recompute(finding.statement, body, listingModels)
    assert.deepEqual(
      again.checks.map(({ state }) => state),
      ['passed', 'not checked', 'passed', 'passed', 'passed'],
    )
    const receipt = await system
      .selectFrom('watch_fixing')
      .select('statement')
      .where('subject_id', '=', row.id)
      .execute()
    assert.equal(receipt.length, 1)
  })

  test('costs nothing when it was handed in before just so, and one more row of facts when its price has changed', async () => {
    const same = await read(lines(gun))
    assert.deepEqual([same.same_rows, same.listings, same.leads], [1, 0, 0])
    stage.advance(60_000)
    const other = await read(lines({ ...gun, price: '299.00' }))
    assert.deepEqual([other.same_rows, other.listings, other.leads], [0, 1, 0])
    const { system } = stage.database
    const prices = await system
      .selectFrom('listing_fact')
      .innerJoin('listing', 'listing.id', 'listing_fact.listing_id')
      .select('listing_fact.price')
      .where('listing.url', '=', gun.url)
      .orderBy('at')
      .execute()
    assert.deepEqual(
      prices.map(({ price }) => price),
      ['399.00', '299.00'],
    )
  })

  test('tells bad rows by line and field, and takes the others', async () => {
    const text = `${lines({ id: 'a' }, { id: 'b', title: '茶', price: 'dear' }, { kind: 'poem', id: 'c' })}\n{broken\n[1]\n${lines({ id: 'd', title: '茶杯' })}`
    const row = await read(text)
    assert.deepEqual([row.state, row.rows, row.bad_rows, row.listings], ['done', 6, 5, 1])
    const problems = await listSubmissionProblems(stage.database.system, row.id, 100)
    assert.deepEqual(
      problems.map(({ line, field, code }) => [line, field, code]),
      [
        [1, 'title', 'missing'],
        [2, 'price', 'wrong-form'],
        [3, 'kind', 'unknown-kind'],
        [4, '', 'no-json'],
        [5, '', 'wrong-type'],
      ],
    )
  })

  test('may be a sheet with Chinese names of columns, in an encoding of old', async () => {
    // 编号,标题,价格,店铺 / s-1,茶壶,35,壶铺 in GB 18030.
    const gb = Buffer.from('b1e0bac52cb1eacce22cbcdbb8f12cb5eac6cc0a732d312cb2e8baf82c33352cbaf8c6cc0a', 'hex')
    const row = await read(new Uint8Array(gb))
    assert.deepEqual([row.state, row.format, row.listings, row.bad_rows], ['done', 'csv', 1, 0])
    const listing = await stage.database.system
      .selectFrom('listing')
      .select(['title', 'price', 'url'])
      .where('title', '=', '茶壶')
      .executeTakeFirstOrThrow()
    assert.deepEqual(listing, { title: '茶壶', price: '35', url: 'urn:mingzheng:listing:s-1' })
  })

  test('brings what the public says, once, by what it may be a sign of', async () => {
    const said = {
      kind: 'opinion',
      id: '12315-1',
      source: 'complaint',
      text: '同一间房，我的老用户账号比新注册的贵一百，典型的大数据杀熟。',
      at: '2026-11-20T08:00:00+08:00',
      shop: '云栖客栈',
    }
    const first = await read(lines(said, { ...said, id: '12315-2', text: '物流很快，谢谢。', shop: null }))
    assert.deepEqual([first.opinions, first.bad_rows], [2, 0])
    assert.equal((await read(lines({ ...said, title: '再说一次' }))).opinions, 0)
    const { system } = stage.database
    const found = await listOpinions(system, { topic: 'price-discrimination', limit: 10 })
    assert.deepEqual(
      found.map(({ shop, topics }) => [shop, topics]),
      [['云栖客栈', ['price-discrimination']]],
    )
    assert.equal((await listOpinions(system, { q: '物流', limit: 10 })).length, 1)
    const sums = await opinionSums(system, new Date(0), 'price-discrimination')
    assert.deepEqual(sums.shops, [{ platformId, shop: '云栖客栈', opinions: 1 }])
  })

  test('brings lines that say something only together', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      kind: 'referral',
      id: `r${i}`,
      participant: `p${i}`,
      referrer: i === 0 ? null : `p${i === 1 ? 0 : Math.floor(i / 2)}`,
      fee: 2980,
      level_reward: [300, 200, 100, 50],
      scheme: '云端共富',
    }))
    const row = await read(lines(...rows))
    assert.deepEqual([row.state, row.lines, row.bad_rows], ['done', 60, 0])
    assert.ok(row.leads >= 1, `${row.leads} leads`)
    const lead = await stage.database.system
      .selectFrom('lead')
      .select(['behaviour', 'title'])
      .where('behaviour', '=', 'pyramid-selling')
      .executeTakeFirstOrThrow()
    assert.match(lead.title, /云端共富/)
    assert.equal((await read(lines(...rows))).leads, 0)
  })

  test('waits until somebody says that its sender speaks for the platform, and is taken once for a key', async () => {
    const text = lines({ id: 'k-1', title: '竹篮' })
    const held = await hand(text, { keyId: KEY, idempotencyKey: 'day-1' })
    assert.equal(held.state, 'held')
    assert.equal((await hand(text, { keyId: KEY, idempotencyKey: 'day-1' })).id, held.id)
    await assert.rejects(hand(lines({ id: 'k-2', title: '竹席' }), { keyId: KEY, idempotencyKey: 'day-1' }), {
      message: 'idempotency-mismatch',
    })
    const judged = await stage.database.system
      .transaction()
      .execute((tx) => judgeSender(tx, stage.clock, held, { accept: true, by: '研判员' }))
    assert.deepEqual(
      judged?.map(({ state }) => state),
      ['waiting'],
    )
    assert.equal((await hand(text, { keyId: KEY, idempotencyKey: 'day-2' })).state, 'waiting')
  })

  test('goes on where it was when its reading was ended on the way: nothing lost, nothing twice', async () => {
    const rows = Array.from({ length: 450 }, (_, i) => ({ id: `many-${i}`, title: `竹制茶具 ${i}` }))
    const { id } = await hand(lines(...rows))
    const stopping = new AbortController()
    const isOver = run(id, stopping.signal)
    stopping.abort(new Error('killed'))
    await assert.rejects(isOver)
    const { system } = stage.database
    assert.equal((await findSubmission(system, id))!.read_line, 200)
    await run(id)
    const row = (await findSubmission(system, id))!
    assert.deepEqual([row.state, row.rows, row.listings], ['done', 450, 450])
    const { n } = await system
      .selectFrom('listing')
      .select((eb) => eb.fn.countAll<string>().as('n'))
      .where('title', 'like', '竹制茶具%')
      .executeTakeFirstOrThrow()
    assert.equal(n, '450')
  })
})
