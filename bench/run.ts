/** Runs one bench: `node bench/run.ts NAME [--json]`. The last line with `--json` is one JSON object. */
import { parseArgs } from 'node:util'
import type { BenchResult } from './result/result.ts'

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true })
const [name = ''] = positionals
if (!/^[a-z][a-z-]*$/.test(name)) throw new Error(`not the name of a bench: ${name}`)
const module = (await import(`./${name}.ts`)) as { run(): Promise<BenchResult> }
const result = await module.run()
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
