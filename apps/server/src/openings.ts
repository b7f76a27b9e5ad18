/** Which readings are a new opening: a page that is left open asks again and again, and that is one opening. */

export interface Openings {
  /** Whether this reading opens it: the same person has not read it within the last minutes. */
  opens(userId: string, number: string): boolean
  /** Forgets a reading whose record could not be kept, so that the next one is recorded. */
  forget(userId: string, number: string): void
}

/** Readings that follow each other within this time are one opening. */
const REST_MS = 10 * 60_000
/** Readings remembered; beyond it the longest ago are forgotten, and the next of them is recorded once more. */
const MOST = 20_000

/** `now` is even time in milliseconds: a clock that is set must neither hide nor invent openings. */
export function createOpenings(now: () => number): Openings {
  const seen = new Map<string, number>()
  const keyOf = (userId: string, number: string) => `${userId} ${number}`
  return {
    opens(userId, number) {
      const key = keyOf(userId, number)
      const at = now()
      const last = seen.get(key)
      // Set anew, so that the map stays in the order of the last readings.
      seen.delete(key)
      seen.set(key, at)
      if (seen.size > MOST) seen.delete(seen.keys().next().value!)
      return last === undefined || at - last >= REST_MS
    },
    forget: (userId, number) => void seen.delete(keyOf(userId, number)),
  }
}
