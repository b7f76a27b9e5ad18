/** Clopper and Pearson's interval (1934) of a share: exact, never narrower than it claims. 95 % unless `alpha` says otherwise. */
import { binomialAtLeast } from './binomial.ts'

/** `[0, 1]` of no trials. */
export function clopperPearson(successes: number, trials: number, alpha = 0.05): [number, number] {
  if (trials === 0) return [0, 1]
  const half = alpha / 2
  // The lower end: where so many or more are just unlikely enough; the upper: where so many or fewer are.
  const low = successes === 0 ? 0 : solve((p) => binomialAtLeast(successes, trials, p) - half)
  const high = successes === trials ? 1 : solve((p) => binomialAtLeast(successes + 1, trials, p) - (1 - half))
  return [low, high]
}

/** Where a rising function of a share is zero, to 50 bits. */
function solve(rising: (p: number) => number): number {
  let [low, high] = [0, 1]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (rising(middle) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}
