/** Waits until nothing goes over the network any more. */

export interface Activity {
  /** Milliseconds since the epoch at which something last went over the network. */
  lastAt(): number
  /** Requests that are expected to end and have not. */
  pending(): number
  now(): number
}

const QUIET_MS = 500
/** Requests that hang must not hold a capture: this long without a byte counts as quiet too. */
const STALLED_MS = 3_000

/** True when it became quiet within `timeoutMs`; false when the time or the signal came first. */
export async function waitForQuiet(activity: Activity, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const start = activity.now()
  while (!signal.aborted) {
    const still = activity.now() - Math.max(activity.lastAt(), start - QUIET_MS / 2)
    if (still >= (activity.pending() === 0 ? QUIET_MS : STALLED_MS)) return true
    if (activity.now() - start >= timeoutMs) return false
    await pause(50, signal)
  }
  return false
}

/** Waits, or less when the signal comes. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
