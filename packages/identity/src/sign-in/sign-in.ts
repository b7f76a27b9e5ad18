/** Signing in: password, then a second factor where there is one; or a passkey alone. */
import { isRefusal } from '@mingzheng/kernel'
import { recordAct } from '../audit/audit.ts'
import { type IdentityRefusal, refused } from '../identity-failure.ts'
import type { IdentityParts, Origin } from '../identity-parts.ts'
import { checkPasskey } from './passkey.ts'
import { passwordMatches } from './password.ts'
import { beginSession, endSession, type NewSession, tidySessions } from './session.ts'
import { beginAttempt } from './throttle.ts'
import { issueTicket, readTicket, takeTicket } from './ticket.ts'
import { checkTotp } from './totp.ts'

export type SecondFactor = 'totp' | 'passkey'

export type SignInAnswer =
  | ({ kind: 'signed-in' } & NewSession)
  | { kind: 'second-factor'; ticket: string; methods: SecondFactor[] }

interface Person {
  id: string
  organisation_id: string
  username: string
  name: string
  state: string
}

/** The name as accounts spell it; what no account can be called stays something that none is called. */
function accountName(text: string): string {
  const name = text.trim().toLowerCase()
  return /^[\x21-\x7e]{1,100}$/.test(name) ? name : '(not a name)'
}

/** One answer for a wrong name, a wrong password and a disabled account. */
function wrong(): IdentityRefusal {
  return refused('sign-in-refused', 'name or password is wrong', { remedy: 'check both and try again' })
}

const TIDY_MS = 3_600_000

/** What has ended is forgotten once an hour, by whoever comes first. */
async function tidyNowAndThen(parts: IdentityParts): Promise<void> {
  const now = parts.clock.now()
  if (Math.abs(now - parts.tidied.at) < TIDY_MS) return
  parts.tidied.at = now
  await tidySessions(parts)
}

/** First step. `replaces` is the token the browser held before; it is worth nothing afterwards. */
export async function signIn(
  parts: IdentityParts,
  given: { username: string; password: string; replaces?: string },
  origin: Origin,
): Promise<SignInAnswer | IdentityRefusal> {
  const { system } = parts.database
  const username = accountName(given.username)
  await tidyNowAndThen(parts)
  const attempt = await beginAttempt(system, parts.clock, { account: username, address: origin.address })
  if (isRefusal(attempt)) return attempt
  const person = await system
    .selectFrom('person')
    .leftJoin('credential_password', 'credential_password.user_id', 'person.id')
    .select(['person.id', 'person.organisation_id', 'person.username', 'person.name', 'person.state', 'hash'])
    .where('username', '=', username)
    .executeTakeFirst()
  const right = await passwordMatches(person?.hash ?? null, given.password)
  if (person === undefined || !right || person.state !== 'active') {
    if (person !== undefined) await recordSignIn(parts, person, 'sign-in.failed', 'password', origin)
    return wrong()
  }
  const methods = await secondFactorsOf(parts, person.id)
  if (methods.length > 0) {
    // The account's count stands until the second factor is right, or a known password would reset the guessing of codes.
    await attempt.rightSoFar()
    const ticket = await issueTicket(system, parts.clock, { purpose: 'second-factor', userId: person.id })
    return { kind: 'second-factor', ticket, methods }
  }
  await attempt.succeeded()
  return finish(parts, person, 'password', origin, given.replaces)
}

/** Second step by one-time code. A wrong code may be corrected with the same ticket, as often as the lockout allows. */
export async function signInWithCode(
  parts: IdentityParts,
  given: { ticket: string; code: string; replaces?: string },
  origin: Origin,
): Promise<SignInAnswer | IdentityRefusal> {
  const { system } = parts.database
  const ticket = await readTicket(system, parts.clock, given.ticket, 'second-factor')
  if (isRefusal(ticket)) return ticket
  const person = ticket.userId === null ? undefined : await findActive(parts, ticket.userId)
  if (person === undefined) return wrong()
  const attempt = await beginAttempt(system, parts.clock, { account: person.username, address: origin.address })
  if (isRefusal(attempt)) return attempt
  if (!(await checkTotp(parts, person.id, given.code))) {
    await recordSignIn(parts, person, 'sign-in.failed', 'one-time code', origin)
    return refused('code-wrong', 'the code is wrong', { field: 'code', remedy: 'wait for the next code and try again' })
  }
  const taken = await takeTicket(system, parts.clock, given.ticket, 'second-factor')
  if (isRefusal(taken)) return taken
  await attempt.succeeded()
  return finish(parts, person, 'password and one-time code', origin, given.replaces)
}

/** By passkey: alone, or as the second step when its ticket was made with that of the first. */
export async function signInWithPasskey(
  parts: IdentityParts,
  given: { ticket: string; response: unknown; replaces?: string },
  origin: Origin,
): Promise<SignInAnswer | IdentityRefusal> {
  const key = await checkPasskey(parts, given)
  if (isRefusal(key)) return key
  const person = await findActive(parts, key.userId)
  if (person === undefined) return wrong()
  await parts.database.system.deleteFrom('sign_in_throttle').where('key', '=', `account:${person.username}`).execute()
  return finish(parts, person, 'passkey', origin, given.replaces)
}

function findActive(parts: IdentityParts, userId: string): Promise<Person | undefined> {
  return parts.database.system
    .selectFrom('person')
    .select(['id', 'organisation_id', 'username', 'name', 'state'])
    .where('id', '=', userId)
    .where('state', '=', 'active')
    .executeTakeFirst()
}

/** The second factors a person has set up. */
export async function secondFactorsOf(parts: IdentityParts, userId: string): Promise<SecondFactor[]> {
  const { system } = parts.database
  const totp = system.selectFrom('credential_totp').select('user_id').where('user_id', '=', userId)
  const passkey = system.selectFrom('credential_passkey').select('id').where('user_id', '=', userId).limit(1)
  return [
    ...((await totp.executeTakeFirst()) === undefined ? [] : ['totp' as const]),
    ...((await passkey.executeTakeFirst()) === undefined ? [] : ['passkey' as const]),
  ]
}

async function finish(
  parts: IdentityParts,
  person: Person,
  means: string,
  origin: Origin,
  replaces: string | undefined,
): Promise<SignInAnswer> {
  if (replaces !== undefined) await endSession(parts.database.system, replaces)
  const begun = await beginSession(parts, {
    userId: person.id,
    organisationId: person.organisation_id,
    secondFactor: means !== 'password',
    address: origin.address,
  })
  await recordSignIn(parts, person, 'sign-in', means, origin)
  return { kind: 'signed-in', ...begun }
}

async function recordSignIn(parts: IdentityParts, person: Person, action: string, detail: string, origin: Origin) {
  const subject = `${person.name} (${person.username})`
  await parts.database.system.transaction().execute((tx) =>
    recordAct(tx, parts.clock, {
      organisationId: person.organisation_id,
      actor: subject,
      action,
      subject,
      detail,
      address: origin.address,
    }),
  )
  parts.onAudit()
}
