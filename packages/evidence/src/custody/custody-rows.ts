/** What people ask of custody: where packages lie, when that was last proved, legal holds. Rows come through row security. */
import { type Clock, fromHex, type Refusal, randomBytes, refuse, toHex } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import type { Kysely, Selectable, SelectQueryBuilder } from 'kysely'
import { findEvidence, recordEvent } from '../register/rows.ts'
import type { EvidenceTables } from '../register/schema.ts'
import type { CustodyState, HoldingTable, LegalHoldTable } from './custody-tables.ts'

export type CustodyRow = Omit<Selectable<HoldingTable>, 'sealing' | 'half' | 'ready_entry' | 'answer' | 'root'>
export type LegalHoldRow = Selectable<LegalHoldTable>

const COLUMNS = [
  'id',
  'number',
  'edition',
  'organisation_id',
  'custodian',
  'state',
  'blob_key',
  'parts',
  'requested_at',
  'hand_index',
  'confirmed_at',
  'confirm_index',
  'retain_until',
  'step',
  'step_due',
  'challenge_at',
  'proved_at',
  'proved_index',
  'doubt',
  'doubted_at',
  'attempts',
  'due_at',
  'problem',
] as const

export interface CustodyFilter {
  number?: string | undefined
  custodian?: string | undefined
  state?: CustodyState | undefined
}

/** A copy is theirs to see who see the evidence: that passes its own row security, which knows units. */
function ofVisible<O>(query: SelectQueryBuilder<EvidenceTables, 'custody_holding', O>) {
  return query.where(({ exists, selectFrom }) =>
    exists(selectFrom('evidence').select('evidence.number').whereRef('evidence.number', '=', 'custody_holding.number')),
  )
}

/** Newest first; `after` is the id behind which the page begins. */
export async function listHoldings(
  db: Kysely<EvidenceTables>,
  filter: CustodyFilter,
  page: { after?: string | undefined; limit: number },
): Promise<CustodyRow[]> {
  let query = ofVisible(db.selectFrom('custody_holding').select(COLUMNS))
  if (filter.number !== undefined) query = query.where('number', '=', filter.number)
  if (filter.custodian !== undefined) query = query.where('custodian', '=', filter.custodian)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (page.after !== undefined) {
    const after = await db
      .selectFrom('custody_holding')
      .select(['requested_at', 'id'])
      .where('id', '=', page.after)
      .executeTakeFirst()
    if (after === undefined) return []
    query = query.where((eb) =>
      eb.or([
        eb('requested_at', '<', after.requested_at),
        eb.and([eb('requested_at', '=', after.requested_at), eb('id', '<', after.id)]),
      ]),
    )
  }
  return query.orderBy('requested_at', 'desc').orderBy('id', 'desc').limit(page.limit).execute()
}

/** How many holdings each custodian has in each state, and the oldest proof among those that are held. */
export function countHoldings(db: Kysely<EvidenceTables>) {
  const counted = db
    .selectFrom('custody_holding')
    .select(({ fn }) => ['custodian', 'state', fn.countAll<string>().as('count'), fn.min('proved_at').as('oldest')])
  return ofVisible(counted).groupBy(['custodian', 'state']).execute()
}

export function findHolding(db: Kysely<EvidenceTables>, id: string): Promise<CustodyRow | undefined> {
  return ofVisible(db.selectFrom('custody_holding').select(COLUMNS)).where('id', '=', id).executeTakeFirst()
}

export function listLegalHolds(db: Kysely<EvidenceTables>, number: string): Promise<LegalHoldRow[]> {
  return db.selectFrom('custody_legal_hold').selectAll().where('number', '=', number).orderBy('placed_at').execute()
}

const ALIVE: readonly CustodyState[] = ['handed', 'held', 'doubted', 'released']

/** Lays a legal hold on a piece of evidence that is fixed, and on every copy of it; on the ledger before this resolves. */
export async function placeLegalHold(
  db: Kysely<EvidenceTables>,
  ledger: LedgerClient,
  clock: Clock,
  wish: { number: string; organisationId: string; reason: string; by: string },
): Promise<LegalHoldRow | Refusal> {
  const evidence = await findEvidence(db, wish.number)
  if (evidence === null) return refuse('not-found', 'there is no such evidence, or it is not yours to see')
  const copies = (await listHoldings(db, { number: wish.number }, { limit: 200 })).filter(({ state }) =>
    ALIVE.includes(state),
  )
  if (evidence.ledger_index === null) return refuse('not-fixed-yet', 'wait until the evidence is fixed, then try again')
  const id = toHex(randomBytes(16))
  const refused = await enter(ledger, 'hold', copies, id)
  if (refused !== null) return refused
  const at = new Date(clock.now())
  const row = await db
    .insertInto('custody_legal_hold')
    .values({
      id,
      number: wish.number,
      organisation_id: wish.organisationId,
      reason: wish.reason,
      placed_at: at,
      placed_by: wish.by,
      lifted_by: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tell(db, wish, at, 'legal-hold')
  return row
}

/** Lifts it from every copy. */
export async function liftLegalHold(
  db: Kysely<EvidenceTables>,
  ledger: LedgerClient,
  clock: Clock,
  wish: { number: string; organisationId: string; id: string; by: string },
): Promise<LegalHoldRow | Refusal> {
  if ((await findEvidence(db, wish.number)) === null) return refuse('not-found', 'there is no such hold')
  const hold = (await listLegalHolds(db, wish.number)).find(({ id, lifted_at }) => id === wish.id && lifted_at === null)
  if (hold === undefined) return refuse('not-found', 'there is no such hold')
  const copies = await listHoldings(db, { number: wish.number }, { limit: 200 })
  const refused = await enter(
    ledger,
    'lift',
    copies.filter(({ state }) => ALIVE.includes(state)),
    wish.id,
  )
  // A copy that came after the hold was laid does not bear it: nothing to lift there.
  if (refused !== null && copies.length === 1) return refused
  const at = new Date(clock.now())
  const row = await db
    .updateTable('custody_legal_hold')
    .set({ lifted_at: at, lifted_by: wish.by })
    .where('id', '=', wish.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tell(db, { ...wish, reason: hold.reason }, at, 'legal-hold-lifted')
  return row
}

async function enter(
  ledger: LedgerClient,
  method: string,
  copies: readonly CustodyRow[],
  id: string,
): Promise<Refusal | null> {
  if (copies.length === 0) return null
  const standings = await ledger.submit(
    copies.map((copy) => ({
      id: randomBytes(16),
      contract: 'custody',
      method,
      arguments: { h: fromHex(copy.id), x: fromHex(id) },
    })),
  )
  const refused = standings.find((standing) => standing.kind === 'refused')
  return refused?.kind === 'refused' ? refused.refusal : null
}

function tell(
  db: Kysely<EvidenceTables>,
  wish: { number: string; organisationId: string; reason: string; by: string },
  at: Date,
  kind: string,
): Promise<void> {
  const { number, organisationId: organisation_id, by: actor, reason: detail } = wish
  return recordEvent(db, { number, organisation_id, at, kind, actor, detail, ledger_index: null })
}
