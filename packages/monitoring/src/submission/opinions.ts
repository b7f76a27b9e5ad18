/** What is said in public, kept once for each thing said; found again by topic, platform, shop and word. */
import { digest, newId, utf8 } from '@mingzheng/kernel'
import { searchTerms } from '@mingzheng/storage'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import type { OpinionSource, OpinionTable } from './schema.ts'
import { topicsOf } from './topics.ts'

export type OpinionRow = Selectable<OpinionTable>

export interface Opinion {
  /** Tells it apart within its platform and source. */
  readonly id: string
  readonly source: OpinionSource
  readonly title: string
  readonly text: string
  readonly url: string | null
  readonly shop: string | null
  readonly listing: string | null
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface OpinionPlace {
  readonly organisationId: string
  readonly platformId: string
  /** Id of the submission, or address of the feed. */
  readonly origin: string
}

/** How many were new. One that is known keeps what it said first. */
export async function keepOpinions(
  tx: Transaction<MonitoringTables>,
  { organisationId, platformId, origin }: OpinionPlace,
  opinions: readonly Opinion[],
  now: number,
): Promise<number> {
  if (opinions.length === 0) return 0
  const keyOf = ({ source, id }: Opinion) => Buffer.from(digest('sha256', utf8([platformId, source, id].join('\n'))))
  const byKey = new Map(opinions.map((one) => [keyOf(one).toString('hex'), one]))
  const added = await tx
    .insertInto('opinion')
    .values(
      [...byKey].map(([key, { source, title, text, url, shop, listing, at }]) => ({
        id: newId(now),
        organisation_id: organisationId,
        key: Buffer.from(key, 'hex'),
        source,
        platform_id: platformId,
        shop,
        listing_url: listing,
        title,
        text,
        url,
        said_at: new Date(Math.min(at, now)),
        seen_at: new Date(now),
        topics: topicsOf(`${title}\n${text}`),
        origin,
        search: searchTerms(title, text.slice(0, 2000), shop ?? ''),
      })),
    )
    .onConflict((conflict) => conflict.columns(['organisation_id', 'key']).doNothing())
    .executeTakeFirst()
  return Number(added.numInsertedOrUpdatedRows ?? 0n)
}

export interface OpinionFilter {
  readonly topic?: string | undefined
  readonly source?: string | undefined
  readonly platform?: string | undefined
  readonly shop?: string | undefined
  readonly q?: string | undefined
  /** Id of the last one of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Newest first. */
export async function listOpinions(db: Kysely<MonitoringTables>, filter: OpinionFilter): Promise<OpinionRow[]> {
  let query = db.selectFrom('opinion').selectAll().orderBy('said_at', 'desc').orderBy('id', 'desc').limit(filter.limit)
  if (filter.topic !== undefined) query = query.where(sql<boolean>`topics @> array[${filter.topic}]::text[]`)
  if (filter.source !== undefined) query = query.where('source', '=', filter.source as OpinionSource)
  if (filter.platform !== undefined) query = query.where('platform_id', '=', filter.platform)
  if (filter.shop !== undefined) query = query.where('shop', '=', filter.shop)
  if (filter.q !== undefined && filter.q.trim() !== '') {
    query = query.where(sql<boolean>`search @> ${searchTerms(filter.q)}::text[]`)
  }
  if (filter.after !== undefined) {
    query = query.where(sql<boolean>`(said_at, id) < (select said_at, id from opinion o where o.id = ${filter.after})`)
  }
  return query.execute()
}

export interface OpinionSums {
  readonly topics: readonly { readonly topic: string; readonly opinions: number }[]
  readonly shops: readonly { readonly platformId: string; readonly shop: string; readonly opinions: number }[]
}

/** What is complained of since then, by topic; and of whom, for one topic or all. */
export async function opinionSums(
  db: Kysely<MonitoringTables>,
  since: Date,
  topic: string | undefined,
): Promise<OpinionSums> {
  const { rows: topics } = await sql<{ topic: string; n: string }>`
    select topic, count(*) as n from opinion, unnest(topics) as t(topic) where said_at >= ${since} group by 1 order by 2 desc, 1`.execute(
    db,
  )
  const { rows: shops } = await sql<{ platform_id: string; shop: string; n: string }>`
    select platform_id, shop, count(*) as n from opinion
    where said_at >= ${since} and shop is not null and cardinality(topics) > 0
      and (${topic ?? null}::text is null or topics @> array[${topic ?? null}]::text[])
    group by 1, 2 order by 3 desc, 2 limit 20`.execute(db)
  return {
    topics: topics.map((row) => ({ topic: row.topic, opinions: Number(row.n) })),
    shops: shops.map((row) => ({ platformId: row.platform_id, shop: row.shop, opinions: Number(row.n) })),
  }
}
