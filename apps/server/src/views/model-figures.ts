/** Figures of a model's page that need no database: shares with intervals, drift, what another threshold would have spared and cost. */
import type { ModelPageView } from '@mingzheng/api'

export type Week = ModelPageView['weeks'][number]

/** So many decisions of analysts are needed before a share of them says anything. */
const FEWEST_DECISIONS = 10
/** So many weeks with something looked at, before the last one is compared with them. */
const FEWEST_WEEKS = 4
/** Two-sided 99 %: one false alarm in two years of weeks. */
const Z = 2.576

/** With Wilson's score interval at 95 %. */
export function shareOf(hits: number, of: number): ModelPageView['precision'] {
  if (of < FEWEST_DECISIONS) return null
  const z = 1.959964
  const p = hits / of
  const middle = (p + z ** 2 / (2 * of)) / (1 + z ** 2 / of)
  const half = (z * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2))) / (1 + z ** 2 / of)
  return { hits, of, value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/**
 * The last whole week's leads in 10,000 listings against what the weeks before make likely: their mean, give or take what counts of that
 * size and the weeks' own spread allow (the larger of the two counts).
 */
export function driftOf(weeks: readonly Week[]): ModelPageView['drift'] {
  const whole = weeks.slice(0, -1).filter(({ examined }) => examined > 0)
  const last = whole.at(-1)
  const before = whole.slice(0, -1)
  if (last === undefined || before.length < FEWEST_WEEKS) return null
  const examined = before.reduce((sum, week) => sum + week.examined, 0)
  const leads = before.reduce((sum, week) => sum + week.leads, 0)
  const mean = (leads / examined) * 10_000
  const byCount = Math.sqrt(Math.max(leads / examined, 1 / examined) / last.examined) * 10_000
  const spread = Math.sqrt(before.reduce((sum, { rate }) => sum + (rate! - mean) ** 2, 0) / (before.length - 1))
  const half = Z * Math.max(byCount, spread)
  const [low, high] = [Math.max(0, mean - half), mean + half]
  const rate = last.rate!
  return { state: rate > high ? 'rising' : rate < low ? 'falling' : 'steady', rate, low, high }
}

interface Decided {
  readonly state: 'dismissed' | 'handed-over'
  readonly score: number
}

const STEPS = 8

/** Thresholds at the scores of dismissed leads, the lowest first: how many dismissals each would have spared, how many leads missed. */
export function lessonsOf(decided: readonly Decided[]): ModelPageView['lessons'] {
  const scores = [...new Set(decided.flatMap(({ state, score }) => (state === 'dismissed' ? [ceil(score)] : [])))].sort(
    (a, b) => a - b,
  )
  const every = Math.max(1, Math.ceil(scores.length / STEPS))
  return scores
    .filter((_, i) => i % every === every - 1 || i === scores.length - 1)
    .map((lead) => {
      const below = decided.filter(({ score }) => score < lead)
      const spared = below.filter(({ state }) => state === 'dismissed').length
      return { lead, spared, missed: below.length - spared }
    })
}

/** The next hundredth above a score. */
const ceil = (score: number) => (Math.floor(score * 100) + 1) / 100
