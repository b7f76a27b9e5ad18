/** Stored pages of a platform on which a rule is made and tried: the newest look at each address. */
import { type Kysely, sql } from 'kysely'
import { decodePage } from '../extraction/decode.ts'
import { type Page, parsePage } from '../extraction/page.ts'
import type { Facts } from '../fact/facts.ts'
import { readFacts } from '../fact/read-facts.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { isRulePage, type RuleReading, type RuleValue, readByRule, wayValue } from './apply-rule.ts'
import { proposeSelectors } from './propose.ts'
import type { RuleContent, RuleField, RuleWay } from './rule.ts'
import { parseSelector, select } from './selector.ts'

export interface StoredPage {
  readonly url: string
  readonly at: Date
  readonly sha256: Uint8Array
  readonly charset: string | null
}

const SINCE_MS = 30 * 86_400_000

/** Pages that were read, newest first: only those that `only` is for, where it is given; those that `first` is for before the others. */
export async function storedPages(
  db: Kysely<MonitoringTables>,
  platformId: string,
  { now, limit, only, first }: { now: number; limit: number; only?: RuleContent; first?: RuleContent | undefined },
): Promise<StoredPage[]> {
  const { rows } = await sql<{ final_url: string; at: Date; body_sha256: Buffer; charset: string | null }>`
    select distinct on (s.address_id) s.final_url, s.at, s.body_sha256, s.charset
    from watch_task t cross join lateral (
      select address_id, final_url, at, body_sha256, charset, media_type, outcome, platform_id from snapshot
      where task_id = t.id and at >= ${new Date(now - SINCE_MS)} and platform_id = ${platformId}
        and outcome in ('ok', 'unchanged') and body_sha256 is not null and address_id > 0
        and (media_type is null or media_type like '%html%')
      order by at desc limit 300) s
    where t.spec -> 'objectives' -> 'platforms' ? ${platformId}
    order by s.address_id, s.at desc`.execute(db)
  const rank = (url: string) => Number(first !== undefined && isRulePage(first, url))
  return rows
    .filter(({ final_url }) => only === undefined || isRulePage(only, final_url))
    .sort((a, b) => rank(b.final_url) - rank(a.final_url) || b.at.getTime() - a.at.getTime())
    .slice(0, limit)
    .map(({ final_url, at, body_sha256, charset }) => ({
      url: final_url,
      at,
      sha256: new Uint8Array(body_sha256),
      charset,
    }))
}

export interface OpenedPage {
  readonly url: string
  readonly html: string
  readonly page: Page
}

export function openPage(stored: Pick<StoredPage, 'url' | 'charset'>, body: Uint8Array): OpenedPage {
  const html = decodePage(body, stored.charset).text
  return { url: stored.url, html, page: parsePage(html) }
}

export interface TriedRule {
  readonly url: string
  /** By field; null where the rule finds nothing. */
  readonly ruled: RuleReading
  /** What is read without a rule; null for a page that sells nothing then. */
  readonly plain: Facts | null
}

/** What a rule gives on a page, and what is read without it. */
export function tryRule({ page, url }: OpenedPage, content: RuleContent): TriedRule {
  return { url, ruled: readByRule(page, content, url), plain: readFacts(page, url) }
}

export interface PointedWay {
  readonly way: RuleWay
  /** What it gives on the page that was pointed at. */
  readonly value: RuleValue | null
  /** On how many of the other pages it gives something. */
  readonly found: number
  readonly of: number
  /** Whether it names exactly one element there. */
  readonly single: boolean
}

/** Ways to what somebody points at, those that serve most pages first. Throws nothing: what is not there gives none. */
export function waysTo(field: RuleField, pointed: OpenedPage, at: number, others: readonly OpenedPage[]): PointedWay[] {
  const attribute = field === 'images' ? imageAttribute(pointed.page, at) : undefined
  return proposeSelectors(pointed.page, at)
    .map((text): PointedWay => {
      const way: RuleWay = attribute === undefined ? { select: text } : { select: text, attribute }
      const found = others.filter(({ page, url }) => wayValue(page, field, way, url) !== null).length
      const single = select(pointed.page, parseSelector(text), 2).length === 1
      return { way, value: wayValue(pointed.page, field, way, pointed.url), found, of: others.length, single }
    })
    .sort((a, b) => b.found - a.found || Number(b.single) - Number(a.single))
}

/** Where a picture keeps its address until it comes into sight. */
function imageAttribute(page: Page, at: number): string | undefined {
  const attributes = page.elements[at]?.attributes ?? {}
  return ['data-src', 'data-original', 'data-lazy-src'].find((name) => attributes[name] !== undefined)
}
