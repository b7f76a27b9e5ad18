/** The step of the desk's roll-ups, with what is there already. Forward only; a landed step is never edited. */
import { protectTable } from '@mingzheng/identity'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { refreshHeld } from './sums.ts'

export const deskMigrations: Record<string, Migration> = {
  '0361_desk_sums': {
    async up(db: Kysely<unknown>) {
      await sql`
        create table watch_sum (
          organisation_id text not null,
          kind text not null check (kind in ('behaviour', 'region', 'word', 'open', 'listing', 'shop')),
          day date not null,
          key text not null,
          n bigint not null,
          primary key (organisation_id, kind, day, key)
        )`.execute(db)
      await protectTable(db, 'watch_sum', 'case', 'write')
      const day = sql`(first_at at time zone 'Asia/Shanghai')::date`
      const put = sql`insert into watch_sum (organisation_id, kind, day, key, n)`
      await sql`${put} select organisation_id, 'behaviour', ${day}, behaviour, count(*) from lead where not planted group by 1, 3, 4`.execute(
        db,
      )
      await sql`${put} select organisation_id, 'open', date '1970-01-01', behaviour, count(*) from lead
        where not planted and state = 'new' group by 1, 4`.execute(db)
      await sql`${put} select organisation_id, 'region', ${day}, left(region, 4), count(*) from lead
        where not planted and region is not null group by 1, 3, 4`.execute(db)
      await sql`${put} select f.organisation_id, 'word', (l.first_at at time zone 'Asia/Shanghai')::date, f.span ->> 'text', count(*)
        from lead l join finding f on f.id = l.finding_id and f.at = l.finding_at
        where not l.planted and f.span is not null and length(f.span ->> 'text') between 2 and 12
          and f.span ->> 'field' not in ('price', 'original_price') group by 1, 3, 4`.execute(db)
      await refreshHeld(db)
    },
  },
}
