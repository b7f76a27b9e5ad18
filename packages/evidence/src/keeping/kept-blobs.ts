/**
 * What the store must keep, and until when: a row for every package and handed-in file. The rows are the outbox: each says what is
 * wanted and what the store was told.
 */
import { type ColumnType, type Generated, type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EvidenceTables } from '../register/schema.ts'

type Time = ColumnType<Date, Date, Date>

export interface KeptBlobTable {
  blob_key: string
  /** The evidence or preservation that it belongs to; of a package for a party, the one that it was made from. */
  number: string
  /** Ledger time of the newest edition of that number: from it retention counts. */
  counts_from: Time
  wanted_until: Time
  /** Null until the store was told. */
  locked_until: ColumnType<Date | null, Date | null, Date | null>
  /** Whether the store was told of a legal hold. */
  held: Generated<boolean>
  attempts: Generated<number>
  due_at: Time
  /** Code of the last failed try. */
  problem: string | null
}

export interface KeptBlob {
  blobKey: string
  number: string
  /** Milliseconds. */
  countsFrom: number
  until: number
  /** Whether the store has locked it until then already. */
  locked: boolean
}

/** Enters a blob in the transaction that makes it known, and keeps what else belongs to its number as long. */
export async function keepBlob(tx: Kysely<EvidenceTables>, blob: KeptBlob): Promise<void> {
  const [from, until] = [new Date(blob.countsFrom), new Date(blob.until)]
  await tx
    .insertInto('kept_blob')
    .values({
      blob_key: blob.blobKey,
      number: blob.number,
      counts_from: from,
      wanted_until: until,
      locked_until: blob.locked ? until : null,
      due_at: from,
      problem: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await sql`update kept_blob set counts_from = greatest(counts_from, ${from}), wanted_until = greatest(wanted_until, ${until})
    where number = ${blob.number} and (counts_from < ${from} or wanted_until < ${until})`.execute(tx)
}

const table = sql`
  create table kept_blob (
    blob_key text primary key,
    number text not null,
    counts_from timestamptz not null,
    wanted_until timestamptz not null,
    locked_until timestamptz,
    held boolean not null default false,
    attempts integer not null default 0,
    due_at timestamptz not null,
    problem text
  );
  create index kept_blob_by_number on kept_blob (number);
  create index kept_blob_due on kept_blob (due_at) where locked_until is null or locked_until < wanted_until;
  create index kept_blob_held on kept_blob (number) where held;
  create index custody_legal_hold_lying on custody_legal_hold (number) where lifted_at is null;
`

/** Retention is not known here: the next start adds it to these times. */
const former = sql`
  insert into kept_blob (blob_key, number, counts_from, wanted_until, due_at)
  select e.blob_key, e.number, m.last, m.last, m.last from evidence_edition e
    join (select number, max(coalesce(ledger_time, made_at)) as last from evidence_edition group by number) m using (number)
  union all
  select blob_key, parent_number, made_at, made_at, made_at from derived_package where blob_key is not null
  union all
  select package_key, number, coalesce(ledger_time, accepted_at), coalesce(ledger_time, accepted_at), accepted_at
    from preservation where package_key is not null
  union all
  select blob_key, number, coalesce(ledger_time, accepted_at), coalesce(ledger_time, accepted_at), accepted_at
    from preservation where blob_key is not null
  on conflict do nothing
`

export const keptBlobsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await table.execute(db)
    await former.execute(db)
  },
}
