/** This package's own tables: counters, the outbox, progress of jobs. None is open to people's requests directly. */
import { type Kysely, sql } from 'kysely'
import type { MigrationSet } from './migrate.ts'

export const storageMigrations: MigrationSet = {
  '0010_storage_tables': {
    async up(db: Kysely<unknown>) {
      await sql`
        create table serial (name text primary key, value bigint not null check (value > 0));

        create table outbox (
          id text primary key,
          channel text not null,
          payload jsonb not null,
          created_at timestamptz not null,
          attempts integer not null default 0,
          due_at timestamptz not null,
          delivered_at timestamptz,
          abandoned_at timestamptz,
          last_error text
        );
        create index outbox_due on outbox (channel, due_at, id) where delivered_at is null and abandoned_at is null;
        create index outbox_delivered on outbox (delivered_at) where delivered_at is not null;

        create table job_run (
          id uuid primary key,
          queue text not null,
          worker bigint,
          attempt integer,
          progress jsonb,
          cancel_requested_at timestamptz,
          updated_at timestamptz not null
        );
        create index job_run_cancelled on job_run (cancel_requested_at) where cancel_requested_at is not null;
      `.execute(db)
      // People's requests take numbers and post to the outbox inside their own transactions, and never read others'.
      await sql`
        grant select, insert, update on serial to mingzheng_people;
        grant insert on outbox to mingzheng_people;
      `.execute(db)
    },
  },
}
