import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fromBase64 } from '@mingzheng/kernel'
import { decodeEntry, readTimestamp } from '@mingzheng/proof'
import { openDatabase } from '@mingzheng/storage'
import { sql } from 'kysely'
import { type Platform, startPlatform } from '../platform/start-platform.ts'
import { fixed, freshDigest, hireWorker, until, type Worker } from './work.ts'

const DAY_MS = 86_400_000
/** A set clock must hold its time for 30 seconds before it is believed. */
const HELD_MS = 31_000

describe('when the clock of the machine is set', () => {
  /** What somebody did to the clock, and how much time passed without anybody waiting for it. */
  let set = 0
  let passed = 0
  const started = Date.now()
  let platform: Platform
  let worker: Worker

  let data: string

  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'mingzheng-clock-'))
    await chmod(data, 0o711)
    const times = {
      clock: { now: () => Date.now() + set + passed },
      elapsed: () => performance.now() + passed,
    }
    platform = await startPlatform({ MINGZHENG_DATA: data }, times)
    worker = await hireWorker(platform)
  })
  after(async () => {
    await platform?.stop()
    await rm(data, { recursive: true, force: true })
  })

  const preserve = async () => (await worker.api.call('preservations.add', { body: { sha256: freshDigest() } })).id
  const stall = (code: string) =>
    until(`the reason ${code}`, async () => {
      const { state, reason } = await platform.anonymous.call('ledger.status')
      return state === 'stalled' && reason?.includes(code)
    })
  const isFixed = async (id: string) =>
    (await worker.api.call('preservations.read', { params: { id }, query: { wait: 2 } })).standing.state === 'witnessed'

  test('forward by a day and back: nothing is fixed meanwhile, nothing carries the wrong time, work goes on by itself', async () => {
    await fixed(worker, await preserve())
    set = DAY_MS
    const id = await preserve()
    await stall('clock-stepped')
    assert.equal(await isFixed(id), false)
    set = 0
    const { receipt } = await fixed(worker, id)
    const { time } = decodeEntry(fromBase64(receipt!.entry))
    assert.ok(Math.abs(time - Date.now() - passed) < 60_000, new Date(time).toISOString())
  })

  test('back by an hour: it is named and waited out; the ledger never goes back in time', async () => {
    const before = await fixed(worker, await preserve())
    set = -3_600_000
    const id = await preserve()
    await stall('clock-')
    passed += HELD_MS
    await stall('clock-behind')
    assert.equal(await isFixed(id), false)
    set = 0
    await stall('clock-stepped')
    passed += HELD_MS
    await until('the clock to be believed', async () => {
      const { state } = await platform.anonymous.call('ledger.status')
      return state === 'ready'
    })
    const after = await fixed(worker, id)
    assert.ok(Date.parse(after.receipt!.time) >= Date.parse(before.receipt!.time))
  })

  test('no timestamp token says a time that was not', async () => {
    await platform.stop()
    const database = await openDatabase({ source: { folder: join(data, 'postgres') } })
    try {
      const { rows } = await sql<{ timestamp: Buffer }>`select timestamp from preservation`.execute(database.system)
      assert.equal(rows.length, 4)
      for (const { timestamp } of rows) {
        const { time } = readTimestamp(timestamp)
        assert.ok(time <= Date.now() + passed && time > started, new Date(time).toISOString())
      }
    } finally {
      await database.close()
    }
  })
})
