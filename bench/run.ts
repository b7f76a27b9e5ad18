/** Runs one bench: `node bench/run.ts NAME [--json] [--minutes N]`. The last line with `--json` is one JSON object. */
import { parseArgs } from 'node:util'
import type { BenchOptions, BenchResult } from './result/result.ts'

const options = { json: { type: 'boolean' }, minutes: { type: 'string' } } as const
const { values, positionals } = parseArgs({ options, allowPositionals: true })
const [name = ''] = positionals
if (!/^[a-z][a-z-]*$/.test(name)) throw new Error(`not the name of a bench: ${name}`)
const module = (await import(`./${name}.ts`)) as { run(options: BenchOptions): Promise<BenchResult> }
const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
if (minutes !== undefined && !(minutes > 0)) throw new Error(`not a number of minutes: ${values.minutes}`)
const result = await module.run({ minutes })
for (const figure of result.figures) {
  const value = `${round(figure.value)} ${figure.unit}`
  const reference = figure.reference === null ? '' : `  ${figure.reference.name}: ${round(figure.reference.value)}`
  const ratio = figure.ratio === null ? '' : `  ratio ${round(figure.ratio)}`
  const met = figure.met === null ? '' : figure.met ? '  met' : '  NOT MET'
  process.stderr.write(`${figure.name.padEnd(40)} ${value.padStart(22)}${reference}${ratio}`)
  process.stderr.write(`${figure.target === null ? '' : `  target ${figure.target}`}${met}\n`)
}
if (values.json === true) process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(result.figures.some(({ met }) => met === false) ? 1 : 0)

function round(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4)))
}
