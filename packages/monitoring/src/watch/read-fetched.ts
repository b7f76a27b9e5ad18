/** From what a site sent to what is known: outcome, facts, addresses that it leads to. Pure, bounded, and never throws. */
import { type Bytes, digest, encodeJson, type JsonValue, toHex } from '@mingzheng/kernel'
import { decodePage } from '../extraction/decode.ts'
import { type Page, parsePage } from '../extraction/page.ts'
import type { Facts } from '../fact/facts.ts'
import { mended } from '../fact/mended.ts'
import type { ClaimedAddress } from '../frontier/claim.ts'
import type { Change } from '../register/schema.ts'
import { factsBy, type RuleReading, readingOf } from '../rule/apply-rule.ts'
import type { CaptureRule } from '../rule/rule.ts'
import { isAppShell } from '../source/app-shell.ts'
import { type Discovered, jsonOf, readFeed, readJsonLinks, readLinks, readSitemap } from '../source/discover.ts'
import type { Fetched } from '../source/fetch-page.ts'
import { judgePage } from '../source/judge-page.ts'
import type { Outcome } from '../source/outcome.ts'
import { readOpinions } from '../submission/feed-opinions.ts'
import type { Opinion } from '../submission/opinions.ts'
import { jsonPage } from './document.ts'

export interface Reading {
  readonly outcome: Outcome
  readonly detail: string
  readonly change: Change
  /** Digest of the body, hex. */
  readonly sha256: string | null
  /** Facts to be looked at: of a listing that is new, has changed, or that this set of models has not seen. */
  readonly facts: Facts | null
  readonly factsSha256: Bytes | null
  readonly found: readonly Discovered[]
  /** What a feed of opinions says. */
  readonly opinions: readonly Opinion[]
  /** What the platform's rule read; `null` where it was not asked. */
  readonly ruled: RuleReading | null
}

export interface ReadingWish {
  /** Name of the set of models that will look at it. */
  readonly modelSet: string
  /** Whether what a page leads to is wanted; what sitemaps and feeds lead to always is. */
  readonly follows: boolean
  readonly isDecoy: (sha256: string) => boolean
  /** Milliseconds since 1970. */
  readonly now: number
  readonly rule: CaptureRule | null
}

export function readFetched(
  address: Pick<ClaimedAddress, 'kind' | 'url' | 'body_sha256' | 'facts_sha256' | 'examined'>,
  fetched: Fetched,
  { modelSet, follows, isDecoy, now, rule }: ReadingWish,
): Reading {
  const { outcome, detail, body } = fetched
  const sha256 = body === null || body.length === 0 ? null : toHex(digest('sha256', body))
  const nothing = { sha256, facts: null, factsSha256: null, found: [], opinions: [], ruled: null }
  const known = address.examined === modelSet
  if (outcome === 'unchanged') return { outcome, detail, change: 'same-bytes', ...nothing }
  if (outcome !== 'ok') {
    const judged = body === null ? null : judgePage(parsePage(decodePage(body, fetched.charset).text), false)
    return { ...(judged?.outcome === 'captcha' ? judged : { outcome, detail }), change: 'none', ...nothing }
  }
  if (body === null || sha256 === null) return { outcome: 'empty', detail: 'no bytes', change: 'none', ...nothing }
  const before = address.body_sha256 === null ? null : toHex(address.body_sha256)
  if (sha256 === before && known) return { outcome, detail, change: 'same-bytes', ...nothing }
  const { text } = decodePage(body, fetched.charset)
  if (address.kind === 'opinion') {
    const opinions = readOpinions(text, fetched.finalUrl, now)
    if (opinions === null) return { outcome: 'empty', detail: 'no feed', change: 'none', ...nothing }
    return { outcome, detail, change: sha256 === before ? 'same-bytes' : 'changed', ...nothing, opinions }
  }
  if (address.kind === 'page' && !fetched.drawn && isAppShell(text)) {
    return { outcome: 'empty', detail: 'the page needs a browser', change: 'none', ...nothing }
  }
  if (isDecoy(sha256)) {
    return { outcome: 'decoy', detail: 'the same page at many addresses', change: 'none', ...nothing }
  }
  const { page, found } = documentOf(text, address, fetched, follows)
  if (page === null) return { outcome, detail, change: sha256 === before ? 'same-bytes' : 'new', ...nothing, found }
  const ruled = readingOf(page, address.kind === 'page' ? rule : null, fetched.finalUrl)
  const facts = mendedFacts(factsBy(page, fetched.finalUrl, ruled))
  const judged = judgePage(page, facts !== null)
  if (judged !== null && address.kind === 'page') return { ...judged, change: 'none', ...nothing, found: [] }
  if (facts === null) {
    const lost = address.facts_sha256 !== null
    const change = lost ? 'lost' : sha256 === before ? 'same-bytes' : 'changed'
    return { outcome, detail, change, ...nothing, found, ruled }
  }
  const factsSha256 = digest('sha256', encodeFacts(facts))
  const same = address.facts_sha256 !== null && toHex(address.facts_sha256) === toHex(factsSha256)
  const change = address.facts_sha256 === null ? 'new' : same ? 'same-facts' : 'changed'
  return {
    outcome,
    detail,
    change,
    sha256,
    facts: same && known ? null : facts,
    factsSha256,
    found,
    opinions: [],
    ruled,
  }
}

/** What a document is by its kind and beginning: a list of addresses, or a page to be read. */
function documentOf(
  text: string,
  { kind }: Pick<ClaimedAddress, 'kind'>,
  { mediaType, finalUrl }: Fetched,
  follows: boolean,
): { page: Page | null; found: readonly Discovered[] } {
  const start = text.slice(0, 500).trimStart()
  if (kind === 'sitemap' || /^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(\w+:)?(urlset|sitemapindex)\b/s.test(start)) {
    const found = readSitemap(text)
    if (found !== null) return { page: null, found }
  }
  if (kind === 'feed' || /^(<\?xml[^>]*>\s*)?<(rss|feed|rdf:RDF)\b/.test(start)) {
    const found = readFeed(text)
    if (found !== null) return { page: null, found }
  }
  if (kind === 'json' || (mediaType?.endsWith('json') ?? false)) {
    const value = jsonOf(text)
    if (value !== undefined) return { page: jsonPage(text), found: follows ? readJsonLinks(value, finalUrl) : [] }
  }
  const page = parsePage(text)
  return { page, found: follows ? readLinks(page, finalUrl) : [] }
}

function encodeFacts(facts: Facts): Bytes {
  return encodeJson(facts as unknown as JsonValue)
}

function mendedFacts(facts: Facts | null): Facts | null {
  return facts === null ? null : (mended(facts as unknown as JsonValue) as unknown as Facts)
}
