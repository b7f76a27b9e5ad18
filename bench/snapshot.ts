/**
 * `snapshot`: a new member takes over a log of 1,000,000 entries with 100,000 pairs of state from another's snapshot, every chunk
 * judged, beside executing the same entries. In one process, without the network; BENCH_ENTRIES sets another size.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bytes, randomBytes, systemClock, toHex } from '@mingzheng/kernel'
import { registerContract, TEST_ORIGIN, testLedgerKeys, testPolicy } from '@mingzheng/ledger/testing'
import { actorOf } from '@mingzheng/proof'
import { ContractRuntime } from '../packages/ledger/src/contract/runtime.ts'
import { LedgerTime } from '../packages/ledger/src/ledger-time.ts'
import { Member } from '../packages/ledger/src/member.ts'
import { openDiskFiles } from '../packages/ledger/src/storage/ledger-files.ts'
import { encodeItem, signBatch } from '../packages/ledger/src/transaction.ts'
import { TransactionReader } from '../packages/ledger/src/transaction-reader.ts'
import type { BenchResult, Figure } from './result/result.ts'

const ENTRIES = Number(process.env.BENCH_ENTRIES ?? 1_000_000)
const BATCH = 1000
/** Every tenth item writes state. */
const WRITES = 10
const MOST_SECONDS = 120

export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'mingzheng-snapshot-'))
  const files = openDiskFiles()
  const founded = systemClock.now()
  const keys = testLedgerKeys('bench')
  const open = (name: string) =>
    Member.open({
      files,
      folder: join(folder, name),
      beginning: {
        origin: TEST_ORIGIN,
        policy: testPolicy(keys),
        actor: actorOf(keys.log.publicKey),
        founding: { time: founded, digest: new Uint8Array(32) },
      },
      runtime: new ContractRuntime([registerContract], () => true),
      reader: new TransactionReader(),
      time: new LedgerTime({ clock: systemClock }),
      committed: () => undefined,
      settled: () => undefined,
      grown: () => undefined,
      stalled: () => undefined,
      retryMs: 500,
      idleMs: 60_000,
    })
  for (const name of ['giver', 'taker']) mkdirSync(join(folder, name))
  try {
    const giver = await open('giver')
    let executing = 0
    for (let height = 1; height * BATCH <= ENTRIES; height++) {
      const bytes = await batch()
      const started = performance.now()
      await giver.finalize({ height, time: founded, clockStep: 0, transactions: [bytes] })
      await giver.commit()
      executing += performance.now() - started
    }
    const taking = performance.now()
    const height = await giver.takeSnapshot()
    const took = performance.now() - taking
    const [snapshot] = await giver.snapshots.list()
    const taker = await open('taker')
    let largest = 0
    let bytes = 0
    let memory = 0
    const started = performance.now()
    const answer = await taker.snapshots.offer(snapshot!, giver.info().appHash)
    if (answer !== 'accept') throw new Error(`the snapshot was not taken: ${answer}`)
    for (let i = 0; i < snapshot!.chunks; i++) {
      const chunk = (await giver.snapshots.load(height, snapshot!.format, i))!
      largest = Math.max(largest, chunk.length)
      bytes += chunk.length
      if ((await taker.snapshots.apply(i, chunk)) !== 'accept') throw new Error(`chunk ${i} was not taken`)
      memory = Math.max(memory, process.memoryUsage().rss)
    }
    const seconds = (performance.now() - started) / 1000
    if (toHex(taker.info().appHash) !== toHex(giver.info().appHash)) throw new Error('the members differ')
    await taker.close()
    await giver.close()
    const reference = { name: 'executing the same blocks', value: executing / 1000 }
    const plain = (name: string, value: number, unit: string): Figure => ({
      name,
      value,
      unit,
      reference: null,
      ratio: null,
      target: null,
      met: null,
    })
    return {
      bench: 'snapshot',
      figures: [
        {
          name: `taking over ${ENTRIES.toLocaleString('en')} entries`,
          value: seconds,
          unit: 's',
          reference,
          ratio: seconds / reference.value,
          target: `< ${MOST_SECONDS} s`,
          met: seconds < MOST_SECONDS,
        },
        plain('making the snapshot', took / 1000, 's'),
        plain('chunks', snapshot!.chunks, ''),
        plain('largest chunk', largest / 2 ** 20, 'MiB'),
        plain('all chunks', bytes / 2 ** 20, 'MiB'),
        plain('most memory of both members', memory / 2 ** 20, 'MiB'),
      ],
    }
  } finally {
    await files.close()
    rmSync(folder, { recursive: true, force: true })
  }

  async function batch(): Promise<Bytes> {
    const items = Array.from({ length: BATCH }, (_, i) => {
      const id = randomBytes(16)
      if (i % WRITES === 0) return { id, contract: 'register', method: 'once', arguments: { name: toHex(id) } }
      const args = { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) }
      return { id, contract: 'register', method: 'fix', arguments: args }
    })
    return (await signBatch(TEST_ORIGIN, keys.gateway, randomBytes(16), items.map(encodeItem))).bytes
  }
}
