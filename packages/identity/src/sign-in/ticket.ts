/** The state between two steps of a sign-in or a set-up: short-lived, used once, bound to its purpose. */
import type { Clock } from '@mingzheng/kernel'
import type { Kysely } from 'kysely'
import { type IdentityRefusal, refused } from '../identity-failure.ts'
import type { IdentityTables, TicketTable } from '../schema.ts'
import { newToken, tokenHash } from './token.ts'

const LIFE_MS = 5 * 60_000

export type TicketPurpose = TicketTable['purpose']

export interface Ticket {
  userId: string | null
  data: unknown
}

export async function issueTicket(
  db: Kysely<IdentityTables>,
  clock: Clock,
  ticket: { purpose: TicketPurpose; userId: string | null; data?: unknown },
): Promise<string> {
  const token = newToken()
  await db
    .insertInto('sign_in_ticket')
    .values({
      token_hash: tokenHash(token),
      purpose: ticket.purpose,
      user_id: ticket.userId,
      data: JSON.stringify(ticket.data ?? null),
      expires_at: new Date(clock.now() + LIFE_MS),
    })
    .execute()
  return token
}

/** Takes the ticket out of the world; whoever comes second finds it gone. `ticket-expired` for all that is not good. */
export async function takeTicket(
  db: Kysely<IdentityTables>,
  clock: Clock,
  token: string,
  purpose: TicketPurpose,
): Promise<Ticket | IdentityRefusal> {
  const row = await db
    .deleteFrom('sign_in_ticket')
    .where('token_hash', '=', tokenHash(token))
    .where('purpose', '=', purpose)
    .returning(['user_id', 'data', 'expires_at'])
    .executeTakeFirst()
  if (row === undefined || row.expires_at.getTime() <= clock.now()) return expired()
  return { userId: row.user_id, data: row.data }
}

/** Looks at a ticket that may be used again (a second factor allows more than one try, which the lockout counts). */
export async function readTicket(
  db: Kysely<IdentityTables>,
  clock: Clock,
  token: string,
  purpose: TicketPurpose,
): Promise<Ticket | IdentityRefusal> {
  const row = await db
    .selectFrom('sign_in_ticket')
    .select(['user_id', 'data'])
    .where('token_hash', '=', tokenHash(token))
    .where('purpose', '=', purpose)
    .where('expires_at', '>', new Date(clock.now()))
    .executeTakeFirst()
  return row === undefined ? expired() : { userId: row.user_id, data: row.data }
}

function expired(): IdentityRefusal {
  return refused('ticket-expired', 'this step has expired', { field: 'ticket', remedy: 'start over' })
}
