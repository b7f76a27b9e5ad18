/** Tables of capture rules: their versions, and how often each of their fields was found. docs/decisions/0352. */
import { sql } from 'kysely'

export const RULE_TABLES = sql`
  create table capture_rule (
    organisation_id text not null,
    platform_id text not null references watch_platform,
    version integer not null,
    content jsonb not null,
    note text not null,
    made_by text not null,
    made_at timestamptz not null,
    active boolean not null,
    primary key (platform_id, version)
  );
  create unique index capture_rule_active on capture_rule (platform_id) where active;
  create table capture_rule_count (
    organisation_id text not null,
    platform_id text not null,
    version integer not null,
    field text not null,
    hour timestamptz not null,
    pages integer not null,
    missing integer not null,
    primary key (platform_id, version, field, hour)
  );
`
