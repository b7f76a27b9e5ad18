/** Sign-in, the signed-in person, and what this person may change about themselves. */
import { z } from 'zod'
import { accessSchema, defineRoutes } from './route.ts'
import { idSchema, nothing, timeSchema, unitRefSchema } from './values.ts'

export const meSchema = z.object({
  user: z.object({
    id: idSchema,
    username: z.string(),
    name: z.string(),
    cardNumber: z.string().nullable(),
    totp: z.boolean(),
    passkeys: z.number().int(),
  }),
  organisation: z.object({ id: idSchema, name: z.string() }),
  unit: unitRefSchema.nullable(),
  roles: z.array(z.string()),
  permissions: z.array(accessSchema),
  /** What must be done before anything else opens. */
  duties: z.array(z.enum(['change-password', 'second-factor'])),
  demo: z.boolean(),
  sessionExpiresAt: timeSchema,
})
export type Me = z.infer<typeof meSchema>

export const signInAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signed-in'), me: meSchema }),
  z.object({ kind: z.literal('second-factor'), ticket: z.string(), methods: z.array(z.enum(['totp', 'passkey'])) }),
])
export type SignInAnswer = z.infer<typeof signInAnswerSchema>

/** A credential id in base64url (WebAuthn level 3, section 5.1: at most 1,023 bytes). */
const passkeyId = z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/)
const webauthnJson = z.record(z.string(), z.unknown())

export const sessionRoutes = defineRoutes({
  'session.start': {
    method: 'POST',
    path: '/api/session',
    access: 'public',
    summary: 'Sign in with name and password; a second factor may follow',
    body: z.object({ username: z.string().min(1).max(100), password: z.string().min(1).max(200) }),
    response: signInAnswerSchema,
  },
  'session.totp': {
    method: 'POST',
    path: '/api/session/totp',
    access: 'public',
    summary: 'Second factor by one-time code',
    body: z.object({ ticket: z.string().max(200), code: z.string().regex(/^\d{6}$/) }),
    response: signInAnswerSchema,
  },
  'session.passkeyOptions': {
    method: 'POST',
    path: '/api/session/passkey/options',
    access: 'public',
    summary: 'Options for signing in by passkey',
    body: z.object({ ticket: z.string().max(200).optional() }),
    response: z.object({ ticket: z.string(), options: webauthnJson }),
  },
  'session.passkey': {
    method: 'POST',
    path: '/api/session/passkey',
    access: 'public',
    summary: 'Sign in, or give the second factor, by passkey',
    body: z.object({ ticket: z.string().max(200), response: webauthnJson }),
    response: signInAnswerSchema,
  },
  'session.end': { method: 'DELETE', path: '/api/session', access: 'session', summary: 'Sign out', status: 204 },
  'me.read': { method: 'GET', path: '/api/me', access: 'session', summary: 'Who I am', response: meSchema },
  'me.password': {
    method: 'PUT',
    path: '/api/me/password',
    access: 'session',
    summary: 'Change my password; other sessions end',
    body: z.object({ current: z.string().max(200), next: z.string().min(10).max(200) }),
    response: nothing,
  },
  'me.totpStart': {
    method: 'POST',
    path: '/api/me/totp',
    access: 'session',
    summary: 'Begin to set up one-time codes',
    response: z.object({ ticket: z.string(), uri: z.string(), secret: z.string() }),
  },
  'me.totpConfirm': {
    method: 'PUT',
    path: '/api/me/totp',
    access: 'session',
    summary: 'Finish setting up one-time codes',
    body: z.object({ ticket: z.string().max(200), code: z.string().regex(/^\d{6}$/) }),
    response: nothing,
  },
  'me.passkeyStart': {
    method: 'POST',
    path: '/api/me/passkeys/options',
    access: 'session',
    summary: 'Begin to add a passkey',
    response: z.object({ ticket: z.string(), options: webauthnJson }),
  },
  'me.passkeys': {
    method: 'GET',
    path: '/api/me/passkeys',
    access: 'session',
    summary: 'My passkeys',
    response: z.object({
      passkeys: z.array(
        z.object({ id: passkeyId, name: z.string(), createdAt: timeSchema, lastUsedAt: timeSchema.nullable() }),
      ),
    }),
  },
  'me.passkeyRemove': {
    method: 'DELETE',
    path: '/api/me/passkeys/:id',
    access: 'session',
    summary: 'Remove one of my passkeys; other sessions end',
    params: z.object({ id: passkeyId }),
    response: nothing,
  },
  'me.passkeyAdd': {
    method: 'POST',
    path: '/api/me/passkeys',
    access: 'session',
    summary: 'Add a passkey',
    body: z.object({ ticket: z.string().max(200), name: z.string().max(60), response: webauthnJson }),
    response: nothing,
  },
})
