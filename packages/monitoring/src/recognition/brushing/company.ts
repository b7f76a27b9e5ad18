/** Reviewers who keep meeting: pairs who wrote about the same several products and hardly about anything else. */

/** Pairs looked at in a run; beyond, the largest products are left out. */
const MOST_PAIRS = 2_000_000
const MOST_REVIEWERS = 300

/** For each product those of its reviewers who met another one at `least` products or more. */
export function companions(
  products: ReadonlyMap<string, ReadonlySet<string>>,
  least: number,
): Map<string, Set<string>> {
  const visits = new Map<string, number>()
  for (const reviewers of products.values()) {
    for (const one of reviewers) visits.set(one, (visits.get(one) ?? 0) + 1)
  }
  const met = new Map<string, number>()
  const often = [...products.values()]
    .map((reviewers) => [...reviewers].filter((one) => visits.get(one)! >= least).sort())
    .filter(({ length }) => length >= 2 && length <= MOST_REVIEWERS)
    .sort((a, b) => a.length - b.length)
  for (const reviewers of often) {
    if (met.size > MOST_PAIRS) break
    for (const [i, one] of reviewers.entries()) {
      for (const other of reviewers.slice(i + 1)) {
        const pair = `${one}\0${other}`
        met.set(pair, (met.get(pair) ?? 0) + 1)
      }
    }
  }
  const close = new Set<string>()
  for (const [pair, times] of met) {
    if (times < least) continue
    const [one, other] = pair.split('\0') as [string, string]
    // Both went half of their ways together.
    if (times * 2 >= Math.max(visits.get(one)!, visits.get(other)!)) close.add(one).add(other)
  }
  return new Map([...products].map(([product, all]) => [product, new Set([...all].filter((one) => close.has(one)))]))
}
