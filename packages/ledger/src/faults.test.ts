import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, type TestContext, test } from 'node:test'
import { manualClock } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { decodeEntry, verifyReceipt } from '@mingzheng/proof'
import { openLedger } from './ledger.ts'
import type { LedgerOptions } from './ledger-options.ts'
import { type Fault, type FileOperation, MemoryFiles } from './testing/memory-files.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'
import { testItem, testLedgerOptions } from './testing/test-ledger.ts'

async function opened(context: TestContext, change: Partial<LedgerOptions> = {}) {
  const files = new MemoryFiles()
  const options = testLedgerOptions(temporaryFolder(), { files, ...change })
  const ledger = await openLedger(options)
  context.after(() => ledger.close())
  return { ledger, options, files, random: seededRandom(context.name) }
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.fail(`never: ${what}`)
}

/** Faults on paths below one of the ledger's folders, until switched off. */
function failing(
  files: MemoryFiles,
  part: 'gateway' | 'engine' | 'log',
  operations: readonly FileOperation[],
  fault: Fault,
) {
  files.fault = (operation, path) => (operations.includes(operation) && path.includes(`/${part}/`) ? fault : null)
  return () => {
    files.fault = () => null
  }
}

const WRITES = ['create', 'append', 'sync', 'write', 'rename'] as const

describe('when the disk fails', () => {
  for (const when of ['lost', 'kept'] as const) {
    for (const code of ['storage-full', 'storage-read-only', 'storage-fault'] as const) {
      test(`a gateway that gets ${code} (${when}) accepts nothing, says so, and goes on by itself`, async (t) => {
        const { ledger, files, random } = await opened(t)
        const mend = failing(files, 'gateway', WRITES, { when, code })
        const item = testItem(random)
        await assert.rejects(ledger.submit([item]), { code })
        assert.equal(await ledger.standing(item.id), null)
        assert.equal((await ledger.status()).reason?.code, code)
        mend()
        await until(async () => (await ledger.status()).state === 'ready', 'ready again')
        await ledger.submit([item])
        assert.equal((await ledger.wait(item.id, 'witnessed')).kind, 'witnessed')
      })
    }

    for (const part of ['engine', 'log'] as const) {
      test(`what was accepted waits while the ${part} cannot write (${when}), and is fixed once it can`, async (t) => {
        const { ledger, options, files, random } = await opened(t)
        const mend = failing(files, part, WRITES, { when, code: 'storage-full' })
        const items = Array.from({ length: 300 }, () => testItem(random))
        await ledger.submit(items)
        await until(async () => (await ledger.status()).state === 'stalled', 'stalled')
        assert.equal((await ledger.status()).reason?.code, 'storage-full')
        assert.equal(
          (await ledger.standing(items[0]!.id))?.kind,
          part === 'engine' ? 'accepted' : (await ledger.standing(items[0]!.id))?.kind,
        )
        mend()
        const standings = await Promise.all(items.map(({ id }) => ledger.wait(id, 'witnessed')))
        assert.deepEqual(
          standings.map((standing) => ('index' in standing ? standing.index : -1)),
          items.map((_, i) => i + 1),
        )
        await until(async () => (await ledger.status()).state === 'ready', 'ready again')
        const receipt = await ledger.receipt({ id: items[299]!.id })
        const { policy } = options
        assert.equal(
          verifyReceipt({ entry: receipt.entry, proof: receipt.proof, profile: 'sha256', policy }).verdict,
          'verified',
        )
      })
    }
  }

  test('while the state file cannot be written the reason is named, work goes on, and it is settled by itself', async (t) => {
    const { ledger, options, random } = await opened(t)
    const other = new DatabaseSync(join(options.folder, 'state.sqlite'))
    other.exec('BEGIN IMMEDIATE')
    const item = testItem(random)
    await ledger.submit([item])
    assert.equal((await ledger.wait(item.id, 'witnessed')).kind, 'witnessed')
    await until(async () => (await ledger.status()).reason?.code === 'storage-fault', 'storage-fault')
    other.exec('ROLLBACK')
    other.close()
    await until(async () => (await ledger.status()).state === 'ready', 'ready again')
    await ledger.close()
    const again = await openLedger(options)
    assert.equal((await again.standing(item.id))?.kind, 'witnessed')
    await again.close()
  })

  test('whatever fails and whenever the power goes, nothing accepted is lost, doubled or reordered', async () => {
    const random = seededRandom('power')
    const chance = (n: number) => random(4).reduce((sum, byte) => sum * 256 + byte, 0) % n
    for (let round = 0; round < 8; round++) {
      let files = new MemoryFiles()
      const folder = temporaryFolder()
      const accepted: Uint8Array[] = []
      const indexOf = new Map<number, string>()
      for (let life = 0; life < 5; life++) {
        const options = testLedgerOptions(folder, { files, seed: 'power', tuning: { idleMs: 10, gatherMs: 2 } })
        const ledger = await openLedger(options)
        for (const [number, id] of accepted.entries()) {
          const standing = await ledger.wait(id, 'witnessed')
          assert.ok('index' in standing)
          const text = Buffer.from(id).toString('hex')
          assert.equal(indexOf.get(standing.index) ?? text, text, `life ${life}: item ${number}`)
          indexOf.set(standing.index, text)
        }
        const { size } = await ledger.status()
        const ids = (await ledger.entries(0, size)).map(({ entry }) =>
          Buffer.from(decodeEntry(entry).id).toString('hex'),
        )
        assert.equal(new Set(ids).size, ids.length)
        files.fault = (operation) => {
          if (operation === 'read' || chance(25) > 0) return null
          return { when: chance(2) === 0 ? 'lost' : 'kept', code: 'storage-full' }
        }
        for (let call = 0; call < 10; call++) {
          const items = Array.from({ length: 1 + chance(40) }, () => testItem(random))
          const done = await ledger.submit(items).catch(() => [])
          accepted.push(...done.map(({ id }) => id))
          if (chance(2) === 0) await new Promise((resolve) => setTimeout(resolve, chance(15)))
        }
        const lost = files.crash(chance)
        // The process of this life is gone with the power: from here on nothing that it does has an effect.
        files.fault = () => ({ when: 'lost' })
        await ledger.close()
        files = lost
      }
    }
  })
})

describe('when the clock is wrong', () => {
  const start = Date.UTC(2026, 10, 24)

  test('a clock that is set back stops the ledger by name until it has caught up; nothing gets an earlier time', async (t) => {
    const clock = manualClock(start)
    const { ledger, random } = await opened(t, { clock })
    const [first, second] = [testItem(random), testItem(random)]
    await ledger.submit([first])
    await ledger.wait(first.id, 'witnessed')
    clock.advance(-3_600_000)
    await ledger.submit([second])
    await until(async () => (await ledger.status()).reason?.code === 'clock-behind', 'clock-behind')
    assert.equal((await ledger.standing(second.id))?.kind, 'accepted')
    clock.advance(3_600_001)
    const standing = await ledger.wait(second.id, 'witnessed')
    assert.ok('time' in standing && standing.time === start + 1)
    assert.equal((await ledger.status()).state, 'ready')
  })

  test('a clock that is behind at the start signs nothing until it has caught up', async (t) => {
    const clock = manualClock(start)
    const { ledger, options, random } = await opened(t, { clock })
    const item = testItem(random)
    await ledger.submit([item])
    await ledger.wait(item.id, 'witnessed')
    await ledger.close()
    clock.advance(-60_000)
    const again = await openLedger(options)
    t.after(() => again.close())
    assert.equal((await again.status()).reason?.code, 'clock-behind')
    await assert.rejects(again.checkpoint('sha256'), { code: 'ledger-not-found' })
    clock.advance(60_000)
    await again.wait(item.id, 'witnessed')
    assert.equal((await again.status()).state, 'ready')
  })

  for (const step of [86_400_000, -5000]) {
    test(`a clock that is set by ${step} ms must hold, and its step stands on the ledger`, async (t) => {
      const clock = manualClock(start)
      let even = 0
      const pass = (ms: number) => {
        even += ms
        clock.advance(ms)
      }
      const { ledger, random } = await opened(t, { clock, elapsed: () => even, tuning: { clockHoldMs: 30_000 } })
      pass(60_000)
      clock.advance(step)
      const item = testItem(random)
      await ledger.submit([item])
      await until(async () => (await ledger.status()).reason?.code === 'clock-stepped', 'clock-stepped')
      assert.equal((await ledger.status()).size, 1)
      pass(30_001)
      const standing = await ledger.wait(item.id, 'witnessed')
      assert.ok('index' in standing && standing.index === 2)
      const [note] = await ledger.entries(1, 1)
      const { kind, body } = decodeEntry(note!.entry)
      assert.equal(kind, 'ledger.clock')
      assert.deepEqual(body, { step })
    })
  }

  test('a clock that is set and put right again while it must hold leaves no trace', async (t) => {
    const clock = manualClock(start)
    let even = 0
    const { ledger, random } = await opened(t, { clock, elapsed: () => even })
    clock.advance(3_600_000)
    const item = testItem(random)
    await ledger.submit([item])
    await until(async () => (await ledger.status()).reason?.code === 'clock-stepped', 'clock-stepped')
    clock.advance(-3_600_000 + 500)
    even += 500
    const standing = await ledger.wait(item.id, 'witnessed')
    assert.ok('time' in standing && standing.time === start + 500 && standing.index === 1)
  })
})

describe('when a key does not answer', () => {
  test('entries are ordered, the fault is named, and they are witnessed when the key is back', async (t) => {
    let broken = false
    const base = testLedgerOptions('')
    const member: LedgerOptions['keys']['member'] = {
      publicKey: base.keys.member.publicKey,
      sign: (message) => (broken ? Promise.reject(new Error('token removed')) : base.keys.member.sign(message)),
    }
    const { ledger, random } = await opened(t, { keys: { ...base.keys, member } })
    broken = true
    const item = testItem(random)
    await ledger.submit([item])
    assert.equal((await ledger.wait(item.id, 'ordered')).kind, 'ordered')
    await until(async () => (await ledger.status()).reason?.code === 'signer-fault', 'signer-fault')
    assert.equal((await ledger.standing(item.id))?.kind, 'ordered')
    broken = false
    assert.equal((await ledger.wait(item.id, 'witnessed')).kind, 'witnessed')
    await until(async () => (await ledger.status()).state === 'ready', 'ready again')
  })

  test('a signature that does not hold is not believed', async (t) => {
    let broken = false
    const base = testLedgerOptions('')
    const sm2Member: LedgerOptions['keys']['sm2Member'] = {
      publicKey: base.keys.sm2Member.publicKey,
      sign: async (message) => (broken ? new Uint8Array(64).fill(1) : base.keys.sm2Member.sign(message)),
    }
    const { ledger, random } = await opened(t, { keys: { ...base.keys, sm2Member } })
    broken = true
    const item = testItem(random)
    await ledger.submit([item])
    await until(async () => (await ledger.status()).reason?.code === 'signer-fault', 'signer-fault')
    assert.equal((await ledger.standing(item.id))?.kind, 'ordered')
    broken = false
    await ledger.wait(item.id, 'witnessed')
  })
})
