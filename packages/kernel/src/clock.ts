/** Time as a parameter. Milliseconds since 1970-01-01T00:00:00Z everywhere; text only at the edges. */

/** Where a part of the program gets the time; nothing calls `Date.now()` but `systemClock`. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** A clock for tests: stands still until told. */
export function manualClock(start: number): Clock & { set(ms: number): void; advance(ms: number): void } {
  let at = start
  return {
    now: () => at,
    set: (ms) => {
      at = ms
    },
    advance: (ms) => {
      at += ms
    },
  }
}

/** UTC with milliseconds: `2026-11-24T08:00:00.000Z` (RFC 3339). */
export function utcText(ms: number): string {
  return new Date(ms).toISOString()
}

/** Time in China, as printed on documents: `2026-11-24 16:00:00 (UTC+8)`. */
export function chinaText(ms: number): string {
  return `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} (UTC+8)`
}
