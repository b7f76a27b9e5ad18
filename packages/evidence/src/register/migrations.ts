/** The tables of evidence, their indexes and row security. Forward only; a landed step is never edited. */
import { type Binding, protectTable, type Reach } from '@mingzheng/identity'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { custodyMigration } from '../custody/custody-tables.ts'
import { keptBlobsMigration } from '../keeping/kept-blobs.ts'

/** What binds the rows of each table; see identity's row security. */
const BINDINGS: [table: string, binding: Binding, reach: Reach][] = [
  ['evidence', 'unit', 'write'],
  ['capture', 'unit', 'write'],
  ['evidence_edition', 'case', 'read'],
  ['evidence_event', 'case', 'append'],
  ['derived_package', 'case', 'read'],
  ['saved_view', 'person', 'write'],
  ['preservation', 'organisation', 'write'],
  ['idempotency', 'organisation', 'write'],
  ['webhook', 'organisation', 'write'],
]

const tables = sql`
  create table evidence (
    number text primary key,
    kind text not null,
    organisation_id text not null,
    unit_id text,
    officer_id text,
    officer_name text not null,
    officer_card text,
    unit_name text,
    title text not null,
    url text not null,
    host text not null,
    cause text not null,
    case_reference text not null,
    captured_at timestamptz not null,
    started_at timestamptz not null,
    ended_at timestamptz not null,
    state text not null check (state in ('fixing', 'fixed', 'voided')),
    complete boolean not null,
    demo boolean not null,
    edition integer not null,
    bytes bigint not null,
    pages integer not null,
    anomalies integer not null,
    ledger_index bigint,
    ledger_time timestamptz,
    ledger_state text not null check (ledger_state in ('none', 'accepted', 'ordered', 'witnessed')),
    manifest_sha256 text not null,
    recapture_of text,
    capture_id text unique,
    facts jsonb not null,
    search text[] not null
  );
  create index evidence_by_time on evidence (organisation_id, captured_at desc, number desc);
  create index evidence_by_unit on evidence (organisation_id, unit_id, captured_at desc, number desc);
  create index evidence_by_officer on evidence (organisation_id, officer_id, captured_at desc, number desc);
  create index evidence_by_host on evidence (organisation_id, host, captured_at desc, number desc);
  create index evidence_by_case on evidence (organisation_id, case_reference, captured_at desc, number desc)
    where case_reference <> '';
  create index evidence_by_state on evidence (organisation_id, state, captured_at desc, number desc);
  create index evidence_incomplete on evidence (organisation_id, captured_at desc, number desc) where not complete;
  create index evidence_recaptures on evidence (recapture_of) where recapture_of is not null;
  create index evidence_search on evidence using gin (search);

  create table evidence_edition (
    number text not null references evidence (number),
    edition integer not null,
    kind text not null,
    organisation_id text not null,
    made_at timestamptz not null,
    made_by text not null,
    detail text not null,
    blob_key text not null,
    bytes bigint not null,
    manifest_sha256 text not null,
    package_sha256 text not null,
    item_id bytea not null,
    ledger_index bigint,
    ledger_time timestamptz,
    files jsonb not null,
    primary key (number, edition)
  );

  create table evidence_event (
    id bigint generated always as identity primary key,
    number text not null,
    organisation_id text not null,
    at timestamptz not null,
    kind text not null,
    actor text,
    detail text not null,
    ledger_index bigint
  );
  create index evidence_event_by_number on evidence_event (number, id);

  create table derived_package (
    number text primary key,
    organisation_id text not null,
    parent_number text not null references evidence (number),
    parent_edition integer not null,
    made_at timestamptz not null,
    blob_key text,
    manifest_sha256 text,
    ledger_index bigint,
    unique (parent_number, parent_edition)
  );

  create table capture (
    id text primary key,
    batch text,
    organisation_id text not null,
    unit_id text,
    unit_name text,
    user_id text not null,
    officer_name text not null,
    officer_card text,
    urls jsonb not null,
    cause text not null,
    case_reference text not null,
    second_officer jsonb,
    witness text not null,
    recapture_of text,
    state text not null check (state in ('queued', 'running', 'fixing', 'done', 'cancelled', 'failed')),
    requested_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    steps jsonb not null,
    bytes bigint not null default 0,
    requests integer not null default 0,
    number text,
    complete boolean,
    problem jsonb,
    cancel_requested boolean not null default false,
    allow_private boolean not null default false
  );
  create index capture_recent on capture (organisation_id, requested_at desc);
  create index capture_by_batch on capture (batch) where batch is not null;
  create index capture_unfinished on capture (state) where state in ('queued', 'running', 'fixing');

  create table saved_view (
    id text primary key,
    user_id text not null,
    organisation_id text not null,
    name text not null,
    query text not null,
    created_at timestamptz not null
  );
  create index saved_view_by_user on saved_view (user_id, created_at);

  create table preservation (
    id text primary key,
    number text not null unique,
    organisation_id text not null,
    api_key_id text not null,
    sha256 text not null,
    sm3 text,
    title text not null,
    reference text not null,
    bytes bigint,
    media_type text,
    blob_key text,
    accepted_at timestamptz not null,
    item_id bytea not null unique,
    manifest bytea not null,
    opening bytea not null,
    timestamp bytea,
    ledger_index bigint,
    ledger_time timestamptz,
    package_key text
  );
  create index preservation_unfixed on preservation (accepted_at) where ledger_index is null;
  create index preservation_by_organisation on preservation (organisation_id, accepted_at desc);

  create table idempotency (
    organisation_id text not null,
    key text not null,
    request_sha256 text not null,
    answer jsonb not null,
    made_at timestamptz not null,
    primary key (organisation_id, key)
  );

  create table webhook (
    id text primary key,
    organisation_id text not null,
    url text not null,
    secret bytea not null,
    created_at timestamptz not null,
    last_delivery_at timestamptz,
    failures integer not null default 0
  );
  create index webhook_by_organisation on webhook (organisation_id);
`

/** Evidence whose fixing failed for good is told from evidence that is being fixed; what failed before this step, too. */
const failedState = sql`
  alter table evidence
    drop constraint evidence_state_check,
    add constraint evidence_state_check check (state in ('fixing', 'fixed', 'failed', 'voided')),
    add column problem jsonb;
  alter table capture add column runs integer not null default 1;
  update evidence set state = 'failed', problem = capture.problem
  from capture where capture.id = evidence.capture_id and evidence.state = 'fixing' and capture.state = 'failed';
`

/**
 * Counting reads thousands of rows that row security judges by their unit: with the unit in the index it never touches the
 * table. Rows of the demo are few or all: both ends need an index.
 */
const LIST_INDEXES = {
  evidence_by_time: { on: '' },
  evidence_by_officer: { on: 'officer_id,' },
  evidence_by_host: { on: 'host,' },
  evidence_by_case: { on: 'case_reference,', where: `where case_reference <> ''` },
  evidence_by_state: { on: 'state,' },
  evidence_incomplete: { on: '', where: 'where not complete' },
  evidence_demo: { on: '', where: 'where demo' },
} satisfies Record<string, { on: string; where?: string }>

async function countFromIndexes(db: Kysely<unknown>): Promise<void> {
  for (const [name, index] of Object.entries<{ on: string; where?: string }>(LIST_INDEXES)) {
    await sql`drop index if exists ${sql.id(name)}`.execute(db)
    await sql`create index ${sql.id(name)} on evidence
      (organisation_id, ${sql.raw(index.on)} captured_at desc, number desc) include (unit_id) ${sql.raw(index.where ?? '')}`.execute(
      db,
    )
  }
}

/** A preservation that the ledger refused waits for somebody to ask again; the fixing of others passes it over. */
const failedPreservations = sql`
  alter table preservation add column problem jsonb, add column package_sha256 text;
  drop index preservation_unfixed;
  create index preservation_unfixed on preservation (accepted_at) where ledger_index is null and problem is null;
`

/**
 * Comparing a row's sixty pairs one by one costs ten times as much as reading the row. 512 bits say of most rows that they
 * lack a pair: one bit for each, by the code points of its two characters, so that no release of PostgreSQL hashes otherwise.
 */
const signatures = sql`
  create function evidence_signature(terms text[]) returns bit(512) language sql immutable strict parallel safe
    return (
      select coalesce(bit_or(set_bit(b'0'::bit(512), (ascii(term) * 31 + ascii(substr(term, 2))) & 511, 1)), b'0'::bit(512))
      from unnest(terms) as term
    );
  alter table evidence add column signature bit(512) not null generated always as (evidence_signature(search)) stored;
`

export const evidenceMigrations: Record<string, Migration> = {
  '0200_evidence_tables': {
    async up(db: Kysely<unknown>) {
      await tables.execute(db)
      for (const [table, binding, reach] of BINDINGS) await protectTable(db, table, binding, reach)
    },
  },
  '0201_evidence_failed': {
    async up(db: Kysely<unknown>) {
      await failedState.execute(db)
    },
  },
  '0202_custody': custodyMigration,
  '0203_evidence_counts': { up: countFromIndexes },
  '0204_kept_blobs': keptBlobsMigration,
  '0205_preservation_failed': {
    async up(db: Kysely<unknown>) {
      await failedPreservations.execute(db)
    },
  },
  '0206_evidence_signatures': {
    async up(db: Kysely<unknown>) {
      await signatures.execute(db)
    },
  },
}
