/**
 * A small trained model of what advertising the law forbids sounds like: how near the clauses of a text come to published violations. It
 * knows no law and no product; what it says is a sign beside others. Trained by make-weights.ts; docs/models/semantic.md is its card.
 */
import { readFileSync } from 'node:fs'
import type { FieldText } from '../text/texts.ts'
import { BUCKETS, type Clauses, clausesOf, runsIn } from './features.ts'
import { MOST_CLAUSES } from './train.ts'

/** What a text comes nearest to a violation by. */
export interface Meaning {
  readonly field: FieldText
  /** 0 to 1; not calibrated on a market. */
  readonly probability: number
  /** The run of characters that weighed most, in code units of the text. */
  readonly start: number
  readonly end: number
}

/** Shape of `data/weights.json`. */
export interface WeightsFile {
  readonly version: number
  readonly bias: number
  /** Of one step of a weight. */
  readonly scale: number
  /** A signed byte for each bucket, in base64. */
  readonly weights: string
}

/** Shortest run of characters that is shown. */
const SHORTEST_SPAN = 2

let loaded: { readonly version: number; readonly bias: number; readonly weights: Float32Array } | null = null

/** Version of the weights. */
export function semanticVersion(): number {
  return model().version
}

/** Of some texts that which comes nearest to a violation; `null` where none has a clause. */
export function meaningOf(fields: readonly FieldText[]): Meaning | null {
  const { bias, weights } = model()
  let best: { field: FieldText; read: Clauses; logit: number; first: number; last: number } | null = null
  for (const field of fields) {
    const read = clausesOf(field.text)
    const sums: number[] = []
    const counts: number[] = []
    for (const clause of read.clauses) {
      let sum = 0
      let count = 0
      runsIn(read.units, clause, (bucket) => {
        sum += weights[bucket]!
        count++
      })
      sums.push(sum)
      counts.push(count)
    }
    for (let first = 0; first < sums.length; first++) {
      let sum = 0
      let count = 0
      for (let last = first; last < Math.min(sums.length, first + MOST_CLAUSES); last++) {
        sum += sums[last]!
        count += counts[last]!
        const logit = sum / Math.sqrt(count) + bias
        if (best === null || logit > best.logit) best = { field, read, logit, first, last }
      }
    }
  }
  if (best === null) return null
  const { field, read, logit, first, last } = best
  return { field, probability: 1 / (1 + Math.exp(-logit)), ...heaviest(read, first, last, weights) }
}

/** Of some clauses the run of characters with the greatest sum of weights (Kadane), in the original text. */
function heaviest({ units, from, to, clauses }: Clauses, first: number, last: number, weights: Float32Array) {
  const begin = clauses[first]!.start
  const finish = clauses[last]!.end
  const shares = new Float64Array(finish - begin)
  for (const clause of clauses.slice(first, last + 1)) {
    runsIn(units, clause, (bucket, one, other) => {
      const share = weights[bucket]! / (other - one + 1)
      for (let i = one; i <= other; i++) shares[i - begin]! += share
    })
  }
  let [sum, start, best, bestStart, bestEnd] = [0, 0, Number.NEGATIVE_INFINITY, 0, 1]
  for (let i = 0; i < shares.length; i++) {
    if (sum <= 0) {
      sum = 0
      start = i
    }
    sum += shares[i]!
    if (sum > best) [best, bestStart, bestEnd] = [sum, start, i + 1]
  }
  const wide = Math.min(shares.length, Math.max(bestEnd, bestStart + SHORTEST_SPAN))
  return { start: from[begin + bestStart]!, end: to[begin + wide - 1]! }
}

function model() {
  if (loaded !== null) return loaded
  const file: WeightsFile = JSON.parse(readFileSync(new URL('data/weights.json', import.meta.url), 'utf8'))
  const bytes = new Int8Array(Buffer.from(file.weights, 'base64'))
  if (bytes.length !== BUCKETS) throw new Error(`weights.json has ${bytes.length} weights instead of ${BUCKETS}`)
  loaded = { version: file.version, bias: file.bias, weights: Float32Array.from(bytes, (step) => step * file.scale) }
  return loaded
}
