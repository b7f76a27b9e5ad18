/**
 * The tables of monitoring. What grows with every fetch (`snapshot`, `listing_fact`, `finding`) is partitioned by month, so that a
 * year of it is dropped or moved in one step and the present month stays small. docs/decisions/0240.
 */
import { sql } from 'kysely'

/** What is watched, and where its pages stand. */
export const WATCH_TABLES = sql`
  create table watch_platform (
    id text primary key,
    organisation_id text not null,
    name text not null,
    entries jsonb not null,
    demo boolean not null,
    created_at timestamptz not null,
    unique (organisation_id, name)
  );
  create table watch_task (
    id text primary key,
    organisation_id text not null,
    name text not null,
    state text not null check (state in ('draft', 'running', 'paused', 'stopped')),
    version integer not null,
    spec jsonb not null,
    created_by text not null,
    created_at timestamptz not null,
    changed_at timestamptz not null
  );
  create index watch_task_recent on watch_task (organisation_id, created_at desc);
  create index watch_task_running on watch_task (id) where state = 'running';
  create table watch_task_version (
    task_id text not null references watch_task,
    version integer not null,
    organisation_id text not null,
    name text not null,
    state text not null,
    spec jsonb not null,
    note text not null,
    made_by text not null,
    made_at timestamptz not null,
    primary key (task_id, version)
  );
  create table watch_host (
    id bigint generated always as identity primary key,
    organisation_id text not null,
    origin text not null,
    state text not null check (state in ('ok', 'slow', 'blocked', 'captcha', 'unreachable')),
    reason text not null,
    next_at timestamptz not null,
    refused integer not null,
    robots text,
    robots_at timestamptz,
    changed_at timestamptz not null,
    unique (organisation_id, origin)
  );
  create table watch_address (
    id bigint generated always as identity primary key,
    task_id text not null references watch_task,
    organisation_id text not null,
    platform_id text not null references watch_platform,
    host_id bigint not null references watch_host,
    url text not null,
    url_key bytea not null,
    kind text not null check (kind in ('page', 'sitemap', 'feed', 'json')),
    depth smallint not null,
    due_at timestamptz not null,
    claimed_by text,
    claim text,
    failures integer not null default 0,
    fetched_at timestamptz,
    outcome text,
    etag text,
    modified text,
    body_sha256 bytea,
    facts_sha256 bytea,
    examined text,
    unique (task_id, url_key)
  );
  create index watch_address_due on watch_address (host_id, due_at);
  create index watch_address_by_task on watch_address (task_id, due_at);
  create index watch_address_claimed on watch_address (claimed_by) where claimed_by is not null;
  create table watch_worker (
    id text primary key,
    machine text not null,
    started_at timestamptz not null,
    seen_at timestamptz not null,
    pages bigint not null default 0
  );
  create table watch_count (
    task_id text not null,
    organisation_id text not null,
    platform_id text not null,
    hour timestamptz not null,
    counts jsonb not null,
    primary key (task_id, platform_id, hour)
  );
  create index watch_count_by_hour on watch_count (organisation_id, hour);
`

/** What was seen. */
export const SEEN_TABLES = sql`
  create table snapshot_body (
    sha256 bytea primary key,
    sm3 bytea not null,
    bytes integer not null,
    pack text not null,
    place integer not null,
    packed integer not null
  );
  create table snapshot (
    id text not null,
    at timestamptz not null,
    organisation_id text not null,
    task_id text not null,
    task_version integer not null,
    platform_id text not null,
    address_id bigint not null,
    url text not null,
    final_url text not null,
    outcome text not null,
    detail text not null,
    status smallint,
    media_type text,
    charset text,
    body_sha256 bytea,
    change text not null check (change in ('none', 'new', 'same-bytes', 'same-facts', 'changed', 'lost')),
    fetch_ms integer not null,
    primary key (at, id)
  ) partition by range (at);
  create index snapshot_by_address on snapshot (address_id, at desc);
  create index snapshot_by_task on snapshot (task_id, at desc);
  create index snapshot_by_body on snapshot (body_sha256);
  create table snapshot_rest partition of snapshot default;

  create table shop (
    id text primary key,
    organisation_id text not null,
    platform_id text not null,
    name text not null,
    operator text,
    licence text,
    region text,
    first_at timestamptz not null,
    last_at timestamptz not null,
    unique (organisation_id, platform_id, name)
  );
  create table listing (
    id text primary key,
    organisation_id text not null,
    platform_id text not null,
    key text not null,
    url text not null,
    title text not null,
    shop_id text references shop,
    brand text,
    category text,
    price numeric,
    facts jsonb not null,
    facts_sha256 bytea not null,
    snapshot_id text not null,
    first_at timestamptz not null,
    changed_at timestamptz not null,
    unique (organisation_id, platform_id, key)
  );
  create index listing_by_shop on listing (shop_id, changed_at desc);
  create index listing_changed on listing (organisation_id, changed_at desc);
  create table listing_fact (
    at timestamptz not null,
    listing_id text not null,
    organisation_id text not null,
    snapshot_id text not null,
    price numeric,
    original_price numeric,
    facts jsonb not null,
    primary key (at, listing_id)
  ) partition by range (at);
  create index listing_fact_by_listing on listing_fact (listing_id, at desc);
  create table listing_fact_rest partition of listing_fact default;
`

/** What models said of it, and what became of that. */
export const FOUND_TABLES = sql`
  create table finding (
    id text not null,
    at timestamptz not null,
    organisation_id text not null,
    task_id text not null,
    platform_id text not null,
    listing_id text not null,
    shop_id text,
    lead_id text,
    behaviour text not null,
    article text not null,
    score real not null,
    decision text not null check (decision in ('lead', 'below threshold', 'can''t decide')),
    span jsonb,
    reason text not null,
    model text not null,
    model_version integer not null,
    title text not null,
    url text not null,
    snapshot_id text not null,
    snapshot_at timestamptz not null,
    primary key (at, id)
  ) partition by range (at);
  create index finding_recent on finding (organisation_id, at desc, id desc);
  create index finding_by_task on finding (task_id, at desc, id desc);
  create index finding_by_lead on finding (lead_id, at desc);
  create index finding_by_listing on finding (listing_id, at desc);
  create table finding_rest partition of finding default;

  create table lead (
    id text primary key,
    organisation_id text not null,
    key bytea not null,
    state text not null check (state in ('new', 'dismissed', 'handed-over')),
    behaviour text not null,
    article text not null,
    score real not null,
    reason text not null,
    title text not null,
    url text not null,
    platform_id text not null,
    listing_id text not null,
    shop_id text,
    shop_name text,
    region text,
    mark bytea not null,
    finding_id text not null,
    finding_at timestamptz not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    seen integer not null,
    demo boolean not null,
    dismissed_for text,
    ledger_index bigint,
    ledger_time timestamptz,
    search text[] not null,
    unique (organisation_id, key)
  );
  create index lead_recent on lead (organisation_id, last_at desc, id desc);
  create index lead_by_state on lead (organisation_id, state, last_at desc, id desc);
  create index lead_by_behaviour on lead (organisation_id, behaviour, last_at desc, id desc);
  create index lead_by_platform on lead (organisation_id, platform_id, last_at desc, id desc);
  create index lead_by_shop on lead (shop_id, last_at desc);
  create index lead_search on lead using gin (search);
  create table lead_event (
    id bigint generated always as identity primary key,
    lead_id text not null references lead,
    organisation_id text not null,
    at timestamptz not null,
    kind text not null,
    actor text,
    detail text not null
  );
  create index lead_event_by_lead on lead_event (lead_id, id);

  create table watch_fixing (
    item_id bytea primary key,
    organisation_id text not null,
    kind text not null check (kind in ('snapshot', 'finding')),
    subject_id text not null,
    lead_id text,
    statement text not null,
    salt_sha256 bytea not null,
    salt_sm3 bytea not null,
    created_at timestamptz not null,
    ledger_index bigint,
    ledger_time timestamptz,
    problem text
  );
  create unique index watch_fixing_by_subject on watch_fixing (kind, subject_id);
  create index watch_fixing_waiting on watch_fixing (created_at) where ledger_index is null and problem is null;
`

/** When the models that look at many listings were last asked. */
export const PANEL_RUNS = sql`
  create table panel_run (
    organisation_id text primary key,
    at timestamptz not null,
    lines integer not null
  );
`
