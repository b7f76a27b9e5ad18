/** When a task fetches: the hours of China's day that its windows name. */
import type { WatchWindow } from './spec.ts'

const CHINA_MS = 8 * 3_600_000
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** The first moment from `at` on that lies in a window; `at` itself when there are none. */
export function nextOpen(windows: readonly WatchWindow[], at: number): number {
  if (windows.length === 0) return at
  let best = Number.POSITIVE_INFINITY
  const midnight = Math.floor((at + CHINA_MS) / DAY_MS) * DAY_MS - CHINA_MS
  // Yesterday's window may run past midnight; a week ahead every day has come.
  for (let day = -1; day <= 7; day++) {
    const start = midnight + day * DAY_MS
    const weekday = weekdayOf(start)
    for (const { days, from, to } of windows) {
      if (!days.includes(weekday)) continue
      const opens = start + minutesOf(from) * MINUTE_MS
      const closes = start + minutesOf(to) * MINUTE_MS + (minutesOf(to) <= minutesOf(from) ? DAY_MS : 0)
      if (at < closes) best = Math.min(best, Math.max(at, opens))
    }
  }
  return best
}

/** 1 for Monday of a day that begins at `start`, China's midnight. */
function weekdayOf(start: number): number {
  return ((Math.floor((start + CHINA_MS) / DAY_MS) + 3) % 7) + 1
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
}
