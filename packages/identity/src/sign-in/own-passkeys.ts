/** A person's own passkeys: which there are, and removing one that was lost or is no longer used. */
import type { Id } from '@mingzheng/kernel'
import { type IdentityRefusal, refused } from '../identity-failure.ts'
import type { IdentityParts, Origin } from '../identity-parts.ts'
import { recordOwn } from './own-account.ts'
import { endSessionsOf, needsSecondFactor, type Session } from './session.ts'

export interface OwnPasskey {
  /** Credential id, base64url. */
  id: string
  name: string
  /** Milliseconds since the epoch. */
  createdAt: number
  lastUsedAt: number | null
}

/** The person's passkeys, oldest first. */
export async function listOwnPasskeys(parts: IdentityParts, session: Session): Promise<OwnPasskey[]> {
  const rows = await parts.database.system
    .selectFrom('credential_passkey')
    .select(['id', 'name', 'created_at', 'last_used_at'])
    .where('user_id', '=', session.principal.userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(({ id, name, created_at, last_used_at }) => ({
    id,
    name,
    createdAt: created_at.getTime(),
    lastUsedAt: last_used_at?.getTime() ?? null,
  }))
}

/**
 * Removes a passkey; the person's other sessions end, since it may be removed because somebody else has it. Refused with
 * `passkey-unknown` when it is not the person's, with `second-factor-needed` when it is the last factor of somebody whose role asks for one.
 */
export async function removeOwnPasskey(
  parts: IdentityParts,
  session: Session,
  given: { id: string; token: string },
  origin: Origin,
): Promise<IdentityRefusal | null> {
  const userId: Id = session.principal.userId
  const refusal = await parts.database.system.transaction().execute(async (tx) => {
    // The person's row is held: of two removals at once the second sees what the first left.
    const person = tx.selectFrom('person').select('roles').where('id', '=', userId).forUpdate()
    const { roles } = await person.executeTakeFirstOrThrow()
    const keys = await tx
      .selectFrom('credential_passkey')
      .select(['id', 'name'])
      .where('user_id', '=', userId)
      .execute()
    const key = keys.find(({ id }) => id === given.id)
    if (key === undefined) return refused('passkey-unknown', 'you have no such passkey')
    const totp = await tx
      .selectFrom('credential_totp')
      .select('user_id')
      .where('user_id', '=', userId)
      .executeTakeFirst()
    if (keys.length === 1 && totp === undefined && needsSecondFactor(parts.rules, roles)) {
      return refused('second-factor-needed', 'this is your only second factor, and your role asks for one', {
        remedy: 'set up one-time codes or another passkey first',
      })
    }
    await tx.deleteFrom('credential_passkey').where('id', '=', key.id).execute()
    await endSessionsOf(tx, userId, given.token)
    await recordOwn(parts, tx, session, 'second-factor.remove', origin, `passkey ${key.name}`)
    return null
  })
  if (refusal === null) parts.onAudit()
  return refusal
}
