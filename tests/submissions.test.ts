import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, createClient, type ProblemError, type SubmissionView } from '@mingzheng/api'
import { digestPair, fromBase64, utf8 } from '@mingzheng/kernel'
import { checkOpening, decodeEntry, decodeOpening } from '@mingzheng/proof'
import { type Platform, startPlatform } from './platform/start-platform.ts'

const ROWS = [
  { id: 'a-1', url: 'https://market.example/a-1', title: '金属仿真枪 可发射钢珠', price: '268.00', shop: '猎鹰户外' },
  { id: 'a-2', url: 'https://market.example/a-2', title: '龙泉青瓷茶杯', price: 58, shop: '青石铺' },
  { id: 'a-3', title: '', price: 'free' },
  {
    kind: 'opinion',
    id: 'c-1',
    source: 'complaint',
    text: '同一房间老用户更贵，大数据杀熟',
    at: '2026-11-20',
    shop: '云栖客栈',
  },
]
const BODY = ROWS.map((row) => JSON.stringify(row)).join('\n')

describe('the reporting exchange', () => {
  let platform: Platform
  let analyst: Client
  let secret = ''
  let other = ''
  before(async () => {
    platform = await startPlatform({ MINGZHENG_WATCHERS: '0' })
    ;({ client: analyst } = await platform.signIn('analyst'))
    const { client: security } = await platform.signIn('security')
    const key = async (name: string) => (await security.call('apiKeys.add', { body: { name, expiresAt: null } })).secret
    ;[secret, other] = [await key('西湖集市'), await key('别的平台')]
    const entries = [{ kind: 'page' as const, url: 'https://market.example/' }]
    await analyst.call('platforms.save', { body: { name: '西湖集市', entries } })
  })
  after(() => platform?.stop())

  const program = (bearer: string) => createClient(platform.url, fetch, { authorization: `Bearer ${bearer}` })
  async function send(
    body: string,
    { key, to = '西湖集市', bearer = secret }: { key?: string; to?: string; bearer?: string } = {},
  ) {
    const answer = await fetch(`${platform.url}/api/v1/reports?platform=${encodeURIComponent(to)}&name=day.jsonl`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bearer}`,
        'content-type': 'application/jsonl',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body,
    })
    return { status: answer.status, body: (await answer.json()) as SubmissionView & { code: string } }
  }
  async function ended(id: string, bearer = secret) {
    for (;;) {
      const report = await program(bearer).call('reports.read', { params: { id } })
      if (!['waiting', 'reading'].includes(report.state) && report.proof?.receipt !== null) return report
      await pause(200)
    }
  }
  let first: SubmissionView

  test('takes a report, holds it until the sender is known, and says what is wrong with a row', async () => {
    const { status, body } = await send(BODY, { key: 'day-1' })
    assert.deepEqual([status, body.state, body.rows], [202, 'held', 0])
    first = body
    const shown = await analyst.call('submissions.read', { params: { id: body.id }, query: {} })
    assert.equal(shown.by, '西湖集市')
    await analyst.call('submissions.judge', { params: { id: body.id }, body: { accept: true } })
    const report = await ended(body.id)
    assert.deepEqual([report.state, report.rows, report.bad, report.listings, report.opinions], ['done', 4, 1, 2, 1])
    const { problems } = await program(secret).call('reports.problems', { params: { id: body.id }, query: {} })
    assert.deepEqual(
      problems.map(({ line, field, code }) => [line, field, code]),
      [
        [3, 'price', 'wrong-form'],
        [3, 'title', 'missing'],
      ],
    )
  })

  test('gives a receipt: the ledger’s entry opens to the statement, and the statement names the bytes that were sent', async () => {
    const { proof, sha256 } = await ended(first.id)
    const statement = JSON.parse(proof!.statement) as { sha256: string; by: string; bytes: number }
    assert.deepEqual([statement.sha256, statement.by, statement.bytes], [sha256, 'report', utf8(BODY).length])
    const { kind, body } = decodeEntry(fromBase64(proof!.receipt!.entry))
    const opens = checkOpening(decodeOpening(utf8(proof!.opening)), digestPair(utf8(proof!.statement)), {
      sha256: body.c as never,
      sm3: body.s as never,
    })
    assert.deepEqual([kind, opens.sha256, opens.sm3], ['monitoring.snapshot', true, true])
  })

  test('makes leads of what was reported, and shows what the public says', async () => {
    const { rows } = await analyst.call('leads.list', { query: { behaviour: 'banned-goods' } })
    const lead = rows.find(({ url }) => url === 'https://market.example/a-1')!
    assert.equal(lead.shop?.name, '猎鹰户外')
    const { opinions, shops, topics } = await analyst.call('opinions.list', {
      query: { topic: 'price-discrimination' },
    })
    assert.deepEqual([opinions[0]!.shop, shops[0]!.opinions, topics[0]!.topic], ['云栖客栈', 1, 'price-discrimination'])
  })

  test('takes the same key once, and refuses other bytes under it', async () => {
    assert.equal((await send(BODY, { key: 'day-1' })).body.id, first.id)
    const { status, body } = await send(`${BODY}\n`, { key: 'day-1' })
    assert.deepEqual([status, body.code], [409, 'idempotency-mismatch'])
    const again = await ended((await send(BODY, { key: 'day-2' })).body.id)
    assert.deepEqual([again.same, again.listings, again.leads], [3, 0, 0])
  })

  test('refuses a platform that nobody knows, an empty body and what is no text, and keeps nothing of them', async () => {
    assert.deepEqual((await send(BODY, { to: '没有的平台' })).body.code, 'not-found')
    assert.deepEqual((await send('')).body.code, 'sheet-unreadable')
    assert.deepEqual((await send('\0\0\0\0')).body.code, 'sheet-unreadable')
    const { submissions } = await analyst.call('submissions.list')
    assert.equal(submissions.length, 2)
  })

  test('shows a program its own reports alone, and one that is not accepted is never read', async () => {
    const own = program(other)
    await assert.rejects(
      own.call('reports.read', { params: { id: first.id } }),
      (error: ProblemError) => error.problem.status === 404,
    )
    const { body } = await send(BODY, { bearer: other })
    assert.equal(body.state, 'held')
    const rejected = await analyst.call('submissions.judge', { params: { id: body.id }, body: { accept: false } })
    assert.deepEqual([rejected.state, rejected.rows], ['rejected', 0])
    await assert.rejects(
      analyst.call('submissions.judge', { params: { id: body.id }, body: { accept: true } }),
      (error: ProblemError) => error.problem.code === 'conflict',
    )
  })

  test('shows another authority none of it, neither reports nor opinions nor the platform’s rule', async () => {
    const { client: stranger } = await platform.signIn('ningbo')
    const { id } = first
    const gone = (error: ProblemError) => error.problem.code === 'not-found'
    await assert.rejects(stranger.call('submissions.read', { params: { id }, query: {} }), gone)
    const { platforms } = await analyst.call('platforms.list')
    await assert.rejects(stranger.call('rules.read', { params: { id: platforms[0]!.id } }), gone)
    const { submissions } = await stranger.call('submissions.list')
    const { opinions } = await stranger.call('opinions.list', { query: {} })
    const { rules } = await stranger.call('rules.list')
    assert.deepEqual([submissions, opinions, rules], [[], [], []])
  })

  test('gives the schema of its rows to anybody', async () => {
    const schema = await platform.anonymous.call('reports.schema')
    assert.equal((schema.oneOf as unknown[]).length, 3)
  })
})
