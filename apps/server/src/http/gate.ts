/** Who calls, and whether they may: session cookie for people, bearer token for programs and for this machine's command line. */
import type { Access } from '@mingzheng/api'
import type { Identity, Principal, Session } from '@mingzheng/identity'
import { equalBytes, refuse, utf8 } from '@mingzheng/kernel'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Person } from '../person.ts'
import type { Gate } from './handler.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller's session, where there is one. */
    session?: Session
  }
}

/** `__Host-` binds the cookie to this host and to TLS; without TLS browsers refuse the prefix. */
export const cookieName = (tls: boolean) => (tls ? '__Host-mingzheng' : 'mingzheng')

export function setSessionCookie(reply: FastifyReply, token: string, tls: boolean): void {
  reply.setCookie(cookieName(tls), token, { path: '/', httpOnly: true, sameSite: 'strict', secure: tls })
}

export function clearSessionCookie(reply: FastifyReply, tls: boolean): void {
  reply.clearCookie(cookieName(tls), { path: '/', httpOnly: true, sameSite: 'strict', secure: tls })
}

export interface GateOptions {
  identity: Identity
  whileUp: Gate<Person>['whileUp']
  tls: boolean
  /** Token of the instance file, and who acts under it; null where the command line has no officer. */
  local: { token: string; person: () => Promise<Person | null> }
  organisationName(id: string): Promise<string>
}

/** What a person must do first leaves only their own settings open. */
const OPEN_UNDER_DUTY: readonly Access[] = ['public', 'session']

function bearerOf(request: FastifyRequest): string | null {
  const match = /^Bearer (\S{1,500})$/.exec(request.headers.authorization ?? '')
  return match?.[1] ?? null
}

export function personOf(session: Session): Person {
  return {
    ...session.principal,
    organisationName: session.organisation.name,
    unit: session.unit,
    cardNumber: session.cardNumber,
  }
}

export function createGate(options: GateOptions): Gate<Person> & { token(request: FastifyRequest): string | null } {
  const token = (request: FastifyRequest) => request.cookies[cookieName(options.tls)] ?? null

  const isLocalToken = (bearer: string) => equalBytes(utf8(bearer), utf8(options.local.token))

  async function identify(request: FastifyRequest): Promise<Person | null> {
    const bearer = bearerOf(request)
    if (bearer !== null) {
      if (isLocalToken(bearer)) {
        request.isLocalCommand = true
        return options.local.person()
      }
      const key = await options.identity.apiKeys.read(bearer)
      return key === null ? null : keyPerson(key)
    }
    const held = token(request)
    const session = held === null ? null : await options.identity.sessions.read(held)
    if (session === null) return null
    request.session = session
    return personOf(session)
  }

  async function keyPerson(principal: Principal): Promise<Person> {
    const organisationName = await options.organisationName(principal.organisationId)
    return { ...principal, organisationName, unit: null, cardNumber: null }
  }

  return {
    token,
    whileUp: options.whileUp,
    async admit(request, access) {
      if (access === 'public') return null
      if (access === 'console') {
        const bearer = bearerOf(request)
        if (bearer !== null && isLocalToken(bearer)) return null
        return refuse('not-permitted', 'only the command line of this machine may do this')
      }
      const person = await identify(request)
      if (person === null) {
        return refuse('not-signed-in', 'sign in first', { remedy: 'sign in, or give a valid API key' })
      }
      const duties = request.session?.duties ?? []
      if (duties.length > 0 && !OPEN_UNDER_DUTY.includes(access)) {
        return refuse('duty-first', `first: ${duties.join(', ')}`, {
          remedy: 'open your settings and finish setting up',
        })
      }
      if (access === 'session') {
        return person.kind === 'user' ? person : refuse('not-permitted', 'this is for signed-in people')
      }
      if (!(person.permissions as readonly string[]).includes(access)) {
        return refuse('not-permitted', `this needs the permission ${access}`, {
          remedy: 'ask the security administrator for the role that brings it',
        })
      }
      return person
    },
  }
}
