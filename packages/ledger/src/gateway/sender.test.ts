import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Bytes, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { idKey } from '../id-key.ts'
import { StallBoard } from '../stall-board.ts'
import { Journal } from '../storage/journal.ts'
import { MemoryFiles } from '../testing/memory-files.ts'
import { TEST_ORIGIN, testItem, testLedgerKeys } from '../testing/test-ledger.ts'
import { decodeTransaction, encodeItem } from '../transaction.ts'
import { TransactionReader } from '../transaction-reader.ts'
import type { HeldItem } from './held-item.ts'
import { Sender } from './sender.ts'

/** A sender of batches of one item, before an engine that only keeps what it is given. */
function sending(t: TestContext) {
  const submitted: Bytes[] = []
  let forget = () => {}
  const { journal } = Journal.open(new MemoryFiles(), '/gateway')
  const sender = new Sender({
    chain: TEST_ORIGIN,
    signer: testLedgerKeys('sender').gateway,
    journal,
    reader: new TransactionReader(),
    stalls: new StallBoard(),
    gatherMs: 1,
    batchItems: 1,
    retryMs: 1,
    resendMs: 5,
    engine: {
      start: async () => undefined,
      submit: async (transaction) => void submitted.push(transaction),
      whenForgotten: (listener) => {
        forget = listener
      },
      stalled: () => null,
      stop: async () => undefined,
    },
  })
  t.after(() => sender.close())
  const random = seededRandom('sender')
  const held = (number: number): HeldItem => {
    const item = testItem(random)
    const frame = { number, remaining: 1, height: 0 }
    const state = { durable: Promise.resolve(), accepted: true, done: false, ordered: null, waiters: [] }
    return { item, key: idKey(item.id), bytes: encodeItem(item), number, frame, ...state }
  }
  const places = (transactions = submitted) =>
    transactions.map((bytes) => {
      const { id, batch } = decodeTransaction(bytes)
      return { id: toHex(id), after: batch!.after === null ? null : toHex(batch!.after) }
    })
  const until = async (condition: () => boolean) => {
    while (!condition()) await pause(1)
  }
  return { sender, held, submitted, places, until, forget: () => forget() }
}

describe('batches that are sent one after the other', () => {
  test('name the one that goes before them while it waits, and all go again in their order when the engine has lost them', async (t) => {
    const { sender, held, submitted, places, until, forget } = sending(t)
    const items = [held(0), held(1), held(2)]
    sender.add(items)
    // Some may have been handed over again already.
    await until(() => new Set(submitted).size === 3)
    const sent = [...new Set(submitted)]
    const [first, second, third] = places(sent)
    assert.deepEqual([first!.after, second!.after, third!.after], [null, first!.id, second!.id])
    const before = submitted.length
    forget()
    assert.deepEqual(submitted.slice(before), sent)
    for (const item of items) item.done = true
    const count = submitted.length
    sender.add([held(3)])
    await until(() => submitted.length > count)
    assert.equal(places().at(-1)!.after, null)
  })

  test('name nothing any more when what they named was executed and they were not', async (t) => {
    const { sender, held, submitted, places, until } = sending(t)
    const [first, second] = [held(0), held(1)]
    sender.add([first, second])
    await until(() => new Set(submitted).size === 2)
    const { id } = places([...new Set(submitted)])[1]!
    first.done = true
    await until(() => places().at(-1)!.after === null && places().at(-1)!.id === id)
    second.done = true
  })
})
