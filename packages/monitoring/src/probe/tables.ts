/**
 * Tables of probes: what is measured of a pipeline, what is planted into it, and the mark by which planted things stay apart. Nobody
 * who works on cases ever sees a row that is marked, and a marked lead can take no other state. docs/decisions/0360.
 */
import { PEOPLE_ROLE } from '@mingzheng/storage'
import { type Kysely, sql } from 'kysely'

/** Tables whose rows may come of a planted page. */
const MARKED = ['watch_address', 'snapshot', 'shop', 'listing', 'finding', 'lead', 'watch_fixing'] as const

export async function markPlanted(db: Kysely<unknown>): Promise<void> {
  for (const table of MARKED) {
    await sql`alter table ${sql.table(table)} add column planted boolean not null default false`.execute(db)
    await sql`create policy ${sql.id(`${table}_planted`)} on ${sql.table(table)} as restrictive to ${sql.id(PEOPLE_ROLE)}
      using (not planted)`.execute(db)
  }
  await sql`alter table lead add constraint lead_planted_stays check (not planted or state = 'new')`.execute(db)
  await sql`alter table watch_fixing drop constraint watch_fixing_kind_check`.execute(db)
  await sql`alter table watch_fixing add constraint watch_fixing_kind_check
    check (kind in ('snapshot', 'finding', 'plant', 'probe-result', 'probe-reading'))`.execute(db)
}

export const PROBE_TABLES = sql`
  create table probe (
    id text primary key,
    organisation_id text not null,
    name text not null,
    kind text not null check (kind in ('own', 'foreign')),
    running boolean not null,
    plan jsonb not null,
    nodes text[] not null,
    seed bytea not null,
    api_key_id text,
    created_by text not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    next_at timestamptz not null,
    planted bigint not null default 0
  );
  create index probe_of on probe (organisation_id, created_at);
  create unique index probe_own on probe (organisation_id) where kind = 'own';
  create table probe_plant (
    id text primary key,
    probe_id text not null references probe,
    organisation_id text not null,
    state text not null check (state in ('committing', 'waiting', 'found', 'missed', 'clear', 'false-alarm', 'void')),
    behaviour text not null,
    expects text not null check (expects in ('lead', 'nothing')),
    platform_id text,
    task_id text,
    source text not null,
    url text not null,
    title text not null,
    content jsonb not null,
    body bytea not null,
    body_sha256 bytea not null,
    nodes jsonb not null default '{}'::jsonb,
    lost_at text,
    reported jsonb,
    finding_id text,
    lead_id text,
    model text,
    model_version integer,
    created_at timestamptz not null,
    planted_at timestamptz,
    served_at timestamptz,
    due_at timestamptz not null,
    settled_at timestamptz,
    by text not null
  );
  create index probe_plant_recent on probe_plant (organisation_id, created_at desc, id desc);
  create index probe_plant_open on probe_plant (probe_id) where state in ('committing', 'waiting');
  create index probe_plant_settled on probe_plant (organisation_id, settled_at) where settled_at is not null;
  create index probe_plant_by_address on probe_plant (task_id, url) where state = 'waiting';
  create table probe_reading (
    probe_id text not null references probe,
    organisation_id text not null,
    node text not null,
    at timestamptz not null,
    through integer not null,
    errors integer not null,
    waiting integer,
    lag_ms integer,
    version text,
    primary key (probe_id, node, at)
  );
`
