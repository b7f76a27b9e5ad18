/** What the semantic model is trained on: the parts of the cases that are tuned on, words of claims, and reviews that praise without advertising. */
import { readFileSync } from 'node:fs'
import { type TextCase, textCases } from '../../testing.ts'
import { CLAIM_TERMS } from '../false-propaganda/terms.ts'
import type { WeightsFile } from './semantic.ts'
import { type Sample, train } from './train.ts'

/** Raise it with every change of samples or training. */
const VERSION = 1
/** A word alone says less than a sentence, a review little of how sellers write. */
const WORD_WEIGHT = 0.1
const REVIEW_WEIGHT = 0.2
/** Groups whose words are claims only beside something else. */
const NO_CLAIM_ALONE = /measure|sole|disease|rate|endorsed/
/** What is only the name of the goods, in published cases, is no claim. */
const LONG_TITLE = 14

/** Sentences of buyers: every other one trains, the rest measures. */
export function reviews(): { readonly train: readonly string[]; readonly measure: readonly string[] } {
  const all = readFileSync(new URL('data/reviews.txt', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  return { train: all.filter((_, i) => i % 2 === 0), measure: all.filter((_, i) => i % 2 === 1) }
}

/** The cases that may be trained on. */
export function trainingCases(): TextCase[] {
  return [...textCases('tuning'), ...textCases('gathered-tuning')]
}

/** Samples of cases; honest cases of other behaviours are honest here too. */
export function samplesOf(cases: readonly TextCase[]): Sample[] {
  const own = cases.filter(({ behaviour }) => behaviour === 'false-propaganda')
  const known = new Set(own.map(({ listing }) => listing.title))
  const other = cases.filter(
    ({ behaviour, lead, listing }) => behaviour !== 'false-propaganda' && !lead && !known.has(listing.title),
  )
  return [
    ...[...own, ...other].flatMap(({ lead, listing: { title = '', description = '' } }) =>
      (lead
        ? [description.length < 4 || title.length > LONG_TITLE ? title : '', description]
        : [title, description]
      ).map((text) => ({ text, claim: lead, weight: 1 })),
    ),
    ...reviews().train.map((text) => ({ text, claim: false, weight: REVIEW_WEIGHT })),
    ...CLAIM_TERMS.filter(({ key }) => !NO_CLAIM_ALONE.test(key))
      .flatMap(({ words }) => words)
      .map((text) => ({ text, claim: true, weight: WORD_WEIGHT })),
  ]
}

/** The file that the samples make. */
export function weightsFile(): WeightsFile {
  const weights = train(samplesOf(trainingCases()))
  const bias = weights[weights.length - 1]!
  const own = weights.subarray(0, weights.length - 1)
  const scale = own.reduce((most, one) => Math.max(most, Math.abs(one)), 0) / 127
  const steps = Int8Array.from(own, (one) => Math.round(one / scale))
  return { version: VERSION, bias, scale, weights: Buffer.from(steps.buffer).toString('base64') }
}
