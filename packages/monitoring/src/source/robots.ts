/** robots.txt as the Robots Exclusion Protocol asks (RFC 9309): fetched once a day for each host, obeyed. */
import robotsParser from 'robots-parser'

/** How long rules are believed (RFC 9309, 2.4: at most 24 hours). */
export const ROBOTS_MS = 86_400_000
/** What is not read of a longer file (RFC 9309, 2.5 asks for at least 500 KiB). */
export const ROBOTS_BYTES = 524_288

/** The name that rules for us are written under. */
export const ROBOT_NAME = 'MingzhengBot'

export interface Robots {
  allows(url: string): boolean
  /** Least time between fetches that the host asks for, milliseconds; 0 for none. */
  readonly delayMs: number
  readonly sitemaps: readonly string[]
}

/** `text` is the file's; the empty text allows everything. */
export function readRobots(origin: string, text: string): Robots {
  const parsed = robotsParser(`${origin}/robots.txt`, text)
  const delay = parsed.getCrawlDelay(ROBOT_NAME) ?? 0
  return {
    allows: (url) => parsed.isAllowed(url, ROBOT_NAME) !== false,
    delayMs: Number.isFinite(delay) ? Math.min(60_000, Math.max(0, delay * 1000)) : 0,
    sitemaps: parsed.getSitemaps(),
  }
}

/** What a host says when its robots.txt cannot be had: a fault of the server closes it (RFC 9309, 2.3.1.4), a missing file opens it. */
export function robotsWithout(status: number | null): string {
  return status !== null && status < 500 ? '' : 'User-agent: *\nDisallow: /'
}
