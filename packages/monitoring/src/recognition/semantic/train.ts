/**
 * Training of the semantic model: logistic regression over hashed runs of characters by stochastic gradients (AdaGrad), with a seed.
 * A text that is a claim has somewhere a few clauses that make it one, and which they are is learnt too: after each round the clauses of
 * it that weigh most stand for it, and of honest texts those that come nearest to a claim.
 */
import { BUCKETS, type Clauses, clausesOf, runsIn } from './features.ts'

export interface Sample {
  readonly text: string
  readonly claim: boolean
  /** How much it counts. */
  readonly weight: number
}

/** Clauses that are weighed together, at most. */
export const MOST_CLAUSES = 3
const ROUNDS = 4
const EPOCHS = 12
const STEP = 0.25
const SHRINK = 0.0004
const SEED = 20_261_125

/** Weights by bucket; the last one is the bias. */
export type Weights = Float64Array

interface Prepared {
  readonly claim: boolean
  readonly weight: number
  /** Every few clauses that stand side by side, each by the buckets of its runs. */
  readonly windows: readonly Uint16Array[]
}

interface Chosen {
  readonly claim: boolean
  readonly weight: number
  readonly window: Uint16Array
}

/** Deterministic for the same samples in the same order. */
export function train(samples: readonly Sample[]): Weights {
  const prepared = samples.map(prepare).filter(({ windows }) => windows.length > 0)
  const weights = new Float64Array(BUCKETS + 1)
  const squares = new Float64Array(BUCKETS + 1).fill(1e-6)
  const random = generator(SEED)
  for (let round = 0; round < ROUNDS; round++) {
    const chosen = prepared.flatMap((one) => choose(one, weights, round))
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      shuffle(chosen, random)
      for (const { claim, weight, window } of chosen) {
        const norm = 1 / Math.sqrt(window.length)
        const error = (probability(logitOf(window, weights)) - (claim ? 1 : 0)) * weight
        for (const bucket of window) {
          const gradient = error * norm + SHRINK * weights[bucket]!
          squares[bucket]! += gradient * gradient
          weights[bucket]! -= (STEP * gradient) / Math.sqrt(squares[bucket]!)
        }
        squares[BUCKETS]! += error * error
        weights[BUCKETS]! -= (STEP * error) / Math.sqrt(squares[BUCKETS]!)
      }
    }
  }
  return weights
}

/** The most that a few clauses of a text come to: a logit; `-Infinity` for a text without any. */
export function logitOfText(text: string, weights: Weights): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...windowsOf(clausesOf(text)).map((window) => logitOf(window, weights)))
}

function prepare({ text, claim, weight }: Sample): Prepared {
  return { claim, weight, windows: windowsOf(clausesOf(text)) }
}

function windowsOf({ units, clauses }: Clauses): Uint16Array[] {
  const runs = clauses.map((clause) => {
    const seen: number[] = []
    runsIn(units, clause, (bucket) => seen.push(bucket))
    return seen
  })
  return runs.flatMap((_, i) =>
    Array.from({ length: Math.min(MOST_CLAUSES, runs.length - i) }, (__, more) =>
      Uint16Array.from(runs.slice(i, i + more + 1).flat()),
    ),
  )
}

/** A claim is first taken whole, later by what weighs most; of an honest text every window is honest, the nearest to a claim counts double. */
function choose({ claim, weight, windows }: Prepared, weights: Weights, round: number): Chosen[] {
  const most = windows.reduce((best, one) => (logitOf(one, weights) > logitOf(best, weights) ? one : best))
  if (claim) {
    const longest = windows.reduce((best, one) => (one.length > best.length ? one : best))
    return [{ claim, weight, window: round === 0 ? longest : most }]
  }
  const each = weight / Math.sqrt(windows.length)
  return [...windows.map((window) => ({ claim, weight: each, window })), { claim, weight, window: most }]
}

function logitOf(window: Uint16Array, weights: Weights): number {
  let sum = 0
  for (const bucket of window) sum += weights[bucket]!
  return sum / Math.sqrt(window.length) + weights[BUCKETS]!
}

function probability(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

function shuffle<T>(all: T[], random: () => number): void {
  for (let i = all.length - 1; i > 0; i--) {
    const j = random() % (i + 1)
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
}

/** xorshift32. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
}
