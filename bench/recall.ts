/**
 * `recall`: recall and precision of all models on demo markets, through the public command `examine`. The seed is drawn anew in every run
 * (and printed), so that no run is of a market that anybody developed against; `BENCH_SEED` repeats one. `BENCH_SUBJECTS` (44,000) is how
 * many subjects a market has; 1 in 200 breaks each rule. Markets are drawn until a behaviour has enough true cases that are independent of
 * each other and enough subjects. `BENCH_SECTIONS` names some parts only, `BENCH_MARKETS` (30) is the most that are drawn for a part: with 1
 * it is a quick look.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SECTION_NAMES, SECTIONS, type SectionName } from '@mingzheng/demo'
import { examineSection } from './recall/examine-section.ts'
import { type Score, type Share, Tally } from './recall/score.ts'
import type { BenchResult, Figure } from './result/result.ts'

const SUBJECTS = 44_000
const MARKETS = 30
const TODAY = '2026-11-24'
const RECALL = 0.95
const PRECISION = 0.9
const LEAST_TRUE = 200
const LEAST_SUBJECTS = 40_000

export async function run(): Promise<BenchResult> {
  const seed = process.env.BENCH_SEED ?? randomBytes(6).toString('hex')
  const size = Number(process.env.BENCH_SUBJECTS ?? SUBJECTS)
  const markets = Number(process.env.BENCH_MARKETS ?? MARKETS)
  const wanted = process.env.BENCH_SECTIONS?.split(',')
  const sections = SECTION_NAMES.filter((name): name is SectionName => wanted?.includes(name) ?? true)
  process.stderr.write(`seed ${seed}, ${size.toLocaleString('en')} subjects a market\n`)
  const folder = await mkdtemp(join(tmpdir(), 'mingzheng-recall-'))
  const figures: Figure[] = []
  try {
    for (const section of sections) {
      const tallies = SECTIONS[section].map((behaviour) => new Tally(behaviour))
      for (let market = 0; market < markets && !tallies.every(isEnough); market += 1) {
        const options = { seed: market === 0 ? seed : `${seed} ${market}`, size, today: TODAY }
        const examined = await examineSection(section, options, folder)
        for (const tally of tallies) tally.add(market, examined.get(tally.behaviour)!)
      }
      for (const tally of tallies) {
        const score = tally.score()
        print(score)
        figures.push(...figuresOf(score))
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { bench: 'recall', figures }
}

function isEnough(tally: Tally): boolean {
  const { recall, subjects } = tally.score()
  return recall.groups >= LEAST_TRUE && subjects >= LEAST_SUBJECTS
}

function figuresOf({ behaviour, subjects, recall, precision, undecided }: Score): Figure[] {
  const share = (what: string, share: Share, wish: number): Figure => ({
    name: `${behaviour}: ${what} [${share.low.toFixed(3)}, ${share.high.toFixed(3)}]`,
    value: share.value,
    unit: `of ${share.of} in ${share.groups}`,
    reference: null,
    ratio: null,
    target: `>= ${wish}`,
    met: share.value >= wish,
  })
  const enough = (what: string, value: number, least: number): Figure => ({
    name: `${behaviour}: ${what}`,
    value,
    unit: '',
    reference: null,
    ratio: null,
    target: `>= ${least}`,
    met: value >= least,
  })
  const plain = { reference: null, ratio: null, target: null, met: null }
  return [
    share('recall', recall, RECALL),
    share('precision', precision, PRECISION),
    enough('independent true cases', recall.groups, LEAST_TRUE),
    enough('subjects', subjects, LEAST_SUBJECTS),
    { name: `${behaviour}: true ones not decided`, value: undecided.true, unit: `of ${recall.of}`, ...plain },
    { name: `${behaviour}: others not decided`, value: undecided.other, unit: 'subjects', ...plain },
  ]
}

/** For people: figures, and kinds of what went wrong. */
function print({ behaviour, subjects, recall, precision, undecided, missed, wrong }: Score): void {
  const text = ({ hits, of, groups, value, low, high }: Share) =>
    `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] ${hits}/${of}${groups === of ? '' : ` in ${groups}`}`
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
