import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type AnswerOf, ProblemError } from '@mingzheng/api'
import { type Platform, startPlatform } from '../platform/start-platform.ts'
import { makeSmallDisk, noSmallDisk, type SmallDisk } from './disk.ts'
import { fixed, freshDigest, hireWorker, until, type Worker } from './work.ts'

const impossible = noSmallDisk()
/** Room for a fresh cluster and some segments of its journal. */
const MEGABYTES = 160

describe('when the disk of the database is full', impossible === null ? {} : { skip: impossible }, () => {
  let data: string
  let disk: SmallDisk
  let platform: Platform
  let worker: Worker

  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'mingzheng-full-'))
    await chmod(data, 0o711)
    await mkdir(join(data, 'postgres'))
    disk = await makeSmallDisk(join(data, 'postgres'), MEGABYTES)
    platform = await startPlatform({ MINGZHENG_DATA: data })
    worker = await hireWorker(platform)
  })
  after(async () => {
    await disk?.empty()
    await platform?.stop()
    await disk?.remove()
    await rm(data, { recursive: true, force: true })
  })

  type Acknowledged = AnswerOf<'preservations.addBatch'>['preservations'][number]

  test('it is named with a remedy, nothing acknowledged is lost, and work goes on by itself once there is room', async (t) => {
    const acknowledged: Acknowledged[] = []
    const told = new Map<string, string>()
    const batch = async () => {
      const items = Array.from({ length: 200 }, () => ({ sha256: freshDigest(), title: 'x'.repeat(200) }))
      const { preservations } = await worker.api.call('preservations.addBatch', { body: { items } })
      acknowledged.push(...preservations)
    }
    await batch()
    await disk.fill()
    await until(
      'a refusal for want of room',
      async () => {
        try {
          await batch()
          return false
        } catch (error) {
          assert.ok(error instanceof ProblemError)
          const { status, code, remedy } = error.problem
          told.set(`${status} ${code}`, remedy ?? '')
          // A server that could not extend its journal stops, and is then away until there is room.
          return code === 'database-disk-full' || code === 'database-unavailable'
        }
      },
      120_000,
    )
    t.diagnostic(`${acknowledged.length} acknowledged; told ${JSON.stringify([...told])}`)
    for (const remedy of told.values()) assert.ok(remedy.length > 0)
    const known = acknowledged.length
    await disk.empty()
    await until('work after there is room', async () => {
      await batch()
      return true
    })
    assert.ok(acknowledged.length > known)
    // One item of each batch that was acknowledged, and with the last all of them.
    for (let i = 0; i < acknowledged.length; i += 200) {
      const seen = await fixed(worker, acknowledged[i]!.id)
      assert.equal(seen.number, acknowledged[i]!.number)
    }
    const numbers = acknowledged.map(({ number }) => Number(number.split('-')[3]))
    assert.equal(new Set(numbers).size, numbers.length)
    assert.equal(Math.max(...numbers), numbers.length, 'a number was given and lost')
  })
})
