/**
 * `growth`: fixation and the evidence list at 10^4, 10^5 and 10^6 rows, as one table. Runs the benches of each, every one in a
 * process of its own. A figure grows no more than logarithmically when at a hundred times the rows it is at most three times
 * the first; what takes less than 20 ms is left to noise.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { BenchResult, Figure } from './result/result.ts'

const SIZES = [10_000, 100_000, 1_000_000]
const MOST_GROWTH = 3
const NOISE_MS = 20

interface Row {
  readonly name: string
  readonly unit: string
  readonly values: readonly number[]
}

export async function run(): Promise<BenchResult> {
  const ledger = ledgerRows(await bench('growth-ledger', {}))
  const lists: BenchResult[] = []
  for (const size of SIZES) lists.push(await bench('list', { BENCH_ROWS: String(size) }))
  const rows = [...ledger, ...listRows(lists)]
  print(rows)
  return { bench: 'growth', figures: rows.map(figureOf) }
}

/** A row for each figure that the ledger's bench gives at every size. */
function ledgerRows({ figures }: BenchResult): Row[] {
  const rows = new Map<string, { unit: string; values: number[] }>()
  for (const { name, unit, value } of figures) {
    const match = /^(.*), at [\d,]+ entries$/.exec(name)
    if (match === null) continue
    const row = rows.get(match[1]!) ?? { unit, values: [] }
    row.values.push(value)
    rows.set(match[1]!, row)
  }
  return [...rows].map(([name, row]) => ({ name: `ledger: ${name}`, ...row }))
}

function listRows(lists: readonly BenchResult[]): Row[] {
  return lists[0]!.figures.map(({ name, unit }) => ({
    name: `list: ${name}`,
    unit,
    values: lists.map(({ figures }) => figures.find((figure) => figure.name === name)?.value ?? Number.NaN),
  }))
}

function figureOf({ name, unit, values }: Row): Figure {
  const [first, last] = [values[0]!, values.at(-1)!]
  const ratio = last / first
  // More items a second are better, more of anything else is worse.
  const growth = unit.endsWith('/s') ? 1 / ratio : ratio
  return {
    name: `${name}, at ${SIZES.at(-1)!.toLocaleString('en')}`,
    value: last,
    unit,
    reference: { name: `at ${SIZES[0]!.toLocaleString('en')}`, value: first },
    ratio,
    target: `no more than ${MOST_GROWTH} times worse at 100 times the rows`,
    met: growth <= MOST_GROWTH || (unit.startsWith('ms') && last < NOISE_MS),
  }
}

function print(rows: readonly Row[]): void {
  const cells = (values: readonly string[]) => values.map((value) => value.padStart(12)).join('')
  const line = (name: string, values: readonly string[], unit: string) =>
    process.stderr.write(`${name.padEnd(44)}${cells(values)}  ${unit}\n`)
  line(
    'rows',
    SIZES.map((size) => size.toLocaleString('en')),
    '',
  )
  for (const { name, values, unit } of rows) {
    line(
      name,
      values.map((value) => (value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3))),
      unit,
    )
  }
}

/** The result of another bench, run beside this one. It exits with 1 when it misses a target of its own. */
async function bench(name: string, variables: NodeJS.ProcessEnv): Promise<BenchResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), name, '--json'], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString()
  })
  await new Promise((done) => child.once('close', done))
  const last = output.trim().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`the bench ${name} gave no result`)
  return JSON.parse(last) as BenchResult
}
