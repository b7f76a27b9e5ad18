/** Exact tests of counts. */
import { logChoose } from './log-factorial.ts'

/** Probability of `k` or more successes in `n` trials of chance `p`, where `0 < p < 1`. */
export function binomialAtLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1
  let sum = 0
  for (let i = n; i >= k; i--) sum += Math.exp(logChoose(n, i) + i * Math.log(p) + (n - i) * Math.log1p(-p))
  return Math.min(1, sum)
}

/** Two-sided sign test: how likely signs are so unequal when both are as likely. Ties belong to neither. */
export function signTest(positive: number, negative: number): number {
  return Math.min(1, 2 * binomialAtLeast(Math.max(positive, negative), positive + negative, 0.5))
}
