import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Bytes, fromHex, fromUtf8, toBase64, utf8 } from '@mingzheng/kernel'
import { type Ledger, openLedger } from '@mingzheng/ledger'
import { testLedgerOptions } from '@mingzheng/ledger/testing'
import { encodeOpening } from '@mingzheng/proof'
import { monitoringContract } from '../contract.ts'
import { listingModels } from '../recognition/models.ts'
import { readBody } from '../snapshot/packs.ts'
import { startTestMarket, stockMarket, type TestMarket } from '../testing/test-market.ts'
import { openTestStage, type TestStage } from '../testing/test-stage.ts'
import { openingOf } from './commit.ts'
import { startFixer } from './fixer.ts'
import { recompute } from './recompute.ts'
import type { FindingStatement } from './statement.ts'

describe('a finding that is fixed', () => {
  let stage: TestStage
  let market: TestMarket
  let ledger: Ledger
  let folder: string
  let bundle: { statement: string; opening: string; receipt: { entry: string } }
  let body: Bytes
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    folder = await mkdtemp(join(tmpdir(), 'mz-fixing-'))
    ledger = await openLedger(testLedgerOptions(folder, { contracts: [monitoringContract] }))
    stockMarket(market, [{ title: '祖传药膏', description: '本品根治糖尿病，有效率100%，国家级配方。' }])
    await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0 })
    await stage.settle()
    const fail = (error: unknown) => assert.fail(String(error))
    const fixer = startFixer({ db: stage.database.system, clock: stage.clock, ledger, onError: fail })
    await fixer.drain()
    await fixer.stop()
    const row = await stage.database.system
      .selectFrom('watch_fixing')
      .selectAll()
      .where('kind', '=', 'finding')
      .orderBy('subject_id')
      .executeTakeFirstOrThrow()
    const receipt = await ledger.receipt({ id: new Uint8Array(row.item_id) })
    const salt = { sha256: new Uint8Array(row.salt_sha256), sm3: new Uint8Array(row.salt_sm3) }
    bundle = {
      statement: row.statement,
      opening: fromUtf8(encodeOpening(openingOf('finding', salt))),
      receipt: { entry: toBase64(receipt.entry) },
    }
    const { inputs } = JSON.parse(row.statement) as FindingStatement
    body = (await readBody(stage.database.system, stage.blobs, fromHex(inputs.snapshot.sha256)))!
  })
  after(async () => {
    await ledger?.close()
    await market?.close()
    await stage?.close()
    await rm(folder, { recursive: true, force: true })
  })
  const states = (file: string, bytes: Bytes | null = body) =>
    Object.fromEntries(recompute(file, bytes, listingModels).checks.map(({ name, state }) => [name, state]))
  const changed = (change: (statement: FindingStatement) => void) => {
    const statement = JSON.parse(bundle.statement) as FindingStatement
    change(statement)
    return JSON.stringify({ ...bundle, statement: JSON.stringify(statement) })
  }

  test('has a ledger index, and so has its lead', async () => {
    const waiting = await stage.database.system.selectFrom('watch_fixing').select('ledger_index').execute()
    assert.ok(waiting.length >= 2 && waiting.every(({ ledger_index }) => ledger_index !== null))
    const leads = await stage.database.system.selectFrom('lead').select('ledger_index').execute()
    assert.ok(leads.length > 0 && leads.every(({ ledger_index }) => ledger_index !== null))
  })

  test('is the same when it is computed again from its snapshot', () => {
    const answer = recompute(JSON.stringify(bundle), body, listingModels)
    assert.deepEqual([answer.same, new Set(answer.checks.map(({ state }) => state))], [true, new Set(['passed'])])
  })

  test('can be computed from the statement alone, and says what was not checked', () => {
    const answer = recompute(bundle.statement, null, listingModels)
    assert.equal(answer.same, true)
    assert.deepEqual(states(bundle.statement, null), {
      statement: 'passed',
      entry: 'not checked',
      snapshot: 'not checked',
      line: 'not checked',
      model: 'passed',
    })
  })

  test('is not confirmed when a byte of the snapshot, a number or a word of the statement is another', () => {
    const other = body.slice()
    other[other.length - 3]! ^= 1
    assert.equal(states(JSON.stringify(bundle), other).snapshot, 'failed')
    const score = states(changed((statement) => (statement.result.score = 0.123)))
    assert.deepEqual([score.entry, score.model], ['failed', 'failed'])
    const line = states(changed((statement) => (statement.inputs.line.title = '另一件')))
    assert.deepEqual([line.entry, line.line], ['failed', 'failed'])
  })

  test('by a model version that is not here is not decided', () => {
    const file = changed((statement) => (statement.model.version = 99))
    assert.equal(states(file).model, 'not checked')
    assert.equal(recompute(file, body, listingModels).same, false)
  })

  test('what is no statement is said to be none', () => {
    for (const file of ['', '{}', '[]', JSON.stringify(JSON.parse(bundle.statement), null, 1), 'null', '\u0000']) {
      assert.deepEqual([recompute(file, body, listingModels).same, states(file)], [false, { statement: 'failed' }])
    }
    assert.equal(states(JSON.stringify({ ...bundle, receipt: { entry: toBase64(utf8('x')) } })).entry, 'failed')
  })
})
