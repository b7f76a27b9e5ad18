/** Privileged acts on the record: who did what to whom, from where. docs/formats/audit.md. */
import {
  type Clock,
  canonicalJson,
  type Id,
  isRefusal,
  newId,
  type Refusal,
  randomBytes,
  utcText,
} from '@mingzheng/kernel'
import { comesAfter, decodeCursor, encodeCursor } from '@mingzheng/storage'
import { type Kysely, sql, type Transaction } from 'kysely'
import { type IdentityRefusal, lacks } from '../identity-failure.ts'
import type { Principal } from '../permission/principal.ts'
import { withPrincipal } from '../permission/row-security.ts'
import type { IdentityTables } from '../schema.ts'

/** What an event says. `detail` holds no secret and no case content. */
export interface AuditAct {
  organisationId: string
  /** Who acted, as people read it: `name (username)`, `API key name`, or `console: account` for the command line. */
  actor: string
  /** Dotted and lower case, such as `user.add`. */
  action: string
  subject: string
  detail?: string
  address?: string | null
}

export interface AuditEvent {
  id: Id
  at: number
  actor: string
  action: string
  subject: string
  detail: string
  address: string | null
  /** Index on the ledger, once fixed. */
  index: number | null
}

/** Adds the event in `tx`: the act and its record happen together or not at all. */
export async function recordAct<Schema>(tx: Transaction<Schema>, clock: Clock, act: AuditAct): Promise<Id> {
  const now = clock.now()
  const id = newId(now)
  const record = canonicalJson({
    version: 1,
    id,
    at: utcText(now),
    organisation: act.organisationId,
    actor: act.actor.slice(0, 200),
    action: act.action,
    subject: act.subject.slice(0, 500),
    detail: (act.detail ?? '').slice(0, 2000),
    address: act.address ?? null,
  })
  const salts = [Buffer.from(randomBytes(32)), Buffer.from(randomBytes(32))]
  await sql`select audit_append(${record}, ${act.organisationId}, ${salts[0]}, ${salts[1]}, ${newId(now)})`.execute(tx)
  return id
}

export interface AuditQuery {
  /** Words looked for in actor, subject and detail. */
  q?: string
  action?: string
  before?: string
  limit: number
}

/** Events of the principal's organisation, newest first. For the audit administrator. */
export async function listAudit(
  people: Kysely<IdentityTables>,
  principal: Principal,
  query: AuditQuery,
): Promise<{ events: AuditEvent[]; next: string | null } | IdentityRefusal | Refusal<'cursor-malformed'>> {
  const lacking = lacks(principal, 'audit.read')
  if (lacking !== null) return lacking
  const cursor = query.before === undefined ? null : decodeCursor(query.before, 1)
  if (isRefusal(cursor)) return cursor
  return withPrincipal(people, principal, async (tx) => {
    let select = tx.selectFrom('audit_event').selectAll()
    if (query.action !== undefined) select = select.where('action', '=', query.action)
    if (cursor !== null) select = select.where(comesAfter(['seq'], cursor, 'desc'))
    for (const word of (query.q ?? '').split(/\s+/).filter((word) => word !== '')) {
      const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`
      select = select.where((is) =>
        is.or([is('actor', 'ilike', pattern), is('subject', 'ilike', pattern), is('detail', 'ilike', pattern)]),
      )
    }
    const rows = await select
      .orderBy('seq', 'desc')
      .limit(query.limit + 1)
      .execute()
    const events = rows.slice(0, query.limit).map((row) => ({
      id: row.id as Id,
      at: row.at.getTime(),
      actor: row.actor,
      action: row.action,
      subject: row.subject,
      detail: row.detail,
      address: row.address,
      index: row.ledger_index === null ? null : Number(row.ledger_index),
    }))
    const last = rows[query.limit - 1]
    return { events, next: rows.length > query.limit && last !== undefined ? encodeCursor([last.seq]) : null }
  })
}
