/** Tables of registers: what is on them now and was before, and the imports that made it so. docs/decisions/0341. */
import { sql } from 'kysely'

/**
 * An entry is on its register from the version `since` until the version `until`, which is null while it stands. `register_staged`
 * holds what an import has read and not yet applied; `register_problem` the rows that it could not read.
 */
export const REGISTRY_TABLES = sql`
  create table register (
    organisation_id text not null,
    kind text not null,
    version integer not null,
    entries integer not null,
    whole boolean not null,
    changed_at timestamptz not null,
    primary key (organisation_id, kind)
  );
  create table register_entry (
    organisation_id text not null,
    kind text not null,
    key text not null,
    since integer not null,
    until integer,
    name text not null,
    name_key text not null,
    code text,
    fields jsonb not null,
    search text[] not null,
    primary key (organisation_id, kind, key, since)
  );
  create unique index register_entry_now on register_entry (organisation_id, kind, key) where until is null;
  create index register_entry_by_name on register_entry (organisation_id, kind, name_key) where until is null;
  create index register_entry_by_code on register_entry (organisation_id, kind, code) where until is null and code is not null;
  create index register_entry_search on register_entry using gin (search) where until is null;
  create table register_import (
    id text primary key,
    organisation_id text not null,
    kind text not null,
    file_name text not null,
    format text not null check (format in ('csv', 'xlsx', 'seed', 'rollback')),
    bytes bigint not null,
    sha256 bytea not null,
    blob text,
    columns jsonb not null,
    sample jsonb not null,
    mapping jsonb not null,
    mode text not null check (mode in ('merge', 'replace')),
    state text not null check (state in ('uploaded', 'waiting', 'reading', 'done', 'cancelled', 'failed')),
    share real not null default 0,
    read_rows integer not null default 0,
    bad_rows integer not null default 0,
    added integer not null default 0,
    changed integer not null default 0,
    ended integer not null default 0,
    same integer not null default 0,
    version integer,
    problem text,
    made_by_id text not null,
    made_by text not null,
    made_at timestamptz not null,
    ended_at timestamptz
  );
  create index register_import_recent on register_import (organisation_id, kind, made_at desc);
  create table register_staged (
    import_id text not null references register_import,
    key text not null,
    line integer not null,
    name text not null,
    name_key text not null,
    code text,
    fields jsonb not null,
    search text[] not null,
    primary key (import_id, key)
  );
  create table register_problem (
    import_id text not null references register_import,
    organisation_id text not null,
    line integer not null,
    field text not null,
    code text not null,
    value text not null,
    primary key (import_id, line, field)
  );
`

/** Pictures of brands' logos; their bytes are kept as those of snapshots are. docs/decisions/0400. */
export const LOGO_TABLES = sql`
  create table brand_logo (
    id text primary key,
    organisation_id text not null,
    brand_key text not null,
    sha256 bytea not null,
    media_type text not null,
    hash_version integer not null,
    shapes jsonb not null,
    made_by text not null,
    made_at timestamptz not null,
    ended_at timestamptz
  );
  create unique index brand_logo_now on brand_logo (organisation_id, brand_key, sha256) where ended_at is null;
  create index brand_logo_by_digest on brand_logo (organisation_id, sha256);
`

/** Versions of parameters and keyword groups, and what a change of them would do. docs/decisions/0343. */
export const SETTING_TABLES = sql`
  create table setting_version (
    organisation_id text not null,
    version integer not null,
    state text not null check (state in ('proposed', 'active', 'past', 'rejected', 'withdrawn')),
    based_on integer not null,
    content jsonb not null,
    sha256 bytea not null,
    note text not null,
    author_id text not null,
    author text not null,
    made_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    decision_note text,
    primary key (organisation_id, version)
  );
  create unique index setting_version_active on setting_version (organisation_id) where state = 'active';
  create table setting_preview (
    id text primary key,
    organisation_id text not null,
    state text not null check (state in ('waiting', 'running', 'done', 'cancelled', 'failed')),
    based_on integer not null,
    content jsonb not null,
    sha256 bytea not null,
    total integer not null default 0,
    examined integer not null default 0,
    listings integer not null default 0,
    result jsonb,
    problem text,
    made_by text not null,
    made_at timestamptz not null,
    ended_at timestamptz
  );
  create index setting_preview_recent on setting_preview (organisation_id, made_at desc);
  alter table finding add column settings_version integer not null default 0;
`
