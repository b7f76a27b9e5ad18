import assert from 'node:assert/strict'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { ProblemError } from '@mingzheng/api'
import type { Failure } from '@mingzheng/kernel'
import { parsePolicy } from '@mingzheng/proof'
import { readConfiguration } from '@mingzheng/server'
import { needs } from '../capability.ts'
import { type Platform, startPlatform } from '../platform/start-platform.ts'
import { startLoad } from './load.ts'
import { databasePid, descendants, sendSignal } from './server-process.ts'
import { startTimestampService, type TimestampService } from './timestamp-service.ts'
import {
  askCapture,
  captureEnd,
  fixed,
  freshDigest,
  hireWorker,
  isProblem,
  stepOf,
  until,
  verifiedPackage,
  type Worker,
} from './work.ts'

/** How long the database is away; a minute by hand: `FAULTS_OUTAGE_SECONDS=60`. */
const AWAY_MS = Number(process.env.FAULTS_OUTAGE_SECONDS ?? 6) * 1000

describe('when the database or the timestamp authority is away', needs('chromium'), () => {
  let folder: string
  let tsa: TimestampService
  let platform: Platform
  let worker: Worker

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-outage-'))
    tsa = await startTimestampService(folder)
    platform = await startPlatform({ MINGZHENG_TSA: tsa.url, MINGZHENG_TSA_ROOTS: tsa.rootsFile })
    worker = await hireWorker(platform)
  })
  after(async () => {
    await platform?.stop()
    await tsa?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const preserve = () => worker.api.call('preservations.add', { body: { sha256: freshDigest() } })

  test('while the timestamp authority is away captures wait in their step, and go on by themselves', async () => {
    await tsa.leave()
    const id = await askCapture(worker, platform)
    const { id: preservation } = await preserve()
    await until('the step timestamp', async () => {
      const job = await worker.officer.call('captures.read', { params: { id } })
      return stepOf(job, 'timestamp').state === 'started'
    })
    await pause(1500)
    const waiting = await worker.officer.call('captures.read', { params: { id } })
    assert.equal(waiting.state, 'fixing')
    assert.equal(waiting.problem, null)
    const seen = await worker.api.call('preservations.read', { params: { id: preservation } })
    assert.equal(seen.standing.state, 'accepted')
    await tsa.comeBack()
    const job = await captureEnd(worker, id)
    assert.equal(job.state, 'done')
    await fixed(worker, preservation)
    const { report } = await verifiedPackage(platform, worker, job.number!, folder)
    // The authority publishes no revocation list, and the report says so; nothing else may be wrong.
    assert.deepEqual(
      report.checks.filter((check) => check.status === 'failed'),
      [],
    )
    assert.equal(report.checks.find((check) => check.id === 'timestamp')?.status, 'passed')
    assert.ok(tsa.answered >= 2)
  })

  test("the trust policy lists the foreign authority's root beside our own", async () => {
    const bytes = new Uint8Array(await (await fetch(`${platform.url}/api/public/policy.json`)).arrayBuffer())
    assert.equal(parsePolicy(bytes).timestampRoots.length, 2)
  })

  test('a timestamp service without its roots, or with roots that are none, is refused by name', async () => {
    const wrong = (error: Failure) => {
      assert.equal(error.code, 'configuration-wrong')
      assert.equal(error.field, 'MINGZHENG_TSA_ROOTS')
      return true
    }
    assert.throws(() => readConfiguration({ MINGZHENG_DATA: folder, MINGZHENG_TSA: tsa.url }), wrong)
    const rootsFile = join(folder, 'none.pem')
    await writeFile(rootsFile, 'no certificate')
    await assert.rejects(startPlatform({ MINGZHENG_TSA: tsa.url, MINGZHENG_TSA_ROOTS: rootsFile }), wrong)
  })

  test('a database that is killed is started again; what fails meanwhile is named, and a capture goes on', async () => {
    const id = await askCapture(worker, platform)
    await until('the capture to run', async () => {
      const job = await worker.officer.call('captures.read', { params: { id } })
      return job.state === 'running'
    })
    const before = await databasePid(platform.data)
    sendSignal(before!, 'SIGKILL')
    const codes = new Set<string>()
    const accepted: string[] = []
    await until('work after the kill', async () => {
      try {
        accepted.push((await preserve()).id)
      } catch (error) {
        assert.ok(error instanceof ProblemError)
        codes.add(`${error.problem.status} ${error.problem.code}`)
      }
      return (await databasePid(platform.data)) !== before && accepted.length > 0
    })
    assert.deepEqual([...codes], ['503 database-unavailable'])
    for (const one of accepted) await fixed(worker, one)
    const job = await captureEnd(worker, id)
    assert.equal(job.state, 'done')
    assert.equal(job.complete, true)
  })

  test(`a database that is gone for ${AWAY_MS / 1000} seconds is named all the while, loses nothing, and needs no restart`, async (t) => {
    const load = startLoad({ ...worker, page: `${platform.market}/item/1002`, captures: 1, restMs: 300, seed: 'away' })
    load.point(platform.url)
    await until('work before the outage', async () => load.preservations.length > 5 && load.captures.length === 1)
    // Its files are out of reach, so that it cannot be started again at once.
    const cluster = join(platform.data, 'postgres', 'cluster')
    const before = await databasePid(platform.data)
    await rename(cluster, `${cluster}.away`)
    sendSignal(before!, 'SIGKILL')
    const gone = performance.now()
    try {
      await until('a named answer', async () => load.problems.has('database-unavailable'))
      while (performance.now() - gone < AWAY_MS) {
        await assert.rejects(preserve(), (error: unknown) => {
          assert.ok(error instanceof ProblemError)
          assert.deepEqual([error.problem.status, error.problem.code], [503, 'database-unavailable'])
          assert.ok((error.problem.remedy ?? '').length > 0)
          return true
        })
        assert.equal((await platform.anonymous.call('ledger.status')).state, 'ready')
        await pause(1000)
      }
    } finally {
      await rename(`${cluster}.away`, cluster)
    }
    const known = load.preservations.length
    await until('work after the outage', async () => load.preservations.length > known + 5)
    await load.stop()
    t.diagnostic(`${load.preservations.length} acknowledged; problems ${JSON.stringify([...load.problems])}`)
    assert.deepEqual([...load.problems.keys()], ['database-unavailable'])
    assert.equal(load.unanswered(), 0)
    for (const { id, number } of load.preservations) assert.equal((await fixed(worker, id)).number, number)
    const job = await captureEnd(worker, load.captures[0]!)
    assert.deepEqual([job.state, job.problem], ['done', null])
    const { report } = await verifiedPackage(platform, worker, job.number!, folder)
    assert.ok(report.checks.every((check) => check.status !== 'failed'))
  })

  test('a database that is silent gets a named answer in seconds, and everything goes on when it speaks again', async () => {
    const id = await askCapture(worker, platform)
    await until('the capture to run', async () => {
      const job = await worker.officer.call('captures.read', { params: { id } })
      return job.state === 'running'
    })
    const postmaster = (await databasePid(platform.data))!
    const silenced = [postmaster, ...(await descendants(postmaster)).map(({ pid }) => pid)]
    for (const pid of silenced) sendSignal(pid, 'SIGSTOP')
    try {
      const refused = (what: Promise<unknown>) =>
        until('a named answer', () => assert.rejects(what, isProblem('database-unavailable')).then(() => true))
      await refused(preserve())
      await refused(worker.officer.call('evidence.list', { query: {} }))
      const { state } = await platform.anonymous.call('ledger.status')
      assert.equal(state, 'ready')
    } finally {
      for (const pid of silenced) sendSignal(pid, 'SIGCONT')
    }
    const { id: next } = await until('work after the silence', preserve)
    await fixed(worker, next)
    assert.equal((await captureEnd(worker, id)).state, 'done')
  })
})
