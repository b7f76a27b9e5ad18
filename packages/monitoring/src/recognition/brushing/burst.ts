/** The day of a product with the most reviews, and how unlikely so many are. */
import { binomialAtLeast } from '../../statistics/binomial.ts'

const DAY_MS = 86_400_000

export interface Burst {
  readonly start: number
  readonly count: number
  /** Exact, times the number of days that it could have been. */
  readonly p: number
}

/** `opened`: when the shop opened; without it the days count from the first review. */
export function burstOf(moments: readonly number[], opened: number | null = null): Burst | null {
  const sorted = [...moments].sort((a, b) => a - b)
  const first = sorted[0]
  if (first === undefined) return null
  let best = { start: first, count: 0 }
  for (let from = 0, to = 0; to < sorted.length; to++) {
    while (sorted[to]! - sorted[from]! > DAY_MS) from++
    if (to - from + 1 > best.count) best = { start: sorted[from]!, count: to - from + 1 }
  }
  const since = opened !== null && opened < first ? opened : first
  const days = Math.ceil((sorted.at(-1)! - since) / DAY_MS)
  if (days < 2) return { ...best, p: 1 }
  return { ...best, p: Math.min(1, days * binomialAtLeast(best.count, sorted.length, 1 / days)) }
}

/** Days around which everybody sells more, so that bursts are none: 06-18, 11-11, 12-12, 01-01, 03-08, 05-01, 10-01, with ten days after. */
export function nearFestival(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`)
  const year = Number(day.slice(0, 4))
  return FESTIVALS.some((festival) =>
    [year - 1, year].some((one) => {
      const after = (at - Date.parse(`${one}-${festival}T00:00:00Z`)) / DAY_MS
      return after >= -3 && after <= 10
    }),
  )
}
const FESTIVALS = ['06-18', '11-11', '12-12', '01-01', '03-08', '05-01', '10-01']
