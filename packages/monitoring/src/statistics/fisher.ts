/** Fisher's exact test of a two-by-two table (Fisher 1922, 1935), conditional on its margins. */
import { logChoose } from './log-factorial.ts'

/** `[[a, b], [c, d]]` as four counts. */
export interface TwoByTwo {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
}

/** Probability of a table with at least as many in `a`, were rows and columns independent. */
export function fisherGreater({ a, b, c, d }: TwoByTwo): number {
  const row = a + b
  const column = a + c
  const all = a + b + c + d
  const rest = logChoose(all, column)
  let sum = 0
  for (let k = Math.min(row, column); k >= a; k--) {
    sum += Math.exp(logChoose(row, k) + logChoose(all - row, column - k) - rest)
  }
  return Math.min(1, sum)
}

/** Odds ratio of the sample; with Haldane's half added to every cell where one is empty. */
export function oddsRatio({ a, b, c, d }: TwoByTwo): number {
  const half = a * b * c * d === 0 ? 0.5 : 0
  return ((a + half) * (d + half)) / ((b + half) * (c + half))
}
