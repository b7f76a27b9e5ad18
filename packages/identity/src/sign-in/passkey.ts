/** Passkeys (WebAuthn level 3): as a second factor, or alone, since the key's own user check makes it two. */
import { type Clock, utf8 } from '@mingzheng/kernel'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { type IdentityRefusal, refused } from '../identity-failure.ts'
import type { IdentityParts } from '../identity-parts.ts'
import { issueTicket, readTicket, takeTicket } from './ticket.ts'

const challengeSchema = z.object({ challenge: z.string() })
const responseSchema = z.looseObject({
  id: z.string().max(2000),
  rawId: z.string().max(2000),
  type: z.literal('public-key'),
})

type PasskeyParts = Pick<IdentityParts, 'database' | 'publicUrl'> & { clock: Clock }

function relyingParty(parts: PasskeyParts): { id: string; origin: string } | IdentityRefusal {
  const url = new URL(parts.publicUrl())
  // Section 5.1.3: the effective domain must be a domain; browsers refuse addresses, and so do we, with words.
  if (/^[\d.]+$|^\[/.test(url.hostname)) {
    return refused('passkey-unavailable', 'passkeys need a host name, not an address', {
      remedy: 'open the platform as http://localhost or set PUBLIC_URL to a name',
    })
  }
  return { id: url.hostname, origin: url.origin }
}

/** Options for `navigator.credentials.create`, and the ticket that goes back with its answer. */
export async function startPasskey(
  parts: PasskeyParts,
  person: { userId: string; username: string; name: string },
): Promise<{ ticket: string; options: object } | IdentityRefusal> {
  const party = relyingParty(parts)
  if ('kind' in party) return party
  const { system } = parts.database
  const known = await system
    .selectFrom('credential_passkey')
    .select('id')
    .where('user_id', '=', person.userId)
    .execute()
  const options = await generateRegistrationOptions({
    rpName: '明证 Mingzheng',
    rpID: party.id,
    userID: utf8(person.userId) as Uint8Array<ArrayBuffer>,
    userName: person.username,
    userDisplayName: person.name,
    attestationType: 'none',
    excludeCredentials: known,
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
  const data = { challenge: options.challenge }
  const ticket = await issueTicket(system, parts.clock, { purpose: 'passkey-setup', userId: person.userId, data })
  return { ticket, options }
}

/** Keeps the new passkey. */
export async function addPasskey(
  parts: PasskeyParts,
  person: { userId: string; organisationId: string },
  answer: { ticket: string; name: string; response: unknown },
): Promise<IdentityRefusal | null> {
  const party = relyingParty(parts)
  if ('kind' in party) return party
  const { system } = parts.database
  const taken = await takeTicket(system, parts.clock, answer.ticket, 'passkey-setup')
  if ('kind' in taken) return taken
  const response = responseSchema.safeParse(answer.response)
  if (taken.userId !== person.userId || !response.success) return refusedPasskey()
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: response.data as unknown as RegistrationResponseJSON,
      expectedChallenge: challengeSchema.parse(taken.data).challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
    })
    if (!verified) return refusedPasskey()
    const { credential } = registrationInfo
    const added = await system
      .insertInto('credential_passkey')
      .values({
        id: credential.id,
        user_id: person.userId,
        organisation_id: person.organisationId,
        name: answer.name.slice(0, 60),
        public_key: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
        created_at: new Date(parts.clock.now()),
        last_used_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return added.numInsertedOrUpdatedRows === 1n ? null : refusedPasskey()
  } catch {
    return refusedPasskey()
  }
}

/**
 * Options for `navigator.credentials.get`. With the ticket of a second factor they name that person's keys; without
 * one, any passkey of this host may answer.
 */
export async function startPasskeySignIn(
  parts: PasskeyParts,
  secondFactorTicket?: string,
): Promise<{ ticket: string; options: object } | IdentityRefusal> {
  const party = relyingParty(parts)
  if ('kind' in party) return party
  const { system } = parts.database
  let userId: string | null = null
  let allowCredentials: { id: string }[] = []
  if (secondFactorTicket !== undefined) {
    const first = await readTicket(system, parts.clock, secondFactorTicket, 'second-factor')
    if ('kind' in first) return first
    userId = first.userId
    const keys = system.selectFrom('credential_passkey').select('id').where('user_id', '=', userId)
    allowCredentials = await keys.execute()
  }
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    userVerification: 'required',
    allowCredentials,
  })
  const data = { challenge: options.challenge }
  return { ticket: await issueTicket(system, parts.clock, { purpose: 'passkey-sign-in', userId, data }), options }
}

/** Whose passkey answered; any flaw is the same `passkey-refused`. */
export async function checkPasskey(
  parts: PasskeyParts,
  answer: { ticket: string; response: unknown },
): Promise<{ userId: string; organisationId: string } | IdentityRefusal> {
  const party = relyingParty(parts)
  if ('kind' in party) return party
  const { system } = parts.database
  const taken = await takeTicket(system, parts.clock, answer.ticket, 'passkey-sign-in')
  if ('kind' in taken) return taken
  const response = responseSchema.safeParse(answer.response)
  if (!response.success) return refusedPasskey()
  const key = await system
    .selectFrom('credential_passkey')
    .selectAll()
    .where('id', '=', response.data.id)
    .executeTakeFirst()
  if (key === undefined || (taken.userId !== null && taken.userId !== key.user_id)) return refusedPasskey()
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: response.data as unknown as AuthenticationResponseJSON,
      expectedChallenge: challengeSchema.parse(taken.data).challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: { id: key.id, publicKey: Uint8Array.from(key.public_key), counter: Number(key.counter) },
    })
    if (!verified) return refusedPasskey()
    await system
      .updateTable('credential_passkey')
      .set({ counter: authenticationInfo.newCounter, last_used_at: new Date(parts.clock.now()) })
      .where('id', '=', key.id)
      .execute()
    return { userId: key.user_id, organisationId: key.organisation_id }
  } catch {
    // A counter that went back (a copied key) throws too.
    return refusedPasskey()
  }
}

function refusedPasskey(): IdentityRefusal {
  return refused('passkey-refused', 'the passkey was not accepted', { remedy: 'try again, or sign in with a password' })
}
