/** A ledger under load, for the benches: many callers at the same time, each waiting until its items are witnessed. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bytes, randomBytes, systemClock } from '@mingzheng/kernel'
import { type Contract, contractMethod, type Ledger, type LedgerItem, openLedger } from '@mingzheng/ledger'
import { allowAll, TEST_ORIGIN, testLedgerKeys, testPolicy } from '@mingzheng/ledger/testing'
import { z } from 'zod'

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length)

/** As `evidence.fix`, with 16 bytes more: an id, three digests and those make the 128 bytes of an item. */
const benchContract: Contract = {
  name: 'bench',
  version: 1,
  methods: {
    fix: contractMethod({
      schema: z.strictObject({ c: bytesOf(32), s: bytesOf(32), n: bytesOf(32), x: bytesOf(16) }),
      permission: 'bench.fix',
      apply: (_state, body) => ({ entry: { kind: 'bench.fix', body } }),
    }),
  },
}

export interface BenchLedger {
  readonly ledger: Ledger
  readonly folder: string
  close(): Promise<void>
  remove(): void
}

/** A ledger with the defaults, in a folder of its own or in the one of a bench before. */
export async function openBenchLedger(folder = newFolder()): Promise<BenchLedger> {
  const keys = testLedgerKeys('bench')
  const ledger = await openLedger({
    folder,
    origin: TEST_ORIGIN,
    keys,
    policy: testPolicy(keys),
    contracts: [benchContract],
    authorise: allowAll,
    clock: systemClock,
  })
  return {
    ledger,
    folder,
    close: () => ledger.close(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Items made before the measurement begins. */
export function benchItems(count: number): LedgerItem[] {
  const pool = randomBytes(count * 128)
  return Array.from({ length: count }, (_, i) => {
    const part = (from: number, length: number): Bytes => pool.slice(i * 128 + from, i * 128 + from + length)
    return {
      id: part(0, 16),
      contract: 'bench',
      method: 'fix',
      arguments: { c: part(16, 32), s: part(48, 32), n: part(80, 32), x: part(112, 16) },
    }
  })
}

export interface LoadResult {
  readonly itemsPerSecond: number
  /** Accepted to witnessed, milliseconds, ascending. */
  readonly latencies: readonly number[]
  /** Processor time of the whole process for one item, microseconds. */
  readonly cpuMicroseconds: number
}

/** `callers` send `each` items at a time, and the next when those are witnessed. */
export async function load(
  ledger: Ledger,
  items: readonly LedgerItem[],
  callers: number,
  each: number,
): Promise<LoadResult> {
  const latencies: number[] = []
  let next = 0
  const start = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (;;) {
        const mine = items.slice(next, next + each)
        if (mine.length === 0) return
        next += each
        await ledger.submit(mine)
        const accepted = performance.now()
        await Promise.all(mine.map(({ id }) => ledger.wait(id, 'witnessed')))
        latencies.push(performance.now() - accepted)
      }
    }),
  )
  const { user, system } = process.cpuUsage(cpu)
  return {
    itemsPerSecond: (items.length / (performance.now() - start)) * 1000,
    latencies: latencies.sort((a, b) => a - b),
    cpuMicroseconds: (user + system) / items.length,
  }
}

/** Bytes that a folder takes on its disk. */
export function diskUse(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
    const { blocks, size } = statSync(join(folder, name))
    return sum + (blocks === undefined ? size : blocks * 512)
  }, 0)
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mingzheng-bench-'))
}
