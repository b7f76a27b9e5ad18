/** Reviewers who keep meeting: pairs who wrote about the same several products within days, and hardly about anything else. */

/** Pairs looked at in a run; beyond, the largest products are left out. */
const MOST_PAIRS = 2_000_000
const MOST_REVIEWERS = 300
/** Those who buy at one shop for years meet at its goods as well, but not in the same days. */
const APART_MS = 7 * 86_400_000

/** Who wrote about a product and when, milliseconds since 1970; NaN of an unknown time. */
type Visits = ReadonlyMap<string, number>

/** For each product those of its reviewers who met another one at `least` products or more. */
export function companions(products: ReadonlyMap<string, Visits>, least: number): Map<string, Set<string>> {
  const counts = new Map<string, number>()
  for (const visits of products.values()) {
    for (const one of visits.keys()) counts.set(one, (counts.get(one) ?? 0) + 1)
  }
  const met = new Map<string, number>()
  const often = [...products.values()]
    .map((visits) => [...visits].filter(([one]) => counts.get(one)! >= least).sort(([a], [b]) => (a < b ? -1 : 1)))
    .filter(({ length }) => length >= 2 && length <= MOST_REVIEWERS)
    .sort((a, b) => a.length - b.length)
  for (const visits of often) {
    if (met.size > MOST_PAIRS) break
    for (const [i, [one, time]] of visits.entries()) {
      for (const [other, otherTime] of visits.slice(i + 1)) {
        if (Math.abs(time - otherTime) > APART_MS) continue
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
    if (times * 2 >= Math.max(counts.get(one)!, counts.get(other)!)) close.add(one).add(other)
  }
  return new Map(
    [...products].map(([product, visits]) => [product, new Set([...visits.keys()].filter((one) => close.has(one)))]),
  )
}
