/** Custody for signed-in people. Rows come through row security; what acts on the ledger is done under the person's name. */
import type { CustodyHolding } from '@mingzheng/api'
import {
  type CustodianMember,
  type CustodyRow,
  type CustodyService,
  countHoldings,
  type EvidenceTables,
  findEvidence,
  findHolding,
  type KeepingService,
  type LegalHoldRow,
  liftLegalHold,
  listHoldings,
  listLegalHolds,
  placeLegalHold,
} from '@mingzheng/evidence'
import { type Clock, isRefusal, refuse } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import type { Transaction } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'

type Names =
  | 'custody.list'
  | 'custody.summary'
  | 'custody.ofEvidence'
  | 'custody.challenge'
  | 'custody.hold'
  | 'custody.lift'

export interface CustodyRouteParts {
  clock: Clock
  ledger: LedgerClient
  as<T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>): Promise<T>
  service: Pick<CustodyService, 'challengeNow'>
  keeping: Pick<KeepingService, 'turn'>
  custodians(): readonly CustodianMember[]
}

const time = (at: Date | null) => (at === null ? null : at.toISOString())
const index = (at: string | null) => (at === null ? null : Number(at))
const missing = () => refuse('not-found', 'there is no such evidence, or it is not yours to see')

export function custodyRoutes(parts: CustodyRouteParts): Handlers<Person, Names> {
  const { clock, ledger } = parts
  const view = (row: CustodyRow): CustodyHolding => {
    const custodian = parts.custodians().find(({ id }) => id === row.custodian)
    return {
      id: row.id,
      number: row.number,
      edition: row.edition,
      custodian: { id: row.custodian, name: custodian?.name ?? { zh: row.custodian, en: row.custodian } },
      state: row.state,
      requestedAt: row.requested_at.toISOString(),
      confirmedAt: time(row.confirmed_at),
      confirmIndex: index(row.confirm_index),
      provedAt: time(row.proved_at),
      provedIndex: index(row.proved_index),
      nextChallengeAt: time(row.challenge_at),
      challenged: row.step !== null,
      doubt: row.doubt,
      doubtedAt: time(row.doubted_at),
      retainUntil: row.retain_until.toISOString(),
      problem: row.problem,
    }
  }
  const whole = async (tx: Transaction<EvidenceTables>, number: string) => ({
    holdings: (await listHoldings(tx, { number }, { limit: 200 })).map(view),
    legalHolds: (await listLegalHolds(tx, number)).map(holdView),
  })
  /** The store hears of it before the person does; one that is away hears later. */
  const told = async <T>(work: Promise<T>): Promise<T> => {
    const answer = await work
    await parts.keeping.turn().catch(() => undefined)
    return answer
  }
  return {
    'custody.list': async ({ query, principal }) =>
      parts.as(principal, async (tx) => {
        const { after, limit, ...filter } = query
        const rows = await listHoldings(tx, filter, { after, limit: limit + 1 })
        const shown = rows.slice(0, limit)
        return { rows: shown.map(view), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
      }),
    'custody.summary': async ({ principal }) => {
      const counts = await parts.as(principal, (tx) => countHoldings(tx))
      return {
        custodians: parts.custodians().map(({ id, name, role }) => {
          const own = counts.filter(({ custodian }) => custodian === id)
          const held = own.find(({ state }) => state === 'held')
          return {
            id,
            name,
            role,
            counts: Object.fromEntries(own.map(({ state, count }) => [state, Number(count)])),
            oldestProof: time(held?.oldest ?? null),
          }
        }),
      }
    },
    'custody.ofEvidence': async ({ params: { number }, principal }) =>
      parts.as(principal, async (tx) => ((await findEvidence(tx, number)) === null ? missing() : whole(tx, number))),
    'custody.challenge': async ({ params: { id }, principal }) => {
      const found = await parts.as(principal, (tx) => findHolding(tx, id))
      if (found === undefined) return missing()
      if (await parts.service.challengeNow(id)) return undefined
      return refuse('custody-not-now', 'this copy is not held, or is being challenged already')
    },
    'custody.hold': ({ params: { number }, body, principal }) =>
      told(
        parts.as(principal, async (tx) => {
          const wish = { number, reason: body.reason, organisationId: principal.organisationId, by: principal.name }
          const placed = await placeLegalHold(tx, ledger, clock, wish)
          return isRefusal(placed) ? placed : whole(tx, number)
        }),
      ),
    'custody.lift': ({ params: { number, id }, principal }) =>
      told(
        parts.as(principal, async (tx) => {
          const wish = { number, id, organisationId: principal.organisationId, by: principal.name }
          const lifted = await liftLegalHold(tx, ledger, clock, wish)
          return isRefusal(lifted) ? lifted : whole(tx, number)
        }),
      ),
  }
}

const holdView = (row: LegalHoldRow) => ({
  id: row.id,
  reason: row.reason,
  placedAt: row.placed_at.toISOString(),
  placedBy: row.placed_by,
  liftedAt: time(row.lifted_at),
  liftedBy: row.lifted_by,
})
