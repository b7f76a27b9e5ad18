import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Failure } from '@mingzheng/kernel'
import { askRunning, type Claim, claimData, sendOrder } from './claim.ts'

describe('the claim on a data folder', () => {
  let data: string
  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'mz-claim-'))
  })
  after(() => rm(data, { recursive: true }))

  const take = async (): Promise<Claim> => {
    const claim = await claimData(data)
    assert.ok(!('pid' in claim))
    return claim
  }

  test('a second start is told who runs and where', async () => {
    const first = await take()
    first.announce('http://127.0.0.1:8420')
    assert.deepEqual(await claimData(data), { pid: process.pid, url: 'http://127.0.0.1:8420' })
    await first.release()
  })

  test('of many that start at once exactly one gets it', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => claimData(data)))
    const won = results.filter((result): result is Claim => !('pid' in result))
    assert.equal(won.length, 1)
    await won[0]!.release()
  })

  test('what a killed process left behind does not keep the folder', async () => {
    await writeFile(join(data, 'run', 'up.json'), JSON.stringify({ pid: 1, port: 9, token: 'left behind' }))
    assert.equal(await askRunning(data), null)
    await (await take()).release()
  })

  test('of many that find a leftover exactly one takes it over', async () => {
    await writeFile(join(data, 'run', 'up.json'), JSON.stringify({ pid: 1, port: 9, token: 'left behind' }))
    const results = await Promise.all(Array.from({ length: 4 }, () => claimData(data).catch(() => null)))
    const won = results.filter((result): result is Claim => result !== null && !('pid' in result))
    assert.equal(won.length, 1)
    await won[0]!.release()
  })

  test('a torn file does not keep it either', async () => {
    await writeFile(join(data, 'run', 'up.json'), '{"pid":')
    await (await take()).release()
  })

  test('an order is carried out before its sender goes on', async () => {
    const claim = await take()
    let done = ''
    claim.onOrder('backup', async (subject) => {
      done = subject
      return { files: 3 }
    })
    assert.deepEqual(await sendOrder(data, 'backup', '/srv/b & c'), { files: 3 })
    assert.equal(done, '/srv/b & c')
    assert.equal(await sendOrder(data, 'unheard-of', ''), null)
    claim.onOrder('backup', async () => {
      throw new Failure('backup-target-used', 'not empty')
    })
    await assert.rejects(sendOrder(data, 'backup', '/srv/b'), { code: 'backup-target-used' })
    await claim.release()
  })

  test('who does not know the token learns nothing and orders nothing', async () => {
    const claim = await take()
    const { port } = JSON.parse(await readFile(join(data, 'run', 'up.json'), 'utf8')) as { port: number }
    const response = await fetch(`http://127.0.0.1:${port}/`)
    assert.equal(response.status, 403)
    assert.deepEqual(await response.json(), {})
    await claim.release()
  })

  test('nobody runs after it was released', async () => {
    assert.equal(await askRunning(data), null)
    assert.equal(await sendOrder(data, 'backup', ''), null)
  })
})
