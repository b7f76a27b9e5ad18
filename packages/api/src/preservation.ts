/** The open preservation API for other systems: digests or files in; receipts and certificates out. */
import { z } from 'zod'
import { receiptSchema } from './ledger.ts'
import { defineRoutes } from './route.ts'
import { hexDigestSchema, idParams, idSchema, numberSchema, standingSchema, timeSchema } from './values.ts'

export const preservationItemSchema = z.object({
  sha256: hexDigestSchema,
  sm3: hexDigestSchema.optional(),
  title: z.string().max(200).default(''),
  /** Free reference of the caller, given back as it is. Never put on the ledger. */
  reference: z.string().max(200).default(''),
  bytes: z.number().int().min(0).optional(),
  mediaType: z.string().max(100).optional(),
})

export const preservationSchema = z.object({
  id: idSchema,
  number: numberSchema,
  sha256: hexDigestSchema,
  sm3: hexDigestSchema.nullable(),
  title: z.string(),
  reference: z.string(),
  acceptedAt: timeSchema,
  standing: standingSchema,
  /** Why fixing ended for good; null while it goes on and when it is fixed. `preservations.fixAgain` tries it again. */
  problem: z.object({ code: z.string(), detail: z.string(), remedy: z.string().nullable() }).nullable(),
  receipt: receiptSchema.nullable(),
  certificate: z.string().nullable(),
})
export type PreservationView = z.infer<typeof preservationSchema>

const waitQuery = z.object({
  /** Seconds to wait for the receipt, at most 60. */
  wait: z.coerce.number().int().min(0).max(60).default(0),
})

export const webhookSchema = z.object({
  id: idSchema,
  url: z.url().max(2000),
  createdAt: timeSchema,
  lastDeliveryAt: timeSchema.nullable(),
  failures: z.number().int(),
})

export const preservationRoutes = defineRoutes({
  'preservations.add': {
    method: 'POST',
    path: '/api/v1/preservations',
    access: 'preservation.use',
    summary: 'Register one digest; answered when it is durable',
    body: preservationItemSchema,
    query: waitQuery,
    response: preservationSchema,
    status: 202,
    open: true,
  },
  'preservations.addBatch': {
    method: 'POST',
    path: '/api/v1/preservations/batch',
    access: 'preservation.use',
    summary: 'Register up to 1,000 digests',
    body: z.object({ items: z.array(preservationItemSchema).min(1).max(1000) }),
    response: z.object({ preservations: z.array(preservationSchema) }),
    status: 202,
    open: true,
  },
  'preservations.addFile': {
    method: 'POST',
    path: '/api/v1/preservations/files',
    access: 'preservation.use',
    summary: 'Send a file (body: its bytes, at most 8 GiB); its digests are computed and fixed and the file is kept',
    query: z.object({ title: z.string().max(200).default(''), reference: z.string().max(200).default('') }),
    response: preservationSchema,
    status: 202,
    open: true,
  },
  'preservations.read': {
    method: 'GET',
    path: '/api/v1/preservations/:id',
    access: 'preservation.use',
    summary: 'State and receipt, or why fixing failed; waits when asked to',
    params: idParams,
    query: waitQuery,
    response: preservationSchema,
    open: true,
  },
  'preservations.fixAgain': {
    method: 'POST',
    path: '/api/v1/preservations/:id/fixing',
    access: 'preservation.use',
    summary: 'Try again to fix what the ledger refused (`problem` says why)',
    params: idParams,
    response: preservationSchema,
    status: 202,
    open: true,
  },
  'preservations.certificate': {
    method: 'GET',
    path: '/api/v1/preservations/:id/certificate',
    access: 'preservation.use',
    summary: 'The preservation certificate as a signed PDF, once fixed',
    params: idParams,
    answer: 'bytes',
    open: true,
  },
  'preservations.package': {
    method: 'GET',
    path: '/api/v1/preservations/:id/package',
    access: 'preservation.use',
    summary: 'The evidence package, once fixed',
    params: idParams,
    answer: 'bytes',
    open: true,
  },
  'webhooks.add': {
    method: 'POST',
    path: '/api/v1/webhooks',
    access: 'preservation.use',
    summary: 'Be told when something is fixed or its fixing failed (Standard Webhooks); the secret is shown once',
    body: z.object({ url: z.url().max(2000) }),
    response: z.object({ webhook: webhookSchema, secret: z.string() }),
    status: 201,
    open: true,
  },
  'webhooks.list': {
    method: 'GET',
    path: '/api/v1/webhooks',
    access: 'preservation.use',
    summary: 'My webhooks',
    response: z.object({ webhooks: z.array(webhookSchema) }),
    open: true,
  },
  'webhooks.remove': {
    method: 'DELETE',
    path: '/api/v1/webhooks/:id',
    access: 'preservation.use',
    summary: 'Remove a webhook',
    params: idParams,
    status: 204,
    open: true,
  },
})
