import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { needs } from '../capability.ts'
import { type Platform, startPlatform } from '../platform/start-platform.ts'
import { startTimestampService, type TimestampService } from './timestamp-service.ts'
import { askCapture, captureEnd, hireWorker, isProblem, until, verifiedPackage, type Worker } from './work.ts'

describe('when the place of a package in custody is taken by other bytes', needs('chromium'), () => {
  let folder: string
  let tsa: TimestampService
  let platform: Platform
  let worker: Worker

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-taken-'))
    tsa = await startTimestampService(folder)
    platform = await startPlatform({ MINGZHENG_TSA: tsa.url, MINGZHENG_TSA_ROOTS: tsa.rootsFile })
    worker = await hireWorker(platform)
  })
  after(async () => {
    await platform?.stop()
    await tsa?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const inState = async (state: 'fixing' | 'failed' | 'fixed') =>
    (await worker.officer.call('evidence.list', { query: { state } })).rows.map(({ number }) => number)

  test('the evidence is kept as failed, with the reason, and fixed when somebody asks again', async () => {
    await tsa.leave()
    const id = await askCapture(worker, platform)
    const number = await until('the number', async () => (await inState('fixing'))[0])
    const [, province, year] = number.split('-')
    const place = join(platform.data, 'blobs', 'blobs', 'packages', province!, year!, number, 'e1.zip')
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, 'not the package')
    await tsa.comeBack()
    const job = await captureEnd(worker, id)
    assert.deepEqual([job.state, job.problem?.code], ['failed', 'blob-exists'])
    const params = { number }
    const kept = await worker.officer.call('evidence.read', { params })
    assert.deepEqual([kept.state, kept.problem?.code], ['failed', 'blob-exists'])
    assert.deepEqual([await inState('failed'), await inState('fixing'), await inState('fixed')], [[number], [], []])
    const { events } = await worker.officer.call('evidence.timeline', { params })
    assert.ok(events.some(({ kind, detail }) => kind === 'failed' && detail.startsWith('blob-exists')))

    await rm(place)
    const again = await worker.officer.call('evidence.fixAgain', { params })
    assert.deepEqual([again.state, again.problem], ['fixing', null])
    await assert.rejects(worker.officer.call('evidence.fixAgain', { params }), isProblem('not-failed'))
    const done = await captureEnd(worker, id)
    assert.deepEqual([done.state, done.number], ['done', number])
    assert.deepEqual([await inState('failed'), await inState('fixed')], [[], [number]])
    const { report } = await verifiedPackage(platform, worker, number, folder)
    assert.deepEqual(
      report.checks.filter(({ status }) => status === 'failed'),
      [],
    )
  })

  test('whoever may not see the evidence cannot ask for it', async () => {
    const params = { number: 'MZ-330000-2026-00000009-0000000000000000' }
    await assert.rejects(worker.officer.call('evidence.fixAgain', { params }), isProblem('not-found'))
  })
})
