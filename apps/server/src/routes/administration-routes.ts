/** The three administrators' work: organisation, people, keys, audit. */
import type { UserView } from '@mingzheng/api'
import {
  type CertificateAuthority,
  type Identity,
  type IssuedCertificate,
  isRole,
  type User,
} from '@mingzheng/identity'
import { type Bytes, type Clock, isRefusal, type Refusal, refuse, toHex, utcText } from '@mingzheng/kernel'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { originOf } from './session-routes.ts'

type Names =
  | 'organisation.read'
  | 'officers.list'
  | 'units.add'
  | 'users.list'
  | 'users.add'
  | 'users.state'
  | 'users.roles'
  | 'users.unlock'
  | 'keys.list'
  | 'keys.revoke'
  | 'apiKeys.list'
  | 'apiKeys.add'
  | 'apiKeys.revoke'
  | 'audit.list'
  | 'audit.check'

const timeOrNull = (ms: number | null) => (ms === null ? null : utcText(ms))

function userView(user: User): UserView {
  const roles = user.roles.filter((role) => role !== 'api-client')
  return { ...user, roles, lastSignInAt: timeOrNull(user.lastSignInAt) }
}

type ApiKey = Exclude<Awaited<ReturnType<Identity['apiKeys']['list']>>, Refusal>[number]

function apiKeyView(key: ApiKey) {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    createdAt: utcText(key.createdAt),
    expiresAt: timeOrNull(key.expiresAt),
    lastUsedAt: timeOrNull(key.lastUsedAt),
    revokedAt: timeOrNull(key.revokedAt),
  }
}

export interface AdministrationParts {
  identity: Identity
  clock: Clock
  authority: CertificateAuthority
  /** The entry at an index of the ledger, or null. */
  entryAt(index: number): Promise<Bytes | null>
  /** The organisation whose authority it is; others see no certificates. */
  operator(organisationId: string): Promise<boolean>
}

export function administrationRoutes(parts: AdministrationParts): Handlers<Person, Names> {
  const { identity, authority } = parts

  function certificateView(issued: IssuedCertificate) {
    const { serial, subject, purpose, family, notBefore, notAfter, revocation } = issued
    const expired = notAfter < parts.clock.now()
    return {
      serial,
      subject,
      purpose,
      algorithm: family === 'sm2' ? 'SM2' : 'P-256',
      notBefore: utcText(notBefore),
      notAfter: utcText(notAfter),
      state: revocation !== null ? ('revoked' as const) : expired ? ('expired' as const) : ('valid' as const),
      revokedAt: timeOrNull(revocation?.at ?? null),
      reason: revocation?.reason ?? null,
    }
  }

  return {
    'organisation.read': async ({ principal }) => {
      const found = await identity.organisations.read(principal)
      if (isRefusal(found)) return found
      const { id, name, province, units } = found
      return {
        id,
        name,
        province,
        units: units.map((unit) => ({ id: unit.id, name: unit.name, parent: unit.parentId })),
      }
    },
    'officers.list': async ({ principal }) => {
      const officers = await identity.organisations.officers(principal)
      if (isRefusal(officers)) return officers
      return { officers: officers.map(({ id, name, cardNumber, unit }) => ({ id, name, cardNumber, unit })) }
    },
    'units.add': async ({ body, principal, request }) => {
      const unit = await identity.organisations.addUnit(
        principal,
        { name: body.name, parentId: body.parent },
        originOf(request),
      )
      return isRefusal(unit) ? unit : { id: unit.id, name: unit.name, parent: unit.parentId }
    },
    'users.list': async ({ principal }) => {
      const users = await identity.users.list(principal)
      return isRefusal(users) ? users : { users: users.map(userView) }
    },
    'users.add': async ({ body, principal, request }) => {
      const { username, name, unit: unitId, cardNumber } = body
      const added = await identity.users.add(principal, { username, name, unitId, cardNumber }, originOf(request))
      return isRefusal(added) ? added : { user: userView(added.user), firstPassword: added.firstPassword }
    },
    'users.state': async ({ params, body, principal, request }) => {
      const user = await identity.users.setState(principal, params.id, body.state, originOf(request))
      return isRefusal(user) ? user : userView(user)
    },
    'users.roles': async ({ params, body, principal, request }) => {
      const user = await identity.users.setRoles(principal, params.id, body.roles.filter(isRole), originOf(request))
      return isRefusal(user) ? user : userView(user)
    },
    'users.unlock': async ({ params, principal, request }) => {
      const user = await identity.users.unlock(principal, params.id, originOf(request))
      return isRefusal(user) ? user : userView(user)
    },
    'keys.list': async ({ principal }) => {
      if (!(await parts.operator(principal.organisationId))) return { certificates: [] }
      return { certificates: (await authority.list()).map(certificateView) }
    },
    'keys.revoke': async ({ params, body, principal, request }) => {
      const known = (await parts.operator(principal.organisationId)) ? await authority.find(params.serial) : null
      if (known === null) return refuse('not-found', 'there is no such key certificate')
      await authority.revoke(params.serial, REASONS[body.reason])
      await identity.audit.record(
        principal,
        { action: 'key.revoke', subject: `${known.subject} (${known.serial})`, detail: body.reason },
        originOf(request),
      )
      return certificateView((await authority.find(params.serial))!)
    },
    'apiKeys.list': async ({ principal }) => {
      const keys = await identity.apiKeys.list(principal)
      return isRefusal(keys) ? keys : { keys: keys.map(apiKeyView) }
    },
    'apiKeys.add': async ({ body, principal, request }) => {
      const expiresAt = body.expiresAt === null ? null : Date.parse(body.expiresAt)
      const added = await identity.apiKeys.add(principal, { name: body.name, expiresAt }, originOf(request))
      return isRefusal(added) ? added : { key: apiKeyView(added.key), secret: added.secret }
    },
    'apiKeys.revoke': async ({ params, principal, request }) => {
      const key = await identity.apiKeys.revoke(principal, params.id, originOf(request))
      return isRefusal(key) ? key : {}
    },
    'audit.list': async ({ query, principal }) => {
      const { limit, q, action, before } = query
      const page = await identity.audit.list(principal, {
        limit,
        ...(q === undefined ? {} : { q }),
        ...(action === undefined ? {} : { action }),
        ...(before === undefined ? {} : { before }),
      })
      if (isRefusal(page)) return page
      return { events: page.events.map((event) => ({ ...event, at: utcText(event.at) })), next: page.next }
    },
    'audit.check': async ({ principal }) => {
      const checked = await identity.audit.checkOwn(principal, parts.entryAt)
      if (isRefusal(checked)) return checked
      const at = utcText(parts.clock.now())
      return checked.kind === 'whole'
        ? { kind: checked.kind, events: checked.events, sealed: checked.sealed, head: toHex(checked.head), at }
        : { kind: checked.kind, event: checked.at, why: checked.why, at }
    },
  }
}

/** The words of the API in those of RFC 5280 section 5.3.1. */
const REASONS = {
  'key-compromise': 'key-compromise',
  superseded: 'superseded',
  cessation: 'cessation-of-operation',
} as const
