/** Keys for programs of an organisation: shown once, kept as a hash, bound to permissions, with an end. */
import { equalBytes, type Id, isRefusal, newId, randomBytes, toBase64Url } from '@mingzheng/kernel'
import type { Selectable } from 'kysely'
import { recordAct } from '../audit/audit.ts'
import { type IdentityRefusal, lacks, refused } from '../identity-failure.ts'
import type { IdentityParts, Origin } from '../identity-parts.ts'
import { type Permission, permissionsOf } from '../permission/permission.ts'
import type { Principal } from '../permission/principal.ts'
import { withPrincipal } from '../permission/row-security.ts'
import type { ApiKeyTable } from '../schema.ts'
import { tokenHash } from '../sign-in/token.ts'

export interface ApiKey {
  id: Id
  name: string
  /** The readable beginning, by which people tell keys apart. */
  prefix: string
  permissions: Permission[]
  createdAt: number
  expiresAt: number | null
  lastUsedAt: number | null
  revokedAt: number | null
}

/** `mzk_` so that scanners for leaked secrets know it, eight characters in the open, 256 secret bits. */
const TOKEN = /^(mzk_[A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})$/
const TOUCH_MS = 60_000

function view(row: Omit<Selectable<ApiKeyTable>, 'secret_hash'>): ApiKey {
  return {
    id: row.id as Id,
    name: row.name,
    prefix: row.prefix,
    permissions: row.permissions,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at?.getTime() ?? null,
    lastUsedAt: row.last_used_at?.getTime() ?? null,
    revokedAt: row.revoked_at?.getTime() ?? null,
  }
}

function makePrefix(): string {
  const text = toBase64Url(randomBytes(16)).replace(/[-_]/g, '')
  return text.length < 8 ? makePrefix() : `mzk_${text.slice(0, 8)}`
}

/** Makes a key; `secret` is the whole token and is never shown again. */
export async function addApiKey(
  parts: IdentityParts,
  principal: Principal,
  given: { name: string; expiresAt: number | null; permissions?: Permission[] },
  origin: Origin,
): Promise<{ key: ApiKey; secret: string } | IdentityRefusal> {
  const lacking = lacks(principal, 'security.manage')
  if (lacking !== null) return lacking
  const allowed = permissionsOf(['api-client'])
  const permissions = given.permissions ?? allowed
  if (permissions.some((permission) => !allowed.includes(permission))) {
    return refused('not-permitted', 'a key cannot hold this permission', { field: 'permissions' })
  }
  const { secret, values } = newKey(principal, { ...given, permissions }, parts.clock.now())
  const row = await withPrincipal(parts.database.people, principal, async (tx) => {
    const made = await tx.insertInto('api_key').values(values).returningAll().executeTakeFirstOrThrow()
    const { organisationId, name: actor } = principal
    const subject = `${made.name} (${made.prefix})`
    await recordAct(tx, parts.clock, { organisationId, actor, action: 'api-key.add', subject, address: origin.address })
    return made
  })
  parts.onAudit()
  return { key: view(row), secret }
}

function newKey(
  by: Pick<Principal, 'organisationId' | 'name'>,
  given: { name: string; expiresAt: number | null; permissions: Permission[] },
  now: number,
) {
  const prefix = makePrefix()
  const secret = `${prefix}_${toBase64Url(randomBytes(32))}`
  const values = {
    id: newId(now),
    organisation_id: by.organisationId,
    name: given.name,
    prefix,
    secret_hash: tokenHash(secret),
    permissions: given.permissions,
    created_at: new Date(now),
    created_by: by.name,
    expires_at: given.expiresAt === null ? null : new Date(given.expiresAt),
    last_used_at: null,
    revoked_at: null,
  }
  return { secret, values }
}

/** Keys of the principal's organisation, newest first, the revoked ones too. */
export async function listApiKeys(parts: IdentityParts, principal: Principal): Promise<ApiKey[] | IdentityRefusal> {
  const lacking = lacks(principal, 'security.manage')
  if (lacking !== null) return lacking
  const rows = await withPrincipal(parts.database.people, principal, (tx) =>
    tx.selectFrom('api_key').selectAll().orderBy('created_at', 'desc').limit(1000).execute(),
  )
  return rows.map(view)
}

/** Ends a key at once. */
export async function revokeApiKey(
  parts: IdentityParts,
  principal: Principal,
  id: string,
  origin: Origin,
): Promise<ApiKey | IdentityRefusal> {
  const lacking = lacks(principal, 'security.manage')
  if (lacking !== null) return lacking
  const answer = await withPrincipal(parts.database.people, principal, async (tx) => {
    const row = await tx
      .updateTable('api_key')
      .set({ revoked_at: new Date(parts.clock.now()) })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) return refused('api-key-unknown', 'there is no such key in force')
    const { organisationId, name: actor } = principal
    const subject = `${row.name} (${row.prefix})`
    await recordAct(tx, parts.clock, {
      organisationId,
      actor,
      action: 'api-key.revoke',
      subject,
      address: origin.address,
    })
    return view(row)
  })
  if (!isRefusal(answer)) parts.onAudit()
  return answer
}

/** Who holds this token; null for anything that is not a key in force. */
export async function readApiKey(parts: IdentityParts, token: string): Promise<Principal | null> {
  const match = TOKEN.exec(token)
  if (match === null) return null
  const { system } = parts.database
  const row = await system.selectFrom('api_key').selectAll().where('prefix', '=', match[1]!).executeTakeFirst()
  const now = parts.clock.now()
  if (row === undefined || !equalBytes(row.secret_hash, tokenHash(token))) return null
  if (row.revoked_at !== null || (row.expires_at !== null && row.expires_at.getTime() <= now)) return null
  if (row.last_used_at === null || now - row.last_used_at.getTime() >= TOUCH_MS) {
    await system
      .updateTable('api_key')
      .set({ last_used_at: new Date(now) })
      .where('id', '=', row.id)
      .execute()
  }
  return {
    kind: 'api-key',
    userId: row.id as Id,
    name: row.name,
    organisationId: row.organisation_id as Id,
    unitId: null,
    unitIds: '*',
    officerId: null,
    roles: ['api-client'],
    permissions: row.permissions,
  }
}
