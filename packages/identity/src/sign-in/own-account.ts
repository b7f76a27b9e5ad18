/** What a signed-in person changes about themselves. */
import { isRefusal } from '@mingzheng/kernel'
import type { Transaction } from 'kysely'
import { recordAct } from '../audit/audit.ts'
import { type IdentityRefusal, refused } from '../identity-failure.ts'
import type { IdentityParts, Origin } from '../identity-parts.ts'
import type { IdentityTables } from '../schema.ts'
import { addPasskey, startPasskey } from './passkey.ts'
import { checkPassword, hashPassword, passwordMatches } from './password.ts'
import { endSessionsOf, type Session } from './session.ts'
import { beginAttempt } from './throttle.ts'
import { confirmTotp, startTotp } from './totp.ts'

/** Changes the password; the person's other sessions end. `token` is the session that asks. */
export async function changePassword(
  parts: IdentityParts,
  session: Session,
  given: { current: string; next: string; token: string },
  origin: Origin,
): Promise<IdentityRefusal | null> {
  const { system } = parts.database
  const { userId, name } = session.principal
  const attempt = await beginAttempt(system, parts.clock, { account: session.username, address: origin.address })
  if (isRefusal(attempt)) return attempt
  const stored = await system
    .selectFrom('credential_password')
    .select('hash')
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (!(await passwordMatches(stored?.hash ?? null, given.current))) {
    return refused('password-wrong', 'the present password is wrong', { field: 'current' })
  }
  await attempt.succeeded()
  const weak = checkPassword(given.next, { username: session.username, name })
  if (weak !== null) return { ...weak, field: 'next' }
  if (given.next === given.current) return refused('password-weak', 'that is the present password', { field: 'next' })
  const hash = await hashPassword(given.next)
  await system.transaction().execute(async (tx) => {
    const changed = { hash, must_change: false, changed_at: new Date(parts.clock.now()) }
    await tx.updateTable('credential_password').set(changed).where('user_id', '=', userId).execute()
    await endSessionsOf(tx, userId, given.token)
    await recordOwn(parts, tx, session, 'password.change', origin)
  })
  parts.onAudit()
  return null
}

export function startOwnTotp(parts: IdentityParts, session: Session) {
  return startTotp(parts, { userId: session.principal.userId, username: session.username })
}

export async function confirmOwnTotp(
  parts: IdentityParts,
  session: Session,
  given: { ticket: string; code: string },
  origin: Origin,
): Promise<IdentityRefusal | null> {
  const refusal = await confirmTotp(parts, session.principal, given.ticket, given.code)
  if (refusal !== null) return refusal
  await parts.database.system
    .transaction()
    .execute((tx) => recordOwn(parts, tx, session, 'second-factor.add', origin, 'one-time codes'))
  parts.onAudit()
  return null
}

export function startOwnPasskey(parts: IdentityParts, session: Session) {
  const { userId, name } = session.principal
  return startPasskey(parts, { userId, name, username: session.username })
}

export async function addOwnPasskey(
  parts: IdentityParts,
  session: Session,
  given: { ticket: string; name: string; response: unknown },
  origin: Origin,
): Promise<IdentityRefusal | null> {
  const refusal = await addPasskey(parts, session.principal, given)
  if (refusal !== null) return refusal
  await parts.database.system
    .transaction()
    .execute((tx) => recordOwn(parts, tx, session, 'second-factor.add', origin, `passkey ${given.name}`))
  parts.onAudit()
  return null
}

/** Records what somebody changed about themselves. */
export function recordOwn(
  parts: IdentityParts,
  tx: Transaction<IdentityTables>,
  session: Session,
  action: string,
  origin: Origin,
  detail = '',
) {
  const actor = `${session.principal.name} (${session.username})`
  const { organisationId } = session.principal
  return recordAct(tx, parts.clock, { organisationId, actor, action, subject: actor, detail, address: origin.address })
}
