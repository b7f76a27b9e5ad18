/**
 * Whether a site shows crawlers another listing than readers. Asked only where a task fetches under another name for a reason that it
 * states: one page of a claim is fetched again under the platform's own name, and what both say is compared.
 */
import { decodePage } from '../extraction/decode.ts'
import { parsePage } from '../extraction/page.ts'
import type { Facts } from '../fact/facts.ts'
import { factsBy, readingOf } from '../rule/apply-rule.ts'
import type { CaptureRule } from '../rule/rule.ts'
import { type Fetched, fetchPage } from '../source/fetch-page.ts'
import type { GuardedAgent } from '../source/guarded-agent.ts'

/** `null`: both saw the same, or nothing can be said. */
export function differenceOf(reader: Facts, crawler: Facts | null): string | null {
  if (crawler === null) return 'crawlers are shown no listing'
  if (crawler.title !== reader.title) return `crawlers are shown the title ${crawler.title.slice(0, 100)}`
  if (crawler.price !== reader.price) return `crawlers are shown the price ${crawler.price} and readers ${reader.price}`
  if (crawler.shop !== reader.shop) return `crawlers are shown the shop ${crawler.shop} and readers ${reader.shop}`
  return null
}

export interface SecondLook {
  readonly difference: string | null
}

/** Looks again as the crawler that one is; `null` when the site gave no page that could be compared. */
export async function secondLook(
  guard: GuardedAgent,
  wish: { url: string; userAgent: string; reader: Facts; rule: CaptureRule | null },
  options: Parameters<typeof fetchPage>[2],
): Promise<SecondLook | null> {
  const { url, userAgent, reader, rule } = wish
  const fetched = await fetchPage(guard, { url, userAgent, etag: null, modified: null }, options)
  const crawler = factsOf(fetched, rule)
  return crawler === undefined ? null : { difference: differenceOf(reader, crawler) }
}

function factsOf({ outcome, body, charset, finalUrl }: Fetched, rule: CaptureRule | null): Facts | null | undefined {
  if (outcome !== 'ok' || body === null) return undefined
  const page = parsePage(decodePage(body, charset).text)
  return factsBy(page, finalUrl, readingOf(page, rule, finalUrl))
}
