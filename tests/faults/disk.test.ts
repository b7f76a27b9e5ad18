import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Problem } from '@mingzheng/api'
import { needs } from '../capability.ts'
import { type Platform, startPlatform } from '../platform/start-platform.ts'
import { makeSmallDisk, noSmallDisk, type SmallDisk } from './disk.ts'
import {
  askCapture,
  captureEnd,
  fixed,
  freshDigest,
  hireWorker,
  stepOf,
  until,
  verifiedPackage,
  type Worker,
} from './work.ts'

const impossible = noSmallDisk()

describe(
  'when a disk is full or can be read only',
  impossible === null ? needs('chromium') : { skip: impossible },
  () => {
    let data: string
    let disks: { ledger: SmallDisk; blobs: SmallDisk; work: SmallDisk }
    let platform: Platform
    let worker: Worker

    before(async () => {
      data = await mkdtemp(join(tmpdir(), 'mingzheng-disk-'))
      await chmod(data, 0o711)
      disks = {
        ledger: await makeSmallDisk(join(data, 'ledger'), 48),
        blobs: await makeSmallDisk(join(data, 'blobs'), 48),
        work: await makeSmallDisk(join(data, 'work'), 64),
      }
      platform = await startPlatform({ MINGZHENG_DATA: data })
      worker = await hireWorker(platform)
    })
    afterEach(async () => {
      await disks.blobs.writable()
      for (const disk of Object.values(disks)) await disk.empty()
    })
    after(async () => {
      await platform?.stop()
      for (const disk of Object.values(disks ?? {})) await disk.remove()
      await rm(data, { recursive: true, force: true })
    })

    async function sendFile(): Promise<{ status: number; body: Problem & { id: string } }> {
      const answer = await fetch(`${platform.url}/api/v1/preservations/files`, {
        method: 'POST',
        headers: { authorization: `Bearer ${worker.key}`, 'content-type': 'application/octet-stream' },
        body: new Uint8Array(100_000).fill(7),
      })
      return { status: answer.status, body: (await answer.json()) as Problem & { id: string } }
    }

    test('a ledger without room says so, keeps what was accepted, and fixes it once there is room', async () => {
      await disks.ledger.fill()
      const accepted = []
      for (let i = 0; i < 3; i++) {
        accepted.push((await worker.api.call('preservations.add', { body: { sha256: freshDigest() } })).id)
      }
      const reason = await until('the reason', async () => {
        const status = await platform.anonymous.call('ledger.status')
        return status.state === 'stalled' && status.reason
      })
      assert.match(reason, /storage-full/)
      await pause(1500)
      for (const id of accepted) {
        const seen = await worker.api.call('preservations.read', { params: { id } })
        // What still found room in the journal is fixed; whatever did not waits.
        assert.ok(['accepted', 'witnessed'].includes(seen.standing.state))
      }
      await disks.ledger.empty()
      for (const id of accepted) await fixed(worker, id)
      await until(
        'a ledger that is ready',
        async () => (await platform.anonymous.call('ledger.status')).state === 'ready',
      )
    })

    test('a file that custody has no room for, or cannot write, is refused by name and not half kept', async () => {
      await disks.blobs.fill()
      const full = await sendFile()
      assert.deepEqual([full.status, full.body.code], [507, 'blob-storage-full'])
      await disks.blobs.empty()
      await disks.blobs.readOnly()
      const closed = await sendFile()
      assert.deepEqual([closed.status, closed.body.code], [503, 'blob-storage-read-only'])
      await disks.blobs.writable()
      const good = await sendFile()
      assert.equal(good.status, 202)
      await fixed(worker, good.body.id)
    })

    test('a capture whose package finds no room waits in its step with the reason, and is done once there is room', async () => {
      await disks.blobs.fill()
      const id = await askCapture(worker, platform)
      await until('the step package to wait', async () => {
        const job = await worker.officer.call('captures.read', { params: { id } })
        assert.notEqual(job.state, 'failed', JSON.stringify(job.problem))
        return stepOf(job, 'package').detail?.startsWith('blob-storage-full')
      })
      await disks.blobs.empty()
      const job = await captureEnd(worker, id)
      assert.equal(job.state, 'done')
      const { exitCode } = await verifiedPackage(platform, worker, job.number!, await mkdtemp(join(data, 'check-')))
      assert.equal(exitCode, 0)
    })

    test('a capture whose own folder is full waits and is made once there is room', async () => {
      await disks.work.fill()
      const id = await askCapture(worker, platform)
      await pause(3000)
      const waiting = await worker.officer.call('captures.read', { params: { id } })
      assert.ok(['queued', 'running', 'fixing'].includes(waiting.state), JSON.stringify(waiting.problem))
      await disks.work.empty()
      const job = await captureEnd(worker, id)
      assert.equal(job.state, 'done', JSON.stringify(job.problem))
      assert.equal(job.complete, true, JSON.stringify(job))
    })
  },
)
