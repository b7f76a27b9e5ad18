/**
 * `recall`: recall and precision of all models on the demo market, through the public command `examine`. The market's seed is drawn
 * anew in every run (and printed), so that no run is of a market that anybody developed against; `BENCH_SEED` repeats one.
 * `BENCH_SUBJECTS` (44,000) is how many subjects each behaviour has; 1 in 200 breaks the rule. `BENCH_SECTIONS` names some parts only.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SECTION_NAMES, type SectionName } from '@mingzheng/demo'
import { examineSection } from './recall/examine-section.ts'
import type { Score, Share } from './recall/score.ts'
import type { BenchResult, Figure } from './result/result.ts'

const SUBJECTS = 44_000
const TODAY = '2026-11-24'
const RECALL = 0.95
const PRECISION = 0.9

export async function run(): Promise<BenchResult> {
  const seed = process.env.BENCH_SEED ?? randomBytes(6).toString('hex')
  const size = Number(process.env.BENCH_SUBJECTS ?? SUBJECTS)
  const wanted = process.env.BENCH_SECTIONS?.split(',')
  const sections = SECTION_NAMES.filter((name): name is SectionName => wanted?.includes(name) ?? true)
  process.stderr.write(`seed ${seed}, ${size.toLocaleString('en')} subjects a behaviour\n`)
  const folder = await mkdtemp(join(tmpdir(), 'mingzheng-recall-'))
  const figures: Figure[] = []
  try {
    for (const section of sections) {
      const scores = await examineSection(section, { seed, size, today: TODAY }, folder)
      await rm(join(folder, `${section}.jsonl`))
      for (const score of scores) {
        print(score)
        figures.push(...figuresOf(score))
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { bench: 'recall', figures }
}

function figuresOf({ behaviour, recall, precision, undecided }: Score): Figure[] {
  const share = (what: string, share: Share, wish: number): Figure => ({
    name: `${behaviour}: ${what} [${share.low.toFixed(3)}, ${share.high.toFixed(3)}]`,
    value: share.value,
    unit: `of ${share.of}`,
    reference: null,
    ratio: null,
    target: `>= ${wish}`,
    met: share.value >= wish,
  })
  const plain = { reference: null, ratio: null, target: null, met: null }
  return [
    share('recall', recall, RECALL),
    share('precision', precision, PRECISION),
    { name: `${behaviour}: true ones not decided`, value: undecided.true, unit: `of ${recall.of}`, ...plain },
    { name: `${behaviour}: others not decided`, value: undecided.other, unit: 'subjects', ...plain },
  ]
}

/** For people: figures, and kinds of what went wrong. */
function print({ behaviour, subjects, recall, precision, undecided, missed, wrong }: Score): void {
  const text = ({ hits, of, value, low, high }: Share) =>
    `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] ${hits}/${of}`
  process.stderr.write(
    `${behaviour.padEnd(22)} recall ${text(recall)}  precision ${text(precision)}  not decided ${undecided.true} + ${undecided.other}  of ${subjects.toLocaleString('en')}\n`,
  )
  const lines = [
    ...[...missed]
      .filter(([, [count]]) => count > 0)
      .map(([kind, [count, all]]) => `missed ${count} of ${all}: ${kind}`),
    ...[...wrong].map(([kind, count]) => `wrong ${count}: ${kind}`),
  ]
  for (const line of lines) process.stderr.write(`    ${line}\n`)
}
