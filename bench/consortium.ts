/**
 * `consortium`: five organisations on one machine, each with its node, its CometBFT and its keys. Items fixed and witnessed by three
 * of five, in both trees, with the embedded ledger and the bare chain (bare-node.ts) of the same run as references. BENCH_SECONDS is
 * how long the load lasts, 300 unless said.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bytes, randomBytes } from '@mingzheng/kernel'
import type { LedgerItem } from '@mingzheng/ledger'
import { readNodeConfiguration } from '../apps/node/src/home/node-configuration.ts'
import { bareChain } from './consortium/bare-chain.ts'
import { type ConsortiumStage, openConsortiumStage } from './consortium/consortium-stage.ts'
import { benchItems, diskUse, load, openBenchLedger } from './ledger/ledger-load.ts'
import { percentile } from './result/percentile.ts'
import type { BenchResult, Figure } from './result/result.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 300)
const BATCH = 1024
const CALLERS = 12
const ALONE = 40
const REFERENCE_ITEMS = 100_000

export async function run(): Promise<BenchResult> {
  const reference = await embedded()
  const bare = await bareChain(Math.max(10, SECONDS / 5))
  const started = performance.now()
  const stage = await openConsortiumStage()
  try {
    await fix(stage, items(1))
    const first = performance.now() - started
    const alone: number[] = []
    for (let i = 0; i < ALONE; i++) alone.push(await fix(stage, items(1)))
    const before = (await stage.ledger.status()).size
    const idle = stage.processor()
    const full = await saturate(stage, SECONDS * 1000)
    const spent = stage.processor()
    const per = (seconds: number) => (seconds / full.done) * 100_000
    const half = await paced(stage, full.rate / 2, (SECONDS * 1000) / 5)
    const members = await agreed(stage)
    const held = (await stage.ledger.status()).size - before
    const figures: Figure[] = [
      {
        name: `fixed and witnessed, ${SECONDS} s`,
        value: full.rate,
        unit: 'items/s',
        reference: { name: 'embedded ledger, one member', value: reference },
        ratio: full.rate / reference,
        target: '>= 6,000 items/s',
        met: full.rate >= 6000,
      },
      {
        name: 'the same against the bare chain',
        value: full.rate,
        unit: 'items/s',
        reference: { name: 'bare chain, four nodes, no checks', value: bare },
        ratio: full.rate / bare,
        target: '>= 0.4',
        met: full.rate >= 0.4 * bare,
      },
      processor('processor of five nodes, 100,000 items', per(spent.nodes - idle.nodes)),
      processor('processor of their engines, 100,000 items', per(spent.engines - idle.engines)),
      latency('accepted to witnessed, alone, p50', percentile(sorted(alone), 0.5), 400),
      latency('accepted to witnessed, alone, p95', percentile(sorted(alone), 0.95), 800),
      latency('accepted to witnessed, half load, p95', percentile(sorted(half), 0.95), 3000),
      latency('founding to first witnessed receipt', first, 30_000),
      {
        name: 'members whose logs agree',
        value: members,
        unit: 'members',
        reference: { name: 'all', value: stage.homes.length },
        ratio: members / stage.homes.length,
        target: 'all',
        met: members === stage.homes.length,
      },
      ...disk(stage, held),
      await maintained(stage, held),
    ]
    return { bench: 'consortium', figures }
  } finally {
    await stage.close()
  }
}

async function embedded(): Promise<number> {
  const bench = await openBenchLedger()
  try {
    return (await load(bench.ledger, benchItems(REFERENCE_ITEMS), 64, 64)).itemsPerSecond
  } finally {
    await bench.close()
    bench.remove()
  }
}

function items(count: number): LedgerItem[] {
  const pool = randomBytes(count * 112)
  return Array.from({ length: count }, (_, i) => {
    const part = (from: number, length: number): Bytes => pool.slice(i * 112 + from, i * 112 + from + length)
    const args = { c: part(16, 32), s: part(48, 32), n: part(80, 32) }
    return { id: part(0, 16), contract: 'evidence', method: 'fix', arguments: args }
  })
}

/** Milliseconds from accepted to witnessed; the last of a batch stands behind all others. */
async function fix({ ledger }: ConsortiumStage, batch: readonly LedgerItem[]): Promise<number> {
  const standings = await ledger.submit(batch)
  const refused = standings.find(({ kind }) => kind === 'refused')
  if (refused !== undefined) throw new Error(`an item was refused: ${JSON.stringify(refused)}`)
  const accepted = performance.now()
  await ledger.wait(batch.at(-1)!.id, 'witnessed', { timeoutMs: 120_000 })
  return performance.now() - accepted
}

async function saturate(stage: ConsortiumStage, ms: number): Promise<{ rate: number; done: number }> {
  const start = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (performance.now() - start < ms) {
        await fix(stage, items(BATCH))
        done += BATCH
      }
    }),
  )
  return { rate: (done / (performance.now() - start)) * 1000, done }
}

/** Latencies of batches that are sent at a steady rate, whether the ones before are done or not. */
async function paced(stage: ConsortiumStage, rate: number, ms: number): Promise<number[]> {
  const size = Math.max(1, Math.round(rate / 10))
  const start = performance.now()
  const under: Promise<number>[] = []
  while (performance.now() - start < ms) {
    under.push(fix(stage, items(size)))
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + under.length * 100 - performance.now())))
  }
  return Promise.all(under)
}

/** How many members hold the regulator's log, at the size that all of them have. */
async function agreed(stage: ConsortiumStage): Promise<number> {
  const { size } = await stage.ledger.status()
  for (let tries = 0; ; tries++) {
    // The regulator's own node has nobody to agree with but the others.
    const same = (await stage.ledger.members(size)).filter(
      ({ at, agrees }) => at?.roots != null && agrees !== false,
    ).length
    if (same === stage.homes.length || tries === 20) return same
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

function disk(stage: ConsortiumStage, held: number): Figure[] {
  const { home } = stage.homes[1]!
  const engine = ['comet', 'engine'].map((name) => join(home, name)).filter((path) => existsSync(path))
  const engineBytes = engine.reduce((sum, path) => sum + diskUse(path), 0)
  const per = (bytes: number) => (bytes / held) * 100_000
  const figure = (name: string, bytes: number, target: string | null, met: boolean | null): Figure => {
    return { name, value: per(bytes) / 2 ** 20, unit: 'MiB', reference: null, ratio: null, target, met }
  }
  const rest = diskUse(home) - engineBytes
  return [
    figure('log and state, 100,000 items of a member', rest, '< 35 MiB', per(rest) < 35 * 2 ** 20),
    figure('engine before maintenance, 100,000 items', engineBytes, null, null),
  ]
}

/** What is left of a member's engine after maintenance, for 100,000 items. */
async function maintained(stage: ConsortiumStage, held: number): Promise<Figure> {
  const { home } = stage.homes[1]!
  const { private: at } = await readNodeConfiguration(home)
  const token = (await readFile(join(home, 'token'), 'utf8')).trim()
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`http://${at.host}:${at.port}/maintain`, { method: 'POST', headers })
  if (!answer.ok) throw new Error(`the maintenance is refused: ${await answer.text()}`)
  const { after } = (await answer.json()) as { after: number }
  const value = ((after / held) * 100_000) / 2 ** 20
  const name = 'engine after maintenance, 100,000 items'
  return { name, value, unit: 'MiB', reference: null, ratio: null, target: '< 5 MiB', met: value < 5 }
}

function latency(name: string, value: number, most: number): Figure {
  return { name, value, unit: 'ms', reference: null, ratio: null, target: `< ${most} ms`, met: value < most }
}

function processor(name: string, value: number): Figure {
  return { name, value, unit: 's', reference: null, ratio: null, target: null, met: null }
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b)
}
