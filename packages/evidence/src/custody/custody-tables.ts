/**
 * Tables of custody on the platform's side. The rows are the outbox: each says what it waits for and when it is tried next, so
 * that whatever stops the program, the work goes on where it was.
 */
import { protectTable } from '@mingzheng/identity'
import { type ColumnType, type Generated, type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

type Time = ColumnType<Date, Date, Date>
type MaybeTime = ColumnType<Date | null, Date | null | undefined, Date | null>
type MaybeCount = ColumnType<string | null, number | null | undefined, number | null>

/** `waiting`: to be handed over; `handed`: the ledger has it, the custodian not yet. The rest is the ledger's state. */
export type CustodyState = 'waiting' | 'handed' | 'held' | 'doubted' | 'released' | 'destroyed' | 'declined' | 'lost'

/** What a challenge waits for; `foreign` is another member's. */
export type CustodyStep = 'asked' | 'ready' | 'drawn' | 'answered' | 'foreign'

/** Why a custodian is doubted: wrong bytes, or no answer in time. */
export type CustodyDoubt = 'bytes' | 'late'

export interface HoldingTable {
  /** Hex. */
  id: string
  number: string
  edition: number
  organisation_id: string
  /** Id of the custodian, a member of the trust policy. */
  custodian: string
  state: CustodyState
  blob_key: string
  parts: number | null
  root: Buffer | null
  /** Header and key of the sealing, until the custodian has confirmed. */
  sealing: Buffer | null
  requested_at: Time
  hand_index: MaybeCount
  confirmed_at: MaybeTime
  confirm_index: MaybeCount
  retain_until: Time
  step: CustodyStep | null
  step_due: MaybeTime
  /** Our half of the draw; null while another member's challenge runs. */
  half: Buffer | null
  ready_entry: Buffer | null
  answer: Buffer | null
  challenge_at: MaybeTime
  proved_at: MaybeTime
  proved_index: MaybeCount
  doubt: CustodyDoubt | null
  doubted_at: MaybeTime
  attempts: Generated<number>
  due_at: Time
  /** Code of the last failed try. */
  problem: string | null
}

export interface WishTable {
  /** Hex; the id of the entry `custody.ask`. */
  id: string
  holding: string
  number: string
  edition: number
  box_key: Buffer
  asked_at: Time
  state: 'asked' | 'given' | 'done' | 'failed'
  parts: number | null
  root: Buffer | null
  problem: string | null
  attempts: Generated<number>
  due_at: Time
}

export interface LegalHoldTable {
  /** Hex; `x` on the ledger. */
  id: string
  number: string
  organisation_id: string
  reason: string
  placed_at: Time
  placed_by: string
  lifted_at: MaybeTime
  lifted_by: string | null
}

/** How far each log was read: a consortium that follows an embedded ledger counts anew. */
export interface PlaceTable {
  origin: string
  next: ColumnType<string, number, number>
}

/** One piece of the case index at one court. */
export interface CaseIndexTable {
  /** Hex; the holding at the court. */
  id: string
  court: string
  /** Canonical bytes, sealed at rest, until the court has confirmed. */
  content: Buffer | null
  sealing: Buffer | null
  parts: number | null
  state: 'waiting' | 'handed' | 'held' | 'declined'
  /** The last edition in it: the next piece begins behind. */
  until_at: Time
  until_number: string
  until_edition: number
  attempts: Generated<number>
  due_at: Time
  problem: string | null
}

export interface CustodyTables {
  custody_case_index: CaseIndexTable

  custody_holding: HoldingTable
  custody_wish: WishTable
  custody_legal_hold: LegalHoldTable
  custody_place: PlaceTable
}

const tables = sql`
  create table custody_holding (
    id text primary key,
    number text not null references evidence (number),
    edition integer not null,
    organisation_id text not null,
    custodian text not null,
    state text not null check (state in
      ('waiting', 'handed', 'held', 'doubted', 'released', 'destroyed', 'declined', 'lost')),
    blob_key text not null,
    parts integer,
    root bytea,
    sealing bytea,
    requested_at timestamptz not null,
    hand_index bigint,
    confirmed_at timestamptz,
    confirm_index bigint,
    retain_until timestamptz not null,
    step text check (step in ('asked', 'ready', 'drawn', 'answered', 'foreign')),
    step_due timestamptz,
    half bytea,
    ready_entry bytea,
    answer bytea,
    challenge_at timestamptz,
    proved_at timestamptz,
    proved_index bigint,
    doubt text check (doubt in ('bytes', 'late')),
    doubted_at timestamptz,
    attempts integer not null default 0,
    due_at timestamptz not null,
    problem text
  );
  create unique index custody_holding_once on custody_holding (number, edition, custodian)
    where state not in ('lost', 'destroyed', 'doubted');
  create index custody_holding_due on custody_holding (due_at) where state in ('waiting', 'handed') or step is not null;
  create index custody_holding_challenge on custody_holding (challenge_at) where state in ('held', 'doubted');
  create index custody_holding_by_organisation on custody_holding (organisation_id, requested_at desc, id desc);
  create index custody_holding_by_number on custody_holding (number, edition);

  create table custody_wish (
    id text primary key,
    holding text not null references custody_holding (id),
    number text not null,
    edition integer not null,
    box_key bytea not null,
    asked_at timestamptz not null,
    state text not null check (state in ('asked', 'given', 'done', 'failed')),
    parts integer,
    root bytea,
    problem text,
    attempts integer not null default 0,
    due_at timestamptz not null
  );
  create index custody_wish_open on custody_wish (due_at) where state in ('asked', 'given');
  create unique index custody_wish_once on custody_wish (number, edition) where state in ('asked', 'given');

  create table custody_legal_hold (
    id text primary key,
    number text not null references evidence (number),
    organisation_id text not null,
    reason text not null,
    placed_at timestamptz not null,
    placed_by text not null,
    lifted_at timestamptz,
    lifted_by text
  );
  create index custody_legal_hold_by_number on custody_legal_hold (number);

  create table custody_case_index (
    id text primary key,
    court text not null,
    content bytea,
    sealing bytea,
    parts integer,
    state text not null check (state in ('waiting', 'handed', 'held', 'declined')),
    until_at timestamptz not null,
    until_number text not null,
    until_edition integer not null,
    attempts integer not null default 0,
    due_at timestamptz not null,
    problem text
  );
  create unique index custody_case_index_one on custody_case_index (court) where state in ('waiting', 'handed');
  create index custody_case_index_last on custody_case_index (court, until_at desc, until_number desc, until_edition desc);

  create table custody_place (origin text primary key, next bigint not null);
`

export const custodyMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await tables.execute(db)
    await protectTable(db, 'custody_holding', 'case', 'read')
    await protectTable(db, 'custody_legal_hold', 'case', 'write')
  },
}
