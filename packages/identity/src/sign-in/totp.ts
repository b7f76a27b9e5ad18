/** One-time codes by time (RFC 6238): SHA-1, six digits, thirty seconds, as every authenticator app knows them. */
import { type Bytes, randomBytes } from '@mingzheng/kernel'
import type { Kysely } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { type IdentityRefusal, refused } from '../identity-failure.ts'
import type { IdentityParts } from '../identity-parts.ts'
import type { IdentityTables } from '../schema.ts'
import { issueTicket, takeTicket } from './ticket.ts'

const PERIOD_MS = 30_000
const SECRET_BYTES = 20
const ISSUER = '明证 Mingzheng'

function generator(secret: Bytes, label: string): TOTP {
  const buffer = Uint8Array.from(secret).buffer
  return new TOTP({ issuer: ISSUER, label, secret: new Secret({ buffer }), algorithm: 'SHA1', digits: 6, period: 30 })
}

/** The time step a code belongs to, one step either way allowed for clocks; null when it is wrong. */
function stepOf(secret: Bytes, code: string, now: number): number | null {
  const delta = generator(secret, '').validate({ token: code, timestamp: now, window: 1 })
  return delta === null ? null : Math.floor(now / PERIOD_MS) + delta
}

/** The code of a moment, for tests and the demo's print-out. `secret` is base32. */
export function totpCode(secret: string, at: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({
    timestamp: at,
  })
}

/** Begins the set-up: nothing is in force until a code has been given back. */
export async function startTotp(
  parts: IdentityParts,
  person: { userId: string; username: string },
): Promise<{ ticket: string; uri: string; secret: string }> {
  const secret = randomBytes(SECRET_BYTES)
  const sealed = parts.sealer.seal(secret, `totp ${person.userId}`)
  const ticket = await issueTicket(parts.database.system, parts.clock, {
    purpose: 'totp-setup',
    userId: person.userId,
    data: { sealed: sealed.toString('base64') },
  })
  const totp = generator(secret, person.username)
  return { ticket, uri: totp.toString(), secret: totp.secret.base32 }
}

/** Ends the set-up with a first code; a former secret of this person is replaced. */
export async function confirmTotp(
  parts: IdentityParts,
  person: { userId: string; organisationId: string },
  ticket: string,
  code: string,
): Promise<IdentityRefusal | null> {
  const { system } = parts.database
  const taken = await takeTicket(system, parts.clock, ticket, 'totp-setup')
  if ('kind' in taken) return taken
  const { sealed } = taken.data as { sealed: string }
  if (taken.userId !== person.userId) return refused('ticket-expired', 'this step is another person’s')
  const secret = Buffer.from(sealed, 'base64')
  const step = stepOf(parts.sealer.open(secret, `totp ${person.userId}`), code, parts.clock.now())
  if (step === null) {
    return refused('code-wrong', 'the code is wrong', {
      field: 'code',
      remedy: 'start over and scan the picture again',
    })
  }
  await storeTotp(system, { ...person, secret, step, at: new Date(parts.clock.now()) })
  return null
}

async function storeTotp(
  db: Kysely<IdentityTables>,
  row: { userId: string; organisationId: string; secret: Buffer; step: number; at: Date },
): Promise<void> {
  const values = { secret: row.secret, last_step: row.step, confirmed_at: row.at }
  await db
    .insertInto('credential_totp')
    .values({ user_id: row.userId, organisation_id: row.organisationId, ...values })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
    .execute()
}

/** Whether the code is right; each one counts once, and none before the last that counted. */
export async function checkTotp(parts: IdentityParts, userId: string, code: string): Promise<boolean> {
  const { system } = parts.database
  const row = await system
    .selectFrom('credential_totp')
    .select('secret')
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (row === undefined || !/^\d{6}$/.test(code)) return false
  const step = stepOf(parts.sealer.open(row.secret, `totp ${userId}`), code, parts.clock.now())
  if (step === null) return false
  const used = await system
    .updateTable('credential_totp')
    .set({ last_step: step })
    .where('user_id', '=', userId)
    .where('last_step', '<', step as never)
    .executeTakeFirst()
  return used.numUpdatedRows === 1n
}
