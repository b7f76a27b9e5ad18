import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { manualClock } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { actorOf } from '@mingzheng/proof'
import { ContractRuntime } from './contract/runtime.ts'
import { LedgerTime } from './ledger-time.ts'
import { Member } from './member.ts'
import { MemoryFiles } from './testing/memory-files.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'
import { registerContract, TEST_ORIGIN, testItem, testLedgerKeys, testPolicy } from './testing/test-ledger.ts'
import { encodeItem, signBatch } from './transaction.ts'
import { TransactionReader } from './transaction-reader.ts'

const keys = testLedgerKeys('member')
const START = Date.UTC(2026, 10, 24)

test('a block that was executed and never committed is not kept: the engine must give it again', async () => {
  const files = new MemoryFiles()
  const folder = temporaryFolder()
  const open = () =>
    Member.open({
      files,
      folder,
      beginning: { origin: TEST_ORIGIN, policy: testPolicy(keys), actor: actorOf(keys.log.publicKey) },
      runtime: new ContractRuntime([registerContract], () => true),
      reader: new TransactionReader(),
      time: new LedgerTime({ clock: manualClock(START) }),
      committed: () => undefined,
      settled: () => undefined,
      grown: () => undefined,
      stalled: () => undefined,
      retryMs: 5,
      idleMs: 5,
    })
  const random = seededRandom('uncommitted')
  const batch = await signBatch(TEST_ORIGIN, keys.gateway, random(16), [encodeItem(testItem(random))])
  const block = { height: 1, time: START, clockStep: 0, transactions: [batch.bytes] }
  const next = { height: 2, time: START, clockStep: 0, transactions: [] }

  const first = await open()
  await first.finalize(block)
  await first.commit()
  await first.finalize(next)
  // Longer than the pause after which an idle member settles.
  await sleep(50)
  assert.equal(first.settledHeight, 0)
  await first.close()

  const second = await open()
  assert.equal(second.height, 0)
  const hash = await second.finalize(block)
  await second.commit()
  await second.close()

  const third = await open()
  assert.equal(third.height, 1)
  assert.deepEqual(third.info().appHash, hash)
  await third.close()
})
