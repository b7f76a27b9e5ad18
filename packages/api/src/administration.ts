/** Organisation, people, keys and the audit log: the three administrators’ work. None of it shows case content. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { idParams, idSchema, nothing, timeSchema, unitRefSchema } from './values.ts'

export const roleSchema = z.enum([
  'officer',
  'duty-officer',
  'analyst',
  'unit-head',
  'system-admin',
  'security-admin',
  'audit-admin',
])

export const unitSchema = z.object({ id: idSchema, name: z.string().min(1).max(100), parent: idSchema.nullable() })
export const userSchema = z.object({
  id: idSchema,
  username: z.string(),
  name: z.string(),
  cardNumber: z.string().nullable(),
  unit: unitRefSchema.nullable(),
  roles: z.array(roleSchema),
  state: z.enum(['active', 'locked', 'disabled']),
  secondFactor: z.boolean(),
  lastSignInAt: timeSchema.nullable(),
})
export type UserView = z.infer<typeof userSchema>

export const officerSchema = z.object({
  id: idSchema,
  name: z.string(),
  cardNumber: z.string(),
  unit: unitRefSchema.nullable(),
})

export const keyCertificateSchema = z.object({
  serial: z.string(),
  subject: z.string(),
  purpose: z.string(),
  algorithm: z.string(),
  notBefore: timeSchema,
  notAfter: timeSchema,
  state: z.enum(['valid', 'expired', 'revoked']),
  revokedAt: timeSchema.nullable(),
  reason: z.string().nullable(),
})

export const apiKeySchema = z.object({
  id: idSchema,
  name: z.string(),
  prefix: z.string(),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  lastUsedAt: timeSchema.nullable(),
  revokedAt: timeSchema.nullable(),
})

export const auditEventSchema = z.object({
  id: idSchema,
  at: timeSchema,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  address: z.string().nullable(),
  /** Ledger index once fixed. */
  index: z.number().int().nullable(),
})

/** `broken` names the first event that does not fit, and why. */
export const auditCheckSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('whole'),
    events: z.number().int(),
    /** How many of the events the ledger seals; the rest wait for it. */
    sealed: z.number().int(),
    /** Hash of the last event, hexadecimal. */
    head: z.string(),
    at: timeSchema,
  }),
  z.object({ kind: z.literal('broken'), event: z.string(), why: z.enum(['chain', 'ledger', 'end']), at: timeSchema }),
])

export const administrationRoutes = defineRoutes({
  'organisation.read': {
    method: 'GET',
    path: '/api/organisation',
    access: 'organisation.read',
    summary: 'My organisation and its units',
    response: z.object({ id: idSchema, name: z.string(), province: z.string(), units: z.array(unitSchema) }),
  },
  'officers.list': {
    method: 'GET',
    path: '/api/officers',
    access: 'evidence.capture',
    summary: 'Officers of my organisation, to name a second officer',
    response: z.object({ officers: z.array(officerSchema) }),
  },
  'units.add': {
    method: 'POST',
    path: '/api/units',
    access: 'organisation.manage',
    summary: 'Add a unit',
    body: unitSchema.omit({ id: true }),
    response: unitSchema,
    status: 201,
  },
  'users.list': {
    method: 'GET',
    path: '/api/users',
    access: 'organisation.read',
    summary: 'People of my organisation',
    response: z.object({ users: z.array(userSchema) }),
  },
  'users.add': {
    method: 'POST',
    path: '/api/users',
    access: 'organisation.manage',
    summary: 'Add a person; answers with a first password, shown once',
    body: z.object({
      username: z.string().regex(/^[a-z][a-z0-9._-]{1,39}$/),
      name: z.string().min(1).max(60),
      unit: idSchema.nullable(),
      cardNumber: z.string().max(40).nullable(),
    }),
    response: z.object({ user: userSchema, firstPassword: z.string() }),
    status: 201,
  },
  'users.state': {
    method: 'PUT',
    path: '/api/users/:id/state',
    access: 'organisation.manage',
    summary: 'Disable or enable a person',
    params: idParams,
    body: z.object({ state: z.enum(['active', 'disabled']) }),
    response: userSchema,
  },
  'users.roles': {
    method: 'PUT',
    path: '/api/users/:id/roles',
    access: 'security.manage',
    summary: 'Give and take roles',
    params: idParams,
    body: z.object({ roles: z.array(roleSchema).max(7) }),
    response: userSchema,
  },
  'users.unlock': {
    method: 'POST',
    path: '/api/users/:id/unlock',
    access: 'security.manage',
    summary: 'End a lockout',
    params: idParams,
    response: userSchema,
  },
  'keys.list': {
    method: 'GET',
    path: '/api/keys',
    access: 'security.manage',
    summary: 'Key certificates of my organisation',
    response: z.object({ certificates: z.array(keyCertificateSchema) }),
  },
  'keys.revoke': {
    method: 'POST',
    path: '/api/keys/:serial/revoke',
    access: 'security.manage',
    summary: 'Revoke a key certificate',
    params: z.object({ serial: z.string().regex(/^[0-9a-f]{1,40}$/) }),
    body: z.object({ reason: z.enum(['key-compromise', 'superseded', 'cessation']) }),
    response: keyCertificateSchema,
  },
  'apiKeys.list': {
    method: 'GET',
    path: '/api/api-keys',
    access: 'security.manage',
    summary: 'API keys of my organisation',
    response: z.object({ keys: z.array(apiKeySchema) }),
  },
  'apiKeys.add': {
    method: 'POST',
    path: '/api/api-keys',
    access: 'security.manage',
    summary: 'Make an API key; the secret is shown once',
    body: z.object({ name: z.string().min(1).max(60), expiresAt: timeSchema.nullable().default(null) }),
    response: z.object({ key: apiKeySchema, secret: z.string() }),
    status: 201,
  },
  'apiKeys.revoke': {
    method: 'DELETE',
    path: '/api/api-keys/:id',
    access: 'security.manage',
    summary: 'Revoke an API key',
    params: idParams,
    response: nothing,
  },
  'audit.list': {
    method: 'GET',
    path: '/api/audit',
    access: 'audit.read',
    summary: 'Privileged acts, newest first',
    query: z.object({
      q: z.string().max(200).optional(),
      action: z.string().max(60).optional(),
      before: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({ events: z.array(auditEventSchema), next: z.string().nullable() }),
  },
  'audit.check': {
    method: 'GET',
    path: '/api/audit/check',
    access: 'audit.read',
    summary: 'Whether the audit log is whole: its chain of hashes, and the entries of the ledger that seal it',
    response: auditCheckSchema,
  },
})
