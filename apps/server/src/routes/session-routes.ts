/** Sign-in and one's own settings. */
import type { Me, SignInAnswer } from '@mingzheng/api'
import type { Identity, SignInAnswer as IdentityAnswer, Origin, Session } from '@mingzheng/identity'
import { isRefusal, type Refusal, refuse, utcText } from '@mingzheng/kernel'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { clearSessionCookie, setSessionCookie } from '../http/gate.ts'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'

type Names =
  | 'session.start'
  | 'session.totp'
  | 'session.passkeyOptions'
  | 'session.passkey'
  | 'session.end'
  | 'me.read'
  | 'me.password'
  | 'me.totpStart'
  | 'me.totpConfirm'
  | 'me.passkeyStart'
  | 'me.passkeyAdd'
  | 'me.passkeys'
  | 'me.passkeyRemove'

export interface SessionRouteParts {
  identity: Identity
  tls: boolean
  token(request: FastifyRequest): string | null
}

export const originOf = (request: FastifyRequest): Origin => ({ address: request.ip })

function meOf(session: Session): Me {
  const { principal, organisation } = session
  return {
    user: {
      id: principal.userId,
      username: session.username,
      name: principal.name,
      cardNumber: session.cardNumber,
      totp: session.totp,
      passkeys: session.passkeys,
    },
    organisation: { id: organisation.id, name: organisation.name },
    unit: session.unit,
    roles: principal.roles,
    permissions: principal.permissions,
    duties: session.duties,
    demo: organisation.demo,
    sessionExpiresAt: new Date(session.expiresAt).toISOString(),
  }
}

export function sessionRoutes(parts: SessionRouteParts): Handlers<Person, Names> {
  const { identity, tls } = parts

  const answer = (result: IdentityAnswer | Refusal, reply: FastifyReply): SignInAnswer | Refusal => {
    if (isRefusal(result) || result.kind === 'second-factor') return result
    setSessionCookie(reply, result.token, tls)
    return { kind: 'signed-in', me: meOf(result.session) }
  }
  /** What the browser held before sign-in ends with it. */
  const replaces = (request: FastifyRequest) => {
    const held = parts.token(request)
    return held === null ? {} : { replaces: held }
  }
  const own = (request: FastifyRequest): Session | Refusal =>
    request.session ?? refuse('not-signed-in', 'sign in first')
  const done = (refusal: Refusal | null) => refusal ?? {}

  return {
    'session.start': async ({ body, request, reply }) =>
      answer(await identity.signIn.start({ ...body, ...replaces(request) }, originOf(request)), reply),
    'session.totp': async ({ body, request, reply }) =>
      answer(await identity.signIn.code({ ...body, ...replaces(request) }, originOf(request)), reply),
    'session.passkeyOptions': async ({ body }) => {
      const started = await identity.signIn.passkeyOptions(body.ticket)
      return isRefusal(started)
        ? started
        : { ticket: started.ticket, options: started.options as Record<string, unknown> }
    },
    'session.passkey': async ({ body, request, reply }) =>
      answer(await identity.signIn.passkey({ ...body, ...replaces(request) }, originOf(request)), reply),
    'session.end': async ({ request, reply }) => {
      const held = parts.token(request)
      if (held !== null) await identity.sessions.end(held)
      clearSessionCookie(reply, tls)
      return undefined
    },
    'me.read': ({ request }) => {
      const session = own(request)
      return isRefusal(session) ? session : meOf(session)
    },
    'me.password': async ({ body, request }) => {
      const session = own(request)
      if (isRefusal(session)) return session
      const token = parts.token(request) ?? ''
      return done(await identity.me.changePassword(session, { ...body, token }, originOf(request)))
    },
    'me.totpStart': async ({ request }) => {
      const session = own(request)
      return isRefusal(session) ? session : identity.me.startTotp(session)
    },
    'me.totpConfirm': async ({ body, request }) => {
      const session = own(request)
      return isRefusal(session) ? session : done(await identity.me.confirmTotp(session, body, originOf(request)))
    },
    'me.passkeyStart': async ({ request }) => {
      const session = own(request)
      if (isRefusal(session)) return session
      const started = await identity.me.startPasskey(session)
      return isRefusal(started)
        ? started
        : { ticket: started.ticket, options: started.options as Record<string, unknown> }
    },
    'me.passkeys': async ({ request }) => {
      const session = own(request)
      if (isRefusal(session)) return session
      const passkeys = await identity.me.passkeys(session)
      return {
        passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
          id,
          name,
          createdAt: utcText(createdAt),
          lastUsedAt: lastUsedAt === null ? null : utcText(lastUsedAt),
        })),
      }
    },
    'me.passkeyRemove': async ({ params, request }) => {
      const session = own(request)
      if (isRefusal(session)) return session
      const token = parts.token(request) ?? ''
      return done(await identity.me.removePasskey(session, { id: params.id, token }, originOf(request)))
    },
    'me.passkeyAdd': async ({ body, request }) => {
      const session = own(request)
      return isRefusal(session) ? session : done(await identity.me.addPasskey(session, body, originOf(request)))
    },
  }
}
