/** Sessions: an opaque token for the browser, a row for us; ended by disuse, by time, by sign-out, by change of rights. */
import type { Id } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import type { IdentityParts } from '../identity-parts.ts'
import { permissionsOf } from '../permission/permission.ts'
import type { Principal } from '../permission/principal.ts'
import { isAdministrator, type Role, WIDE_ROLES } from '../permission/role.ts'
import type { IdentityTables } from '../schema.ts'
import { newToken, tokenHash } from './token.ts'

/** What a person must do before anything else. */
export type Duty = 'change-password' | 'second-factor'

export interface Session {
  principal: Principal
  username: string
  organisation: { id: Id; name: string; province: string; demo: boolean }
  unit: { id: Id; name: string } | null
  cardNumber: string | null
  totp: boolean
  passkeys: number
  /** Whether this session was begun with a second factor. */
  secondFactor: boolean
  /** When it ends if nothing more is done, milliseconds. */
  expiresAt: number
  /** While there are any, only the person's own settings are open. */
  duties: Duty[]
}

export interface NewSession {
  /** For the cookie; not kept here. */
  token: string
  session: Session
}

/** The row is not written at every request. */
const TOUCH_MS = 60_000

interface SessionRow {
  user_id: string
  organisation_id: string
  unit_id: string | null
  username: string
  name: string
  roles: Role[]
  state: string
  organisation_name: string
  province: string
  demo: boolean
  unit_name: string | null
  officer_id: string | null
  card_number: string | null
  below: string[]
  totp: boolean
  passkeys: number
  must_change: boolean
  seen_at: Date
  expires_at: Date
  second_factor: boolean
}

/** Begins a session with a new token: what a browser held before sign-in is worth nothing after it. */
export async function beginSession(
  parts: IdentityParts,
  begin: { userId: string; organisationId: string; secondFactor: boolean; address: string },
): Promise<NewSession> {
  const { system } = parts.database
  const token = newToken()
  const now = parts.clock.now()
  const at = new Date(now)
  await system
    .insertInto('session')
    .values({
      token_hash: tokenHash(token),
      user_id: begin.userId,
      organisation_id: begin.organisationId,
      created_at: at,
      seen_at: at,
      expires_at: new Date(now + parts.rules.absoluteMs),
      second_factor: begin.secondFactor,
      address: begin.address,
    })
    .execute()
  await system.updateTable('person').set({ last_sign_in_at: at }).where('id', '=', begin.userId).execute()
  const session = await readSession(parts, token)
  // The person was disabled in this very moment.
  if (session === null) throw new Error('the session ended at once')
  return { token, session }
}

/** The session of a token, or null. Being read counts as use. */
export async function readSession(parts: IdentityParts, token: string): Promise<Session | null> {
  const { system } = parts.database
  const hash = tokenHash(token)
  const { rows } = await sql<SessionRow>`
    select person.id as user_id, person.organisation_id, person.unit_id, person.username, person.name, person.roles,
      person.state, organisation.name as organisation_name, organisation.province, organisation.demo,
      unit.name as unit_name, officer.id as officer_id, officer.card_number,
      exists (select from credential_totp t where t.user_id = person.id) as totp,
      (select count(*)::int from credential_passkey k where k.user_id = person.id) as passkeys,
      coalesce((select must_change from credential_password w where w.user_id = person.id), false) as must_change,
      session.seen_at, session.expires_at, session.second_factor,
      array(with recursive below as (
        select person.unit_id as id union select child.id from unit child join below on child.parent_id = below.id
      ) select id from below where id is not null) as below
    from session join person on person.id = session.user_id
      join organisation on organisation.id = person.organisation_id
      left join unit on unit.id = person.unit_id
      left join officer on officer.user_id = person.id
    where session.token_hash = ${hash}`.execute(system)
  const row = rows[0]
  if (row === undefined) return null
  const now = parts.clock.now()
  const idleEnd = row.seen_at.getTime() + parts.rules.idleMs
  // A clock that was set back must not make an old session young.
  const ended = now >= row.expires_at.getTime() || now >= idleEnd || now < row.seen_at.getTime() - parts.rules.idleMs
  if (ended || row.state !== 'active') {
    await system.deleteFrom('session').where('token_hash', '=', hash).execute()
    return null
  }
  if (now - row.seen_at.getTime() >= TOUCH_MS) {
    await system
      .updateTable('session')
      .set({ seen_at: new Date(now) })
      .where('token_hash', '=', hash)
      .execute()
  }
  return sessionOf(parts, row, Math.min(row.expires_at.getTime(), now + parts.rules.idleMs))
}

function unitsSeen(row: SessionRow): Id[] | '*' {
  if (row.roles.some((role) => (WIDE_ROLES as readonly Role[]).includes(role))) return '*'
  if (row.unit_id === null) return []
  return (row.roles.includes('unit-head') ? row.below : [row.unit_id]) as Id[]
}

/** Whether people of these roles must have a second factor here. */
export function needsSecondFactor(rules: IdentityParts['rules'], roles: readonly Role[]): boolean {
  return rules.secondFactor === 'required' || (rules.secondFactor === 'administrators' && roles.some(isAdministrator))
}

function sessionOf(parts: IdentityParts, row: SessionRow, expiresAt: number): Session {
  const needsFactor = needsSecondFactor(parts.rules, row.roles)
  const duties: Duty[] = []
  if (row.must_change) duties.push('change-password')
  if (needsFactor && !row.totp && row.passkeys === 0) duties.push('second-factor')
  return {
    principal: {
      kind: 'user',
      userId: row.user_id as Id,
      name: row.name,
      organisationId: row.organisation_id as Id,
      unitId: row.unit_id as Id | null,
      unitIds: unitsSeen(row),
      officerId: row.officer_id as Id | null,
      roles: row.roles,
      permissions: permissionsOf(row.roles),
    },
    username: row.username,
    organisation: {
      id: row.organisation_id as Id,
      name: row.organisation_name,
      province: row.province,
      demo: row.demo,
    },
    unit: row.unit_id === null || row.unit_name === null ? null : { id: row.unit_id as Id, name: row.unit_name },
    cardNumber: row.card_number,
    totp: row.totp,
    passkeys: row.passkeys,
    secondFactor: row.second_factor,
    expiresAt,
    duties,
  }
}

/** Ends one session; ending what is not there is no error. */
export async function endSession(db: Kysely<IdentityTables>, token: string): Promise<void> {
  await db.deleteFrom('session').where('token_hash', '=', tokenHash(token)).execute()
}

/** Ends a person's sessions, but for the one named. */
export async function endSessionsOf(db: Kysely<IdentityTables>, userId: string, keep?: string): Promise<void> {
  let query = db.deleteFrom('session').where('user_id', '=', userId)
  if (keep !== undefined) query = query.where('token_hash', '<>', tokenHash(keep))
  await query.execute()
}

/** Forgets what has ended: sessions, tickets, lockouts of days ago. */
export async function tidySessions(parts: IdentityParts): Promise<void> {
  const { system } = parts.database
  const now = parts.clock.now()
  await system.deleteFrom('session').where('expires_at', '<', new Date(now)).execute()
  await system
    .deleteFrom('session')
    .where('seen_at', '<', new Date(now - parts.rules.idleMs))
    .execute()
  await system.deleteFrom('sign_in_ticket').where('expires_at', '<', new Date(now)).execute()
  await system
    .deleteFrom('sign_in_throttle')
    .where('last_at', '<', new Date(now - 2 * 24 * 3_600_000))
    .execute()
}
