/** The tables of identity with their row security. Forward only; a landed step is never edited. */
import { type MigrationSet, PEOPLE_ROLE } from '@mingzheng/storage'
import { type Kysely, sql } from 'kysely'
import { AUDIT_CHAIN } from './audit/audit-chain.ts'
import { protectTable } from './permission/row-security.ts'

const PEOPLE = sql`
  create table organisation (
    id text primary key,
    name text not null unique,
    name_en text not null,
    province text not null,
    demo boolean not null default false,
    created_at timestamptz not null
  );
  create table unit (
    id text primary key,
    organisation_id text not null references organisation,
    parent_id text references unit,
    name text not null,
    unique (organisation_id, name)
  );
  create table person (
    id text primary key,
    organisation_id text not null references organisation,
    unit_id text references unit,
    username text not null unique check (username = lower(username)),
    name text not null,
    state text not null default 'active' check (state in ('active', 'disabled')),
    roles text[] not null default '{}' constraint administrators_stand_alone check (
      cardinality(roles) <= 1 or not roles && array['system-admin', 'security-admin', 'audit-admin']),
    created_at timestamptz not null,
    last_sign_in_at timestamptz
  );
  create index person_by_organisation on person (organisation_id, username);
  create table officer (
    id text primary key,
    organisation_id text not null references organisation,
    unit_id text references unit,
    user_id text not null unique references person,
    name text not null,
    card_number text not null,
    unique (organisation_id, card_number)
  );
`

const SIGN_IN = sql`
  create table credential_password (
    user_id text primary key references person,
    organisation_id text not null,
    hash text not null,
    must_change boolean not null,
    changed_at timestamptz not null
  );
  create table credential_totp (
    user_id text primary key references person,
    organisation_id text not null,
    secret bytea not null,
    last_step bigint not null,
    confirmed_at timestamptz not null
  );
  create table credential_passkey (
    id text primary key,
    user_id text not null references person,
    organisation_id text not null,
    name text not null,
    public_key bytea not null,
    counter bigint not null,
    transports text[] not null,
    created_at timestamptz not null,
    last_used_at timestamptz
  );
  create index credential_passkey_by_person on credential_passkey (user_id);
  create table session (
    token_hash bytea primary key,
    user_id text not null references person,
    organisation_id text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    second_factor boolean not null,
    address text
  );
  create index session_by_person on session (user_id);
  create index session_by_end on session (expires_at);
  create table sign_in_ticket (
    token_hash bytea primary key,
    purpose text not null,
    user_id text references person,
    data jsonb not null,
    expires_at timestamptz not null
  );
  create index sign_in_ticket_by_end on sign_in_ticket (expires_at);
  create table sign_in_throttle (
    key text primary key,
    failures integer not null,
    blocked_until timestamptz,
    last_at timestamptz not null
  );
  create table api_key (
    id text primary key,
    organisation_id text not null references organisation,
    name text not null,
    prefix text not null unique,
    secret_hash bytea not null,
    permissions text[] not null,
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
  );
  create index api_key_by_organisation on api_key (organisation_id, created_at);
`

/** Administrators add first passwords and end sessions and lockouts of their own people, and can read none of it. */
async function openCredentials(db: Kysely<unknown>): Promise<void> {
  const role = sql.id(PEOPLE_ROLE)
  for (const table of ['credential_password', 'session']) {
    await sql`alter table ${sql.table(table)} enable row level security`.execute(db)
    await sql`create policy ${sql.id(`${table}_people`)} on ${sql.table(table)} to ${role}
      using (organisation_id = current_setting('app.organisation_id', true))
      with check (organisation_id = current_setting('app.organisation_id', true))`.execute(db)
  }
  await sql`grant insert on credential_password to ${role}`.execute(db)
  await sql`grant delete, select (user_id, organisation_id) on session to ${role}`.execute(db)
}

export const identityMigrations: MigrationSet = {
  '0100_identity_tables': {
    async up(db: Kysely<unknown>) {
      await PEOPLE.execute(db)
      await SIGN_IN.execute(db)
      await AUDIT_CHAIN.execute(db)
      const role = sql.id(PEOPLE_ROLE)
      await sql`alter table organisation enable row level security`.execute(db)
      await sql`create policy organisation_people on organisation to ${role}
        using (id = current_setting('app.organisation_id', true))`.execute(db)
      await sql`grant select on organisation to ${role}`.execute(db)
      await protectTable(db, 'unit', 'organisation')
      await protectTable(db, 'person', 'organisation')
      await protectTable(db, 'officer', 'organisation')
      await protectTable(db, 'api_key', 'organisation')
      await openCredentials(db)
    },
  },
}
