/** Help from the console for somebody who lost a second factor or a password: possible, and always on the record. */
import { randomBytes } from '@mingzheng/kernel'
import { recordAct } from '../audit/audit.ts'
import { type IdentityRefusal, refused } from '../identity-failure.ts'
import type { IdentityParts } from '../identity-parts.ts'
import { hashPassword, makePassword } from './password.ts'
import { clearThrottle } from './throttle.ts'

export interface Recovery {
  username: string
  /** The system account at the console. */
  operator: string
  /** Why, in words; it goes into the audit log. */
  reason: string
  /** Whether a new first password is made too. */
  newPassword: boolean
}

/**
 * Removes the person's second factors, ends their sessions and lockout, and makes a new first password when asked to.
 * The audit log of the person's organisation says who did it and why, and so will the ledger.
 */
export async function recoverAccount(
  parts: IdentityParts,
  given: Recovery,
): Promise<{ username: string; password: string | null; removed: number } | IdentityRefusal> {
  const { system } = parts.database
  const username = given.username.trim().toLowerCase()
  const person = await system.selectFrom('person').selectAll().where('username', '=', username).executeTakeFirst()
  if (person === undefined) return refused('user-unknown', 'there is no such person', { field: 'username' })
  const password = given.newPassword ? makePassword(randomBytes) : null
  const hash = password === null ? null : await hashPassword(password)
  const removed = await system.transaction().execute(async (tx) => {
    const totp = await tx.deleteFrom('credential_totp').where('user_id', '=', person.id).executeTakeFirst()
    const keys = await tx.deleteFrom('credential_passkey').where('user_id', '=', person.id).executeTakeFirst()
    await tx.deleteFrom('session').where('user_id', '=', person.id).execute()
    await tx.deleteFrom('sign_in_ticket').where('user_id', '=', person.id).execute()
    await clearThrottle(tx, username)
    if (hash !== null) {
      const changed = { hash, must_change: true, changed_at: new Date(parts.clock.now()) }
      await tx
        .insertInto('credential_password')
        .values({ user_id: person.id, organisation_id: person.organisation_id, ...changed })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet(changed))
        .execute()
    }
    const count = Number(totp.numDeletedRows + keys.numDeletedRows)
    await recordAct(tx, parts.clock, {
      organisationId: person.organisation_id,
      actor: `console: ${given.operator}`,
      action: 'second-factor.mend',
      subject: `${person.name} (${username})`,
      detail: `${given.reason}; second factors removed: ${count}; new password: ${password === null ? 'no' : 'yes'}`,
    })
    return count
  })
  parts.onAudit()
  return { username, password, removed }
}
