/**
 * `fixation`: 200,000 items of 128 bytes through the gateway and the embedded ledger, durable and with receipt, in both
 * trees; one item alone; the disk that they take. The reference is the bare SHA-256 and SM3 of the same items.
 */
import { digestPair, equalBytes, randomBytes } from '@mingzheng/kernel'
import type { Ledger, LedgerItem } from '@mingzheng/ledger'
import { createReceiptVerifier, decodeEntry } from '@mingzheng/proof'
import { type BenchLedger, benchItems, diskUse, load, openBenchLedger } from './ledger/ledger-load.ts'
import { percentile } from './result/percentile.ts'
import type { BenchResult, Figure } from './result/result.ts'

const ITEMS = 200_000
/** 4,096 items under way. */
const CALLERS = 64
const EACH = 64
const ALONE = 60
const RECEIPTS = 2000

export async function run(): Promise<BenchResult> {
  const bench = await openBenchLedger()
  try {
    // The first batches are slower than all later ones: code is compiled.
    await load(bench.ledger, benchItems(20_000), CALLERS, EACH)
    const items = benchItems(ITEMS)
    const loaded = await load(bench.ledger, items, CALLERS, EACH)
    const { rate: bare, cpu: bareCpu } = bareHashes(items)
    const figure = (name: string, value: number, unit: string, target: string | null, met: boolean | null): Figure => ({
      name,
      value,
      unit,
      reference: null,
      ratio: null,
      target,
      met,
    })
    const p95 = percentile(loaded.latencies, 0.95)
    const receipts = await checkedReceipts(bench.ledger, items)
    const alone = await aloneLatencies(bench.ledger)
    const aloneP95 = percentile(alone, 0.95)
    const disk = await diskPerItem(bench)
    const rate = loaded.itemsPerSecond
    return {
      bench: 'fixation',
      figures: [
        {
          name: 'fixed and witnessed',
          value: rate,
          unit: 'items/s',
          reference: { name: 'bare SHA-256 + SM3 of the items', value: bare },
          ratio: rate / bare,
          target: '>= 30,000 items/s',
          met: rate >= 30_000,
        },
        {
          // On a machine that does other things as well this says more than the rate.
          name: 'processor time an item',
          value: loaded.cpuMicroseconds,
          unit: 'µs',
          reference: { name: 'bare SHA-256 + SM3 of an item', value: bareCpu },
          ratio: loaded.cpuMicroseconds / bareCpu,
          target: null,
          met: null,
        },
        figure('accepted to witnessed under load, p50', percentile(loaded.latencies, 0.5), 'ms', null, null),
        figure('accepted to witnessed under load, p95', p95, 'ms', '< 500 ms', p95 < 500),
        figure('accepted to witnessed alone, p50', percentile(alone, 0.5), 'ms', null, null),
        figure('accepted to witnessed alone, p95', aloneP95, 'ms', '< 300 ms', aloneP95 < 300),
        figure('receipts made, both trees', receipts, 'receipts/s', null, null),
        figure('disk an item', disk, 'bytes', '< 350 bytes', disk < 350),
      ],
    }
  } finally {
    await bench.close()
    bench.remove()
  }
}

/** Items a second whose bytes are hashed twice and nothing else, and the processor time of one in microseconds. */
function bareHashes(items: readonly LedgerItem[]): { rate: number; cpu: number } {
  const data = items.map(() => randomBytes(128))
  const start = performance.now()
  const before = process.cpuUsage()
  for (const bytes of data) digestPair(bytes)
  const { user, system } = process.cpuUsage(before)
  return { rate: (items.length / (performance.now() - start)) * 1000, cpu: (user + system) / items.length }
}

async function aloneLatencies(ledger: Ledger): Promise<number[]> {
  const latencies: number[] = []
  for (const item of benchItems(ALONE)) {
    await ledger.submit([item])
    const accepted = performance.now()
    await ledger.wait(item.id, 'witnessed')
    latencies.push(performance.now() - accepted)
  }
  return latencies.sort((a, b) => a - b)
}

/** Receipts a second, of items from all over the log; each is verified afterwards. */
async function checkedReceipts(ledger: Ledger, items: readonly LedgerItem[]): Promise<number> {
  const chosen = items.filter((_, i) => i % (ITEMS / RECEIPTS) === 0)
  const start = performance.now()
  const receipts = await Promise.all(chosen.map(({ id }) => ledger.receipt({ id })))
  const rate = (chosen.length / (performance.now() - start)) * 1000
  const verifier = createReceiptVerifier(ledger.policy)
  for (const [i, { entry, proof, proofSm3 }] of receipts.entries()) {
    const verdicts = [
      verifier.verify({ entry, proof, profile: 'sha256' }).verdict,
      verifier.verify({ entry, proof: proofSm3, profile: 'sm3' }).verdict,
    ]
    if (verdicts.includes('failed') || !equalBytes(decodeEntry(entry).id, chosen[i]!.id)) {
      throw new Error(`the receipt of item ${i} does not verify`)
    }
  }
  return rate
}

async function diskPerItem({ ledger, folder, close }: BenchLedger): Promise<number> {
  const { size } = await ledger.status()
  await close()
  return diskUse(folder) / size
}
