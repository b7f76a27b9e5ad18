import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createClient } from '@mingzheng/api'
import { fromBase64 } from '@mingzheng/kernel'
import { parsePolicy, verifyReceipt } from '@mingzheng/proof'
import { type Platform, startPlatform } from '../platform/start-platform.ts'
import { type FailingDisk, makeFailingDisk, noFailingDisk } from './disk.ts'
import { fixed, freshDigest, hireWorker, until, type Worker } from './work.ts'

const impossible = await noFailingDisk()

describe(
  'when the disk of the ledger fails in the middle of work',
  impossible === null ? {} : { skip: impossible },
  () => {
    let data: string
    let disk: FailingDisk
    let platform: Platform
    let worker: Worker

    before(async () => {
      data = await mkdtemp(join(tmpdir(), 'mingzheng-failing-'))
      await chmod(data, 0o711)
      disk = await makeFailingDisk(join(data, 'ledger'), join(data, 'ledger.ext4'), 64)
      platform = await startPlatform({ MINGZHENG_DATA: data })
      worker = await hireWorker(platform)
    })
    after(async () => {
      await platform?.stop()
      await disk?.remove()
      await rm(data, { recursive: true, force: true })
    })

    const stalled = () =>
      until('the reason', async () => {
        const { state, reason } = await platform.anonymous.call('ledger.status')
        return state === 'stalled' && reason
      })
    const preserve = async () => (await worker.api.call('preservations.add', { body: { sha256: freshDigest() } })).id

    test('it is named, the rest of the house goes on, and what was accepted is fixed when the disk is mended', async () => {
      const before = await fixed(worker, await preserve())
      await disk.fail()
      const accepted = [await preserve(), await preserve()]
      assert.match(await stalled(), /storage-(read-only|fault)/)
      accepted.push(await preserve())
      const waiting = await worker.api.call('preservations.read', { params: { id: accepted[0]! }, query: { wait: 1 } })
      assert.equal(waiting.standing.state, 'accepted')
      // What stands on the ledger is read all the while, its receipt too.
      const read = await worker.api.call('preservations.read', { params: { id: before.id } })
      assert.equal(read.receipt?.index, before.receipt?.index)

      await platform.stop()
      platform = await startPlatform({ MINGZHENG_DATA: data })
      assert.match(await stalled(), /storage-(read-only|fault)/)
      await platform.stop()
      await disk.mend()
      platform = await startPlatform({ MINGZHENG_DATA: data })
      worker = { ...worker, api: createClient(platform.url, fetch, { authorization: `Bearer ${worker.key}` }) }
      const bytes = new Uint8Array(await (await fetch(`${platform.url}/api/public/policy.json`)).arrayBuffer())
      for (const id of accepted) {
        const { receipt } = await fixed(worker, id)
        const asked = { entry: fromBase64(receipt!.entry), proof: receipt!.proof, policy: parsePolicy(bytes) }
        assert.equal(verifyReceipt({ ...asked, profile: 'sha256' }).quorumMet, true)
      }
      const after = await fixed(worker, before.id)
      assert.equal(after.receipt?.index, before.receipt?.index)
    })
  },
)
