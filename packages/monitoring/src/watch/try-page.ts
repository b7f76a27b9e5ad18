/** Models tried on one page: read as a watcher would, and nothing kept. */
import { decodePage } from '../extraction/decode.ts'
import { parsePage } from '../extraction/page.ts'
import type { Facts } from '../fact/facts.ts'
import { lineOf, listingOf } from '../fact/line-of.ts'
import { readFacts } from '../fact/read-facts.ts'
import type { Finding } from '../recognition/finding.ts'
import type { ListingModel } from '../recognition/model.ts'
import { type FetchLimits, fetchPage } from '../source/fetch-page.ts'
import type { GuardedAgent } from '../source/guarded-agent.ts'
import { judgePage } from '../source/judge-page.ts'
import { ROBOT_NAME } from '../source/robots.ts'

export interface TriedPage {
  /** `null` where the page is no listing. */
  readonly facts: Facts | null
  readonly findings: readonly Finding[]
  /** Why nothing could be judged: the outcome's name, and words. */
  readonly problem: { readonly code: string; readonly detail: string } | null
}

export function tryPage(
  { bytes, url, charset }: { bytes: Uint8Array; url: string; charset: string | null },
  models: readonly ListingModel[],
  day: string,
): TriedPage {
  const page = parsePage(decodePage(bytes, charset).text)
  const facts = readFacts(page, url)
  if (facts === null) {
    const judged = judgePage(page, false)
    const problem =
      judged === null
        ? { code: 'no-listing', detail: 'the page shows no listing' }
        : { code: judged.outcome, detail: judged.detail }
    return { facts: null, findings: [], problem }
  }
  const listing = listingOf(lineOf(url, facts, day, []))
  const findings = models.flatMap((model) => model.examine(listing, day)).sort((a, b) => b.score - a.score)
  return { facts, findings, problem: null }
}

export async function tryAddress(
  guard: GuardedAgent,
  { url, about }: { url: string; about: string },
  models: readonly ListingModel[],
  day: string,
  options: { limits: FetchLimits; elapsed: () => number; signal: AbortSignal },
): Promise<TriedPage> {
  const userAgent = `Mozilla/5.0 (compatible; ${ROBOT_NAME}/1.0; +${about})`
  const fetched = await fetchPage(guard, { url, userAgent, etag: null, modified: null }, options)
  if (fetched.outcome !== 'ok' || fetched.body === null) {
    return { facts: null, findings: [], problem: { code: fetched.outcome, detail: fetched.detail } }
  }
  return tryPage({ bytes: fetched.body, url: fetched.finalUrl, charset: fetched.charset }, models, day)
}
