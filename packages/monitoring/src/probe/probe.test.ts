import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { withPrincipal } from '@mingzheng/identity'
import { isRefusal } from '@mingzheng/kernel'
import { type Ledger, openLedger } from '@mingzheng/ledger'
import { testLedgerOptions } from '@mingzheng/ledger/testing'
import { sql } from 'kysely'
import { monitoringContract } from '../contract.ts'
import { actOnLead } from '../lead/leads.ts'
import { listingModels } from '../recognition/models.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { type Fixer, startFixer } from '../statement/fixer.ts'
import { startTestMarket, stockMarket, type TestMarket } from '../testing/test-market.ts'
import { ORGANISATION, openTestStage, type TestStage } from '../testing/test-stage.ts'
import { type ProbeKeeper, startProbeKeeper } from './keeper.ts'
import type { PlantRow, ProbeRow } from './plant.ts'
import { plantCase } from './plant-case.ts'
import { changeProbe, DEFAULT_PLAN, ownProbe } from './probes.ts'
import { listPlants, probeScores } from './results.ts'
import { PIPELINE_NODES } from './schema.ts'

const HONEST = ['陶瓷马克杯', '棉麻桌布', '竹编果盘', '不锈钢汤勺', '木质相框', '羊毛围巾'].map((title, i) => ({
  title: `${title} 手工款 ${i}`,
  description: '日常使用，包装完好，七天内可以退换。',
}))

describe('a probe of the pipeline', () => {
  let stage: TestStage
  let market: TestMarket
  let ledger: Ledger
  let folder: string
  let fixer: Fixer
  let keeper: ProbeKeeper
  let probe: ProbeRow
  let platformId: string
  let fixing = true
  const fail = (error: unknown) => assert.fail(String(error))
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    folder = await mkdtemp(join(tmpdir(), 'mz-probe-'))
    ledger = await openLedger(testLedgerOptions(folder, { contracts: [monitoringContract] }))
    stockMarket(market, HONEST)
    const task = await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0 })
    platformId = task.spec.objectives.platforms[0]!
    const { db, clock, blobs } = { db: stage.database.system, clock: stage.clock, blobs: stage.blobs }
    fixer = startFixer({ db, clock, ledger, onError: fail })
    const versions = {
      program: 'test',
      models: listingModels.map((one) => `${one.behaviour}:${one.version}`).join(' '),
    }
    keeper = startProbeKeeper({ db, clock, blobs, versions, onError: fail }, 0)
    await stage.settle()
    probe = await ownProbe(db, clock, { organisationId: ORGANISATION, by: '研判员', running: false })
  })
  after(async () => {
    await keeper?.stop()
    await fixer?.stop()
    await ledger?.close()
    await market?.close()
    await stage?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const db = () => stage.database.system
  const plantOne = async (expects: 'lead' | 'nothing', behaviour = 'banned-goods' as const): Promise<PlantRow> => {
    const parts = { db: db(), blobs: stage.blobs, clock: stage.clock }
    const made = await plantCase(parts, probe, { platformId, behaviour, expects, by: '研判员' })
    if (isRefusal(made)) return fail(made.detail)
    return made
  }
  const stateOf = async (id: string) =>
    db().selectFrom('probe_plant').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  /** The keeper, the watcher and the fixer each have their turn until the plant is settled. */
  const through = async (id: string): Promise<PlantRow> => {
    for (let turns = 0; turns < 20; turns++) {
      if (fixing) await fixer.drain()
      await keeper.turn()
      await stage.settle()
      const row = await stateOf(id)
      if (row.settled_at !== null) return row
      stage.advance(1000)
    }
    return fail('the plant was not settled')
  }

  test('stands on the ledger before it goes in, and passes every node', async () => {
    const made = await plantOne('lead')
    const statement = await db()
      .selectFrom('watch_fixing')
      .selectAll()
      .where('kind', '=', 'plant')
      .where('subject_id', '=', made.id)
      .executeTakeFirstOrThrow()
    const before = await db().selectFrom('watch_address').select('id').where('url', '=', made.url).execute()
    assert.deepEqual([made.state, before], ['committing', []])
    assert.equal(new URL(made.url).origin, market.url)
    const row = await through(made.id)
    assert.equal(row.state, 'found')
    assert.deepEqual(new Set(Object.keys(row.nodes)), new Set(PIPELINE_NODES))
    const receipt = await ledger.receipt({ id: new Uint8Array(statement.item_id) })
    assert.ok(receipt.index > 0)
    assert.equal(market.asked.includes(made.url.slice(market.url.length)), false, 'the platform itself is not asked')
    const left = await db().selectFrom('watch_address').select('id').where('url', '=', made.url).execute()
    assert.deepEqual(left, [])
  })

  test('that is an honest look-alike is clear when no model objects', async () => {
    const row = await through((await plantOne('nothing')).id)
    assert.ok(row.state === 'clear' || row.state === 'false-alarm')
    assert.equal(row.nodes.model !== undefined, true)
    assert.equal(row.state === 'clear', row.nodes.finding === undefined)
  })

  test('never reaches casework: people do not see it, and who does see it cannot hand it over', async () => {
    const planted = await db().selectFrom('lead').select(['id', 'state']).where('planted', '=', true).execute()
    assert.ok(planted.length > 0)
    const { id } = planted[0]!
    const officer = {
      userId: 'u',
      organisationId: ORGANISATION,
      unitIds: '*' as const,
      roles: ['unit-head' as const],
      permissions: ['monitoring.read' as const, 'monitoring.lead' as const],
    }
    for (const table of ['lead', 'finding', 'listing', 'shop', 'snapshot', 'watch_address', 'watch_fixing'] as const) {
      const all = await db().selectFrom(table).select('planted').where('planted', '=', true).execute()
      const seen = await withPrincipal(stage.database.people, officer as never, (tx) =>
        sql<{ n: string }>`select count(*) as n from ${sql.table(table)} where planted`.execute(tx),
      )
      assert.equal(Number(seen.rows[0]!.n), 0, table)
      if (table !== 'watch_address') assert.ok(all.length > 0, `${table} has planted rows`)
    }
    const acts = ['handed-over', 'dismissed', 'reopened', 'capture'] as const
    for (const kind of acts) {
      const asOfficer = withPrincipal<MonitoringTables, unknown>(stage.database.people, officer as never, (tx) =>
        actOnLead(tx, stage.clock, stage.author, id, { kind, detail: '' }),
      )
      assert.equal(await asOfficer, null)
      const asSystem = db()
        .transaction()
        .execute((tx) => actOnLead(tx, stage.clock, stage.author, id, { kind, detail: '' }))
      assert.equal(await asSystem, null)
    }
    const forced = db().updateTable('lead').set({ state: 'handed-over' }).where('id', '=', id).execute()
    await assert.rejects(forced, /lead_planted_stays/)
    const moved = await withPrincipal<MonitoringTables, { numUpdatedRows: bigint }>(
      stage.database.people,
      officer as never,
      (tx) => tx.updateTable('lead').set({ state: 'handed-over' }).where('id', '=', id).executeTakeFirstOrThrow(),
    )
    assert.equal(moved.numUpdatedRows, 0n)
  })

  test('is in no sum that anybody sees', async () => {
    const { rows } = await sql<{ leads: string; fetched: string; listings: string }>`
      select sum(coalesce((counts ->> 'leads')::int, 0)) as leads, sum((counts ->> 'listings')::int) as listings,
        sum((counts ->> 'fetched')::int) as fetched from watch_count`.execute(db())
    assert.deepEqual(rows[0], { leads: '0', listings: String(HONEST.length), fetched: String(HONEST.length + 1) })
  })

  test('is missed at the node that lost it', async () => {
    fixing = true
    const made = await plantOne('lead')
    await fixer.drain()
    await keeper.turn()
    await stage.settle({ models: [] })
    await keeper.turn()
    const row = await stateOf(made.id)
    // Models that say nothing: it was read, asked about, and nothing was found.
    assert.deepEqual([row.state, row.lost_at], ['missed', 'finding'])
    const late = await plantOne('lead')
    await fixer.drain()
    await keeper.turn()
    stage.advance(25 * 3_600_000)
    await keeper.turn()
    const other = await stateOf(late.id)
    assert.deepEqual([other.state, other.lost_at], ['missed', 'fetch'])
  })

  test('whose task stands still says nothing of the pipeline', async () => {
    const made = await plantOne('lead')
    await fixer.drain()
    await keeper.turn()
    await db().updateTable('watch_task').set({ state: 'paused' }).execute()
    stage.advance(25 * 3_600_000)
    await keeper.turn()
    assert.equal((await stateOf(made.id)).state, 'void')
    const refused = await plantCase({ db: db(), blobs: stage.blobs, clock: stage.clock }, probe, {
      platformId,
      behaviour: 'banned-goods',
      expects: 'lead',
      by: '研判员',
    })
    assert.equal(isRefusal(refused) && refused.code, 'plant-unwatched')
    await db().updateTable('watch_task').set({ state: 'running' }).execute()
  })

  test('plants by its plan, and results are counted by behaviour, platform and month', async () => {
    const plan = { ...DEFAULT_PLAN, perDay: 24, behaviours: ['banned-goods' as const] }
    await changeProbe(db(), stage.clock, { organisationId: ORGANISATION, id: probe.id }, { running: true, plan })
    await keeper.turn()
    const planned = await db().selectFrom('probe_plant').selectAll().where('by', '=', 'schedule').execute()
    assert.equal(planned.length, 1)
    await keeper.turn()
    assert.equal((await db().selectFrom('probe_plant').select('id').where('by', '=', 'schedule').execute()).length, 1)
    await changeProbe(db(), stage.clock, { organisationId: ORGANISATION, id: probe.id }, { running: false, plan })
    await through(planned[0]!.id)
    const scores = await probeScores(db(), ORGANISATION, new Date(0))
    assert.equal(scores.length, 1)
    const { behaviour, month, found, missed, void: standing } = scores[0]!
    assert.deepEqual([behaviour, month, missed, standing], ['banned-goods', '2026-11', 2, 1])
    assert.ok(found >= 1)
    const settled = await listPlants(db(), { organisationId: ORGANISATION, limit: 100 })
    assert.ok(settled.every(({ settled_at }) => settled_at !== null))
    assert.deepEqual(await listPlants(db(), { organisationId: 'another', limit: 100 }), [])
  })

  test('reads its nodes by the minute, and the readings stand on the ledger', async () => {
    for (let minute = 0; minute < 12; minute++) {
      stage.advance(60_000)
      await keeper.turn()
    }
    await fixer.drain()
    const readings = await db().selectFrom('probe_reading').selectAll().execute()
    assert.deepEqual(new Set(readings.map(({ node }) => node)).size, 8)
    const stated = await db()
      .selectFrom('watch_fixing')
      .select(['ledger_index'])
      .where('kind', '=', 'probe-reading')
      .execute()
    assert.ok(stated.length > 0 && stated.every(({ ledger_index }) => ledger_index !== null))
  })
})
