/**
 * `growth-ledger`: fixation at 10^4, 10^5 and 10^6 entries. What a ledger holds already must not slow it down. Every measurement
 * begins with nothing left to write from the loading before it, and is made three times: its middle counts, so that one merge of
 * the index does not decide; processor time is that of all three.
 */
import { benchItems, diskUse, type LoadResult, load, openBenchLedger } from './ledger/ledger-load.ts'
import { percentile } from './result/percentile.ts'
import type { BenchResult, Figure } from './result/result.ts'

const SIZES = [10_000, 100_000, 1_000_000]
const MEASURED = 20_000
const ROUNDS = 3
const CALLERS = 64
const EACH = 64
const STEP = 100_000
const RECEIPTS = 500

interface Stage {
  readonly size: number
  readonly rate: number
  readonly cpu: number
  readonly p95: number
  readonly receipt: number
  readonly reopen: number
}

export async function run(): Promise<BenchResult> {
  const stages: Stage[] = []
  let bench = await openBenchLedger()
  try {
    for (const size of SIZES) {
      for (let missing = size - (await bench.ledger.status()).size; missing > 0; missing -= STEP) {
        await load(bench.ledger, benchItems(Math.min(missing, STEP)), CALLERS, EACH)
      }
      await bench.close()
      bench = await openBenchLedger(bench.folder)
      const rounds: LoadResult[] = []
      for (let i = 0; i < ROUNDS; i++) rounds.push(await load(bench.ledger, benchItems(MEASURED), CALLERS, EACH))
      const middle = rounds.toSorted((a, b) => a.itemsPerSecond - b.itemsPerSecond)[Math.floor(ROUNDS / 2)]!
      const started = performance.now()
      for (let i = 0; i < RECEIPTS; i++) {
        await bench.ledger.receipt({ index: Math.floor((i * (await bench.ledger.status()).witnessedSize) / RECEIPTS) })
      }
      const receipt = (performance.now() - started) / RECEIPTS
      const reopening = performance.now()
      await bench.close()
      bench = await openBenchLedger(bench.folder)
      const reopen = performance.now() - reopening
      stages.push({
        size,
        rate: middle.itemsPerSecond,
        cpu: rounds.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0) / ROUNDS,
        p95: percentile(middle.latencies, 0.95),
        receipt,
        reopen,
      })
    }
    const { size } = await bench.ledger.status()
    await bench.close()
    return { bench: 'growth-ledger', figures: [...figuresOf(stages), disk(diskUse(bench.folder) / size)] }
  } finally {
    await bench.close()
    bench.remove()
  }
}

/** Each figure with that of the smallest ledger of the same run. */
function figuresOf(stages: readonly Stage[]): Figure[] {
  const first = stages[0]!
  const rows = [
    { name: 'items fixed and witnessed', unit: 'items/s', of: (stage: Stage) => stage.rate, least: 0.7 },
    { name: 'processor time an item', unit: 'µs', of: (stage: Stage) => stage.cpu, most: 1.4 },
    { name: 'accepted to witnessed, p95', unit: 'ms', of: (stage: Stage) => stage.p95 },
    { name: 'one receipt', unit: 'ms', of: (stage: Stage) => stage.receipt },
    { name: 'closing and opening', unit: 'ms', of: (stage: Stage) => stage.reopen },
  ]
  return rows.flatMap(({ name, unit, of, least, most }) =>
    stages.map((stage): Figure => {
      const ratio = of(stage) / of(first)
      const limit = least ?? most
      return {
        name: `${name}, at ${stage.size.toLocaleString('en')} entries`,
        value: of(stage),
        unit,
        reference: { name: `at ${first.size.toLocaleString('en')} entries`, value: of(first) },
        ratio,
        target: limit === undefined ? null : `${least === undefined ? '<=' : '>='} ${limit} of the first`,
        met: least !== undefined ? ratio >= least : most !== undefined ? ratio <= most : null,
      }
    }),
  )
}

function disk(value: number): Figure {
  const target = '< 350 bytes'
  return { name: 'disk an entry', value, unit: 'bytes', reference: null, ratio: null, target, met: value < 350 }
}
