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

export interface Examination {
  readonly organisationId: string
  readonly spec: WatchSpec
  readonly modelSet: ModelSet
  /** What registers are asked for what is seen. */
  readonly rules: Pick<OrganisationRules, 'registers' | 'brands'>
}

export async function examineBatch(
  db: Kysely<MonitoringTables>,
  pages: readonly BatchPage[],
  { organisationId, spec, modelSet, rules }: Examination,
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
  const lines = wanted.map((page, i) =>
    lineOf(keys[i]!, page.reading.facts!, days[i]!, histories.get(ids.get(keys[i]!) ?? '') ?? [], page.pictures),
  )
  const dressed = await dressedLines(
    { db, organisationId, ...rules },
    lines.map((line, i) => ({ line, platformId: wanted[i]!.address.platform_id })),
  )
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
