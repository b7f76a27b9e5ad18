import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { seededRandom } from '@mingzheng/kernel/testing'
import { parseSignedCheckpoint } from '@mingzheng/proof'
import { openLedger } from './ledger.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'
import { testItem, testLedgerOptions } from './testing/test-ledger.ts'

async function closedLedger(context: TestContext, count = 300) {
  const folder = temporaryFolder()
  const options = testLedgerOptions(folder)
  const ledger = await openLedger(options)
  const random = seededRandom(context.name)
  const items = Array.from({ length: count }, () => testItem(random))
  await ledger.submit(items)
  await Promise.all(items.map(({ id }) => ledger.wait(id, 'witnessed')))
  const checkpoint = await ledger.checkpoint('sha256')
  await ledger.close()
  return { folder, options, items, checkpoint }
}

function flip(path: string): void {
  const bytes = readFileSync(path)
  bytes[bytes.length >> 1]! ^= 1
  writeFileSync(path, bytes)
}

describe('opening what somebody has changed', () => {
  for (const path of ['tile/0/001.p/45', 'sm3/tile/0/001.p/45', 'tile/1/000.p/1']) {
    test(`a changed ${path} is refused by name`, async (t) => {
      const { folder, options } = await closedLedger(t)
      flip(join(folder, 'log', path))
      await assert.rejects(openLedger(options), { code: 'log-corrupt' })
    })
  }

  for (const path of ['tile/0/001.p/45', 'tile/entries/001.p/45']) {
    test(`a missing ${path} is refused by name`, async (t) => {
      const { folder, options } = await closedLedger(t)
      rmSync(join(folder, 'log', path))
      await assert.rejects(openLedger(options), { code: 'log-corrupt' })
    })
  }

  test('a log set back to an earlier copy does not sign on: it would fork', async (t) => {
    const { folder, options, checkpoint } = await closedLedger(t)
    const newest = readFileSync(join(folder, 'log/checkpoint'))
    assert.equal(parseSignedCheckpoint(newest).checkpoint.size, 301)
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
    const fresh = await openLedger(options)
    await fresh.close()
    writeFileSync(join(folder, 'log/checkpoint'), checkpoint)
    await assert.rejects(openLedger(options), { code: 'log-behind-checkpoint' })
  })

  test('a log that contradicts its own signed checkpoint is refused by name', async (t) => {
    const { options, checkpoint } = await closedLedger(t)
    const other = await closedLedger(t, 400)
    writeFileSync(join(other.folder, 'log/checkpoint'), checkpoint)
    await assert.rejects(openLedger(other.options), { code: 'log-forked' })
    await (await openLedger(options)).close()
  })

  test('a lost look-up index is built again', async (t) => {
    const { folder, options, items } = await closedLedger(t)
    rmSync(join(folder, 'index'), { recursive: true })
    const ledger = await openLedger(options)
    t.after(() => ledger.close())
    const standing = await ledger.standing(items[200]!.id)
    assert.ok(standing?.kind === 'witnessed' && standing.index === 201)
  })

  test('an accepted item that was journalled and not ordered stays so when the journal is damaged at its end only', async (t) => {
    const folder = temporaryFolder()
    const options = testLedgerOptions(folder, { tuning: { gatherMs: 60_000 } })
    const random = seededRandom('damaged')
    const ledger = await openLedger(options)
    const [first, second] = [testItem(random), testItem(random)]
    await ledger.submit([first])
    await ledger.submit([second])
    await ledger.close()
    const [journal] = readdirSync(join(folder, 'gateway'))
    const path = join(folder, 'gateway', journal!)
    const bytes = readFileSync(path)
    bytes[40]! ^= 1
    writeFileSync(path, bytes)
    await assert.rejects(openLedger(options), { code: 'journal-corrupt' })
    bytes[40]! ^= 1
    writeFileSync(path, bytes)
    const again = await openLedger({ ...options, tuning: { gatherMs: 1 } })
    t.after(() => again.close())
    await Promise.all([first, second].map(({ id }) => again.wait(id, 'witnessed')))
  })
})
