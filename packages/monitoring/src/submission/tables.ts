/** Tables of what is handed in: reports of platforms, files of analysts, and what the public says. docs/decisions/0350. */
import { sql } from 'kysely'

/**
 * A row of a submission that was read leaves `reported_line`: what stands under its number now, so that the same row handed in again
 * costs nothing. `opinion` holds what is said in public, from feeds and submissions alike; no name of who said it.
 */
export const SUBMISSION_TABLES = sql`
  alter table watch_platform add column intake_task_id text references watch_task;
  alter table watch_address drop constraint watch_address_kind_check;
  alter table watch_address add constraint watch_address_kind_check check (kind in ('page', 'sitemap', 'feed', 'json', 'opinion'));
  create table report_key (
    organisation_id text not null,
    key_id text not null,
    platform_id text not null references watch_platform,
    confirmed_by text not null,
    confirmed_at timestamptz not null,
    primary key (organisation_id, key_id, platform_id)
  );
  create table submission (
    id text primary key,
    organisation_id text not null,
    platform_id text not null references watch_platform,
    source text not null check (source in ('report', 'upload')),
    format text not null check (format in ('jsonl', 'csv', 'xlsx')),
    idempotency_key text,
    key_id text,
    made_by text not null,
    file_name text not null,
    bytes bigint not null,
    sha256 bytea not null,
    sm3 bytea not null,
    blob text not null,
    state text not null check (state in ('held', 'waiting', 'reading', 'done', 'rejected', 'failed')),
    read_line integer not null default 0,
    rows integer not null default 0,
    bad_rows integer not null default 0,
    same_rows integer not null default 0,
    listings integer not null default 0,
    opinions integer not null default 0,
    lines integer not null default 0,
    findings integer not null default 0,
    leads integer not null default 0,
    problem text,
    received_at timestamptz not null,
    ended_at timestamptz
  );
  create index submission_recent on submission (organisation_id, received_at desc, id desc);
  create unique index submission_once on submission (organisation_id, key_id, idempotency_key) where idempotency_key is not null;
  create table submission_problem (
    submission_id text not null references submission,
    organisation_id text not null,
    line integer not null,
    field text not null,
    code text not null,
    value text not null,
    primary key (submission_id, line, field)
  );
  create table reported_line (
    organisation_id text not null,
    platform_id text not null,
    kind text not null,
    key text not null,
    sha256 bytea not null,
    examined text not null,
    line jsonb,
    submission_id text not null,
    number integer not null,
    at timestamptz not null,
    primary key (organisation_id, platform_id, kind, key)
  );
  create table opinion (
    id text primary key,
    organisation_id text not null,
    key bytea not null,
    source text not null check (source in ('complaint', 'news', 'forum', 'review')),
    platform_id text not null references watch_platform,
    shop text,
    listing_url text,
    title text not null,
    text text not null,
    url text,
    said_at timestamptz not null,
    seen_at timestamptz not null,
    topics text[] not null,
    origin text not null,
    search text[] not null,
    unique (organisation_id, key)
  );
  create index opinion_recent on opinion (organisation_id, said_at desc, id desc);
  create index opinion_topics on opinion using gin (topics);
  create index opinion_search on opinion using gin (search);
`
