/** The rules of a host: as kept for a day, else fetched anew and kept for all workers. */
import { fromUtf8 } from '@mingzheng/kernel'
import type { Claim } from '../frontier/claim.ts'
import { keepRobots } from '../frontier/host.ts'
import { fetchPage } from '../source/fetch-page.ts'
import { ROBOTS_BYTES, ROBOTS_MS, type Robots, readRobots, robotsWithout } from '../source/robots.ts'
import type { WatcherParts } from './watcher.ts'

const LIMITS = { bytes: ROBOTS_BYTES, ms: 10_000, redirects: 5 }

export async function robotsOf(
  { db, guard, clock, elapsed }: WatcherParts,
  { host }: Claim,
  userAgent: string,
  signal: AbortSignal,
): Promise<Robots> {
  const now = clock.now()
  if (host.robots !== null && host.robotsAt !== null && now - host.robotsAt.getTime() < ROBOTS_MS) {
    return readRobots(host.origin, host.robots)
  }
  const url = `${host.origin}/robots.txt`
  const fetched = await fetchPage(
    guard,
    { url, userAgent, etag: null, modified: null },
    { limits: LIMITS, elapsed, signal },
  )
  const { outcome, body, status } = fetched
  // A host that does not answer says nothing about its rules: its pages will fail by themselves.
  if (status === null)
    return readRobots(host.origin, outcome === 'too-large' ? robotsWithout(500) : (host.robots ?? ''))
  const text = outcome === 'ok' && body !== null ? textOf(body) : robotsWithout(status)
  await keepRobots(db, host.id, text, new Date(now))
  return readRobots(host.origin, text)
}

function textOf(body: Uint8Array): string {
  try {
    return fromUtf8(body).replaceAll('\0', '')
  } catch {
    return ''
  }
}
