/** Asks the models about the listings of a batch: with what was seen of them before, and the law of the day. */
import { chinaText } from '@mingzheng/kernel'
import type { Kysely } from 'kysely'
import { lineOf, listingOf } from '../fact/line-of.ts'
import { canonicalUrl } from '../frontier/canonical-url.ts'
import type { Finding } from '../recognition/finding.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { dressedLines } from '../registry/dressed-lines.ts'
import type { OrganisationRules } from '../settings/rules-of.ts'
import type { WatchSpec } from '../task/spec.ts'
import type { BatchPage, ExaminedListing } from './batch.ts'
import type { ModelSet } from './models.ts'
import { isWanted } from './objectives.ts'
import { priceHistories } from './price-history.ts'
import { logoMatters } from './read-logos.ts'

export interface Examination {
  readonly organisationId: string
  readonly spec: WatchSpec
  readonly modelSet: ModelSet
  /** What registers are asked for what is seen. */
  readonly rules: Pick<OrganisationRules, 'registers' | 'brands'>
  /** Looks for logos in a page's pictures; whether there was one. */
  readonly look?: (page: BatchPage) => Promise<boolean>
}

/** Listings whose pictures are looked at side by side. */
const LOOKS = 4

export async function examineBatch(
  db: Kysely<MonitoringTables>,
  pages: readonly BatchPage[],
  { organisationId, spec, modelSet, rules, look }: Examination,
): Promise<ExaminedListing[]> {
  const wanted = pages.filter(({ reading: { facts } }) => facts !== null && isWanted(spec.objectives, facts))
  if (wanted.length === 0) return []
  const keys = wanted.map((page) => listingKey(page))
  const known = await db
    .selectFrom('listing')
    .select(['id', 'key', 'platform_id'])
    .where('organisation_id', '=', organisationId)
    .where('platform_id', '=', wanted[0]!.address.platform_id)
    .where('key', 'in', keys)
    .execute()
  const ids = new Map(known.map(({ id, key }) => [key, id]))
  const histories = await priceHistories(db, [...ids.values()], wanted[0]!.at)
  const days = wanted.map((page) => chinaText(page.at).slice(0, 10))
  const made = (i: number) => {
    const page = wanted[i]!
    const prices = histories.get(ids.get(keys[i]!) ?? '') ?? []
    return lineOf(keys[i]!, page.reading.facts!, days[i]!, prices, page.pictures)
  }
  const dress = (places: readonly number[]) =>
    dressedLines(
      { db, organisationId, ...rules },
      places.map((i) => ({ line: made(i), platformId: wanted[i]!.address.platform_id })),
    )
  const dressed = await dress(wanted.map((_, i) => i))
  if (look !== undefined) {
    const waiting = dressed.flatMap((line, i) => (logoMatters(line, modelSet.models, days[i]!) ? [i] : []))
    const shown: number[] = []
    const run = async () => {
      for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) if (await look(wanted[i]!)) shown.push(i)
    }
    await Promise.all(Array.from({ length: LOOKS }, run))
    for (const [n, line] of (await dress(shown)).entries()) dressed[shown[n]!] = line
  }
  return wanted.map((page, i) => {
    const [key, day, line] = [keys[i]!, days[i]!, dressed[i]!]
    const listing = listingOf(line)
    const findings: Finding[] = []
    for (const model of modelSet.models) findings.push(...model.examine(listing, day))
    return { page, key, line, day, findings }
  })
}

/** What names a listing on its platform: the address that it is found at. */
export function listingKey({ fetched, address }: Pick<BatchPage, 'fetched' | 'address'>): string {
  return canonicalUrl(fetched.finalUrl) ?? address.url
}
