/**
 * `recognition`: recall and precision of the models that read texts, on cases that were written before their rules and kept apart, and on
 * texts that nobody here wrote.
 */
import { accuracyOf, type CasePart, type Share, textCases } from '@mingzheng/monitoring/testing'
import type { BenchResult, Figure } from './result/result.ts'

const BEHAVIOURS = ['banned-goods', 'false-propaganda', 'ip-infringement'] as const
/** The day whose law is asked. */
const DAY = '2026-11-24'

export async function run(): Promise<BenchResult> {
  return {
    bench: 'recognition',
    figures: [
      ...figuresOf('held-out', ''),
      ...figuresOf('published', ', published texts'),
      ...figuresOf('gathered-held-out', ', more published texts'),
    ],
  }
}

function figuresOf(part: CasePart, where: string): Figure[] {
  const cases = textCases(part)
  const asked = BEHAVIOURS.filter((behaviour) => cases.some((one) => one.behaviour === behaviour))
  return asked.flatMap((behaviour) => {
    const { recall, precision, specificity } = accuracyOf(behaviour, cases, DAY)
    const positives = recall.of > 0
    return [
      ...(positives ? [figure(`${behaviour}: recall${where}`, recall, 0.95)] : []),
      ...(positives ? [figure(`${behaviour}: precision${where}`, precision, 0.9)] : []),
      figure(`${behaviour}: honest ones left alone${where}`, specificity, null),
    ]
  })
}

function figure(name: string, { hits, of, value, low, high }: Share, least: number | null): Figure {
  return {
    name,
    value,
    unit: `(${hits}/${of}, ${low.toFixed(2)}-${high.toFixed(2)})`,
    reference: null,
    ratio: null,
    target: least === null ? null : `>= ${least}`,
    met: least === null ? null : value >= least,
  }
}
