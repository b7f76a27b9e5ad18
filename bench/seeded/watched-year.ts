/** A year of monitoring written straight into the tables, as watchers would have left it. */
import { newId } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'

export interface YearSize {
  readonly snapshots: number
  readonly findings: number
  readonly listings: number
}

const PLATFORMS = 20
const SHOPS = 20_000

/** Fills the tables of the organisation that the demo's analyst works for; months get their partitions. */
export async function seedYear(db: Kysely<never>, size: YearSize): Promise<void> {
  const { rows } = await sql<{
    id: string
  }>`select organisation_id as id from person where username = 'analyst'`.execute(db)
  const organisation = rows[0]!.id
  const start = Date.now() - 365 * 86_400_000
  await months(db, start)
  const step = async (name: string, work: () => Promise<unknown>) => {
    const began = performance.now()
    await work()
    process.stderr.write(`${name}: ${Math.round((performance.now() - began) / 1000)} s\n`)
  }
  const task = newId(start)
  await sql`
    insert into watch_platform (id, organisation_id, name, entries, demo, created_at)
    select ${'01J0000000000000000000'} || lpad(i::text, 4, '0'), ${organisation}, '平台' || i,
      jsonb_build_array(jsonb_build_object('kind', 'sitemap', 'url', 'http://p' || i || '.example/sitemap.xml')), false, now()
    from generate_series(1, ${PLATFORMS}) i`.execute(db)
  await sql`
    insert into watch_task (id, organisation_id, name, state, version, spec, created_by, created_at, changed_at)
    select ${task}, ${organisation}, '全年监测', 'running', 1, jsonb_build_object('objectives',
      jsonb_build_object('platforms', (select jsonb_agg(id) from watch_platform where organisation_id = ${organisation}))),
      'bench', now(), now()`.execute(db)
  const platformOf = (i: string) =>
    sql.raw(`'01J0000000000000000000' || lpad((1 + (${i}) % ${PLATFORMS})::text, 4, '0')`)
  const id = (letter: string, i: string) => sql.raw(`'01${letter}' || lpad((${i})::text, 23, '0')`)
  const moment = (i: string, of: number) =>
    sql.raw(`to_timestamp(${start / 1000} + (${i})::float8 * ${(365 * 86_400) / of})`)
  await step('shops', () =>
    sql`insert into shop (id, organisation_id, platform_id, name, region, first_at, last_at)
      select ${id('S', 'i')}, ${organisation}, ${platformOf('i')}, '店铺' || i, (330000 + i % 60 * 100 + i % 9)::text, now(), now()
      from generate_series(1, ${SHOPS}) i`.execute(db),
  )
  await step('listings', () =>
    sql`insert into listing (id, organisation_id, platform_id, key, url, title, shop_id, price, facts, facts_sha256, snapshot_id, first_at, changed_at)
      select ${id('K', 'i')}, ${organisation}, ${platformOf('i')}, 'http://p/' || i, 'http://p/' || i, '商品 ' || i, ${id('S', `1 + i % ${SHOPS}`)},
        10 + i % 900, '{"title":"商品","description":"","images":[],"attributes":{}}'::jsonb, decode(md5(i::text), 'hex'), '', now(), ${moment('i', size.listings)}
      from generate_series(1, ${size.listings}::int) i`.execute(db),
  )
  await step('snapshots', () =>
    sql`insert into snapshot (id, at, organisation_id, task_id, task_version, platform_id, address_id, url, final_url, outcome, detail, status,
        media_type, charset, body_sha256, change, fetch_ms)
      select ${id('N', 'i')}, ${moment('i', size.snapshots)}, ${organisation}, ${task}, 1, ${platformOf('i')}, i % ${Math.max(1, size.listings)},
        'http://p.example/item/' || i % ${Math.max(1, size.listings)}, 'http://p.example/item/' || i % ${Math.max(1, size.listings)},
        case when i % 40 = 0 then 'blocked' else 'ok' end, '', 200, 'text/html', 'utf-8', decode(md5((i % 3000000)::text), 'hex'), 'same-bytes', 90
      from generate_series(1, ${size.snapshots}::int) i`.execute(db),
  )
  const behaviours = sql.raw(
    `(array['banned-goods','false-propaganda','price-infringement','ip-infringement','operator','pyramid-selling','brushing','price-anomaly'])`,
  )
  const leads = Math.round(size.findings * 0.8)
  await step('leads', () =>
    sql`insert into lead (id, organisation_id, key, state, behaviour, article, score, reason, title, url, platform_id, listing_id, shop_id, shop_name,
        region, mark, finding_id, finding_at, first_at, last_at, seen, demo, search)
      select ${id('E', 'i')}, ${organisation}, decode(md5(i::text), 'hex'), case when i % 10 < 6 then 'new' when i % 10 < 8 then 'dismissed' else 'handed-over' end,
        ${behaviours}[1 + i % 8], '广告法 第九条第三项', 0.9, '含有禁用表述', '商品 ' || i, 'http://p/' || i, ${platformOf('i')}, ${id('K', `1 + i % ${Math.max(1, size.listings)}`)},
        ${id('S', `1 + i % ${SHOPS}`)}, '店铺', (330000 + i % 60 * 100 + i % 9)::text, decode(md5(i::text), 'hex'), ${id('F', 'i')},
        ${moment(`1 + i % ${leads}`, leads)}, ${moment(`1 + i % ${leads}`, leads)}, ${moment(`1 + i % ${leads}`, leads)}, 1, false, array['商品']
      from generate_series(1, ${leads}::int) i`.execute(db),
  )
  await step('findings', () =>
    sql`insert into finding (id, at, organisation_id, task_id, platform_id, listing_id, shop_id, lead_id, behaviour, article, score, decision, span, reason,
        model, model_version, title, url, snapshot_id, snapshot_at)
      select ${id('F', 'i')}, ${moment(`1 + i % ${leads}`, leads)}, ${organisation}, ${task}, ${platformOf('i')}, ${id('K', `1 + i % ${Math.max(1, size.listings)}`)}, null,
        ${id('E', `1 + i % ${leads}`)}, ${behaviours}[1 + i % 8], '广告法 第九条第三项', 0.9, 'lead',
        jsonb_build_object('field', 'title', 'start', 0, 'end', 2, 'text', '词' || i % 4000), '含有禁用表述', 'false-propaganda', 1, '商品 ' || i,
        'http://p/' || i, ${id('N', 'i')}, now()
      from generate_series(1, ${size.findings}::int) i`.execute(db),
  )
  await step('statements', () =>
    sql`insert into watch_fixing (item_id, organisation_id, kind, subject_id, statement, salt_sha256, salt_sm3, created_at, ledger_index, ledger_time)
      select decode(md5('s' || i), 'hex'), ${organisation}, 'finding', ${id('F', 'i')}, '{}', '\\x00', '\\x00', now(), i, now()
      from generate_series(1, ${size.findings}::int) i`.execute(db),
  )
  await step('sums', async () => {
    await sql`insert into watch_count (task_id, organisation_id, platform_id, hour, counts)
      select ${task}, ${organisation}, p.id, date_trunc('hour', to_timestamp(${start / 1000}) + h * interval '1 hour'),
        jsonb_build_object('fetched', 57, 'ok', 55, 'blocked', 2, 'changed', 4, 'bytes', 1200000, 'ms', 5000, 'cpuUs', 60000, 'listings', 1,
          'examined', 4, 'findings', 3, 'leads', 2)
      from watch_platform p, generate_series(0, 365 * 24) h where p.organisation_id = ${organisation}`.execute(db)
    // What the desk keeps is made of this as it was of data from before it kept anything.
    await sql`delete from watch_sum where organisation_id = ${organisation}`.execute(db)
    await rolledUp(db)
  })
  await step('analyse', () => sql`vacuum analyze`.execute(db))
}

async function rolledUp(db: Kysely<never>): Promise<void> {
  const { monitoringMigrations } = await import('@mingzheng/monitoring')
  await sql`drop table watch_sum`.execute(db)
  await monitoringMigrations['0361_desk_sums']!.up(db as never)
}

async function months(db: Kysely<never>, start: number): Promise<void> {
  const { ensureMonths } = await import('@mingzheng/monitoring')
  for (let month = 0; month <= 12; month++) await ensureMonths(db, start + month * 30.5 * 86_400_000)
}
