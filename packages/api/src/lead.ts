/** Findings as they appear, and leads: listed, opened, dismissed, handed over, captured in full. */
import { z } from 'zod'
import { captureJobSchema } from './capture.ts'
import { defineRoutes } from './route.ts'
import { countSchema, hexDigestSchema, idParams, idSchema, numberSchema, standingSchema, timeSchema } from './values.ts'
import { behaviourSchema, findingSchema, outcomeSchema, platformRefSchema } from './watch-values.ts'

export const leadStateSchema = z.enum(['new', 'dismissed', 'handed-over'])
export const dismissalSchema = z.enum(['exempt', 'wrong-reading', 'licensed', 'corrected', 'trifle', 'other'])

export const leadSchema = z.object({
  id: idSchema,
  state: leadStateSchema,
  behaviour: behaviourSchema,
  article: z.string(),
  score: z.number(),
  reason: z.string(),
  title: z.string(),
  url: z.string(),
  platform: platformRefSchema,
  listingId: idSchema,
  shop: z.object({ id: idSchema, name: z.string() }).nullable(),
  /** Division code of the operator's registration, where its licence says it. */
  region: z.string().nullable(),
  firstAt: timeSchema,
  lastAt: timeSchema,
  /** How often it was found. */
  seen: z.number().int(),
  demo: z.boolean(),
  dismissedFor: dismissalSchema.nullable(),
  /** Where the newest finding's statement stands on the ledger. */
  standing: standingSchema,
})
export type LeadView = z.infer<typeof leadSchema>

export const leadQuerySchema = z.object({
  q: z.string().max(200).optional(),
  state: leadStateSchema.optional(),
  behaviour: behaviourSchema.optional(),
  platform: idSchema.optional(),
  shop: idSchema.optional(),
  region: z
    .string()
    .regex(/^\d{2,6}$/)
    .optional(),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  after: z.string().max(2000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type LeadQuery = z.input<typeof leadQuerySchema>

/** What is known of a listing; a field that its page does not say is null. */
export const factsSchema = z.object({
  title: z.string(),
  description: z.string(),
  category: z.string().nullable(),
  brand: z.string().nullable(),
  price: z.string().nullable(),
  original_price: z.string().nullable(),
  currency: z.string().nullable(),
  sku: z.string().nullable(),
  availability: z.string().nullable(),
  images: z.array(z.string()),
  shop: z.string().nullable(),
  operator: z.string().nullable(),
  licence: z.string().nullable(),
  rating: z.string().nullable(),
  sales: z.string().nullable(),
  /** What its page lists by name. */
  attributes: z.record(z.string(), z.string()),
})

export const seenPageSchema = z.object({
  id: idSchema,
  at: timeSchema,
  url: z.string(),
  finalUrl: z.string(),
  outcome: outcomeSchema,
  status: z.number().int().nullable(),
  mediaType: z.string().nullable(),
  bytes: z.number().int().nullable(),
  sha256: hexDigestSchema.nullable(),
  standing: standingSchema,
})

export const leadDetailSchema = leadSchema.extend({
  /** The finding that it stands on, and earlier and other ones of the same lead, newest first. */
  findings: z.array(findingSchema),
  /** The page as it was seen at the newest finding. */
  snapshot: seenPageSchema.nullable(),
  /** The listing now. */
  facts: factsSchema.nullable(),
  /** Prices since it is watched, the oldest first. */
  prices: z.array(z.object({ at: timeSchema, price: z.string().nullable(), originalPrice: z.string().nullable() })),
  shopHistory: z
    .object({
      name: z.string(),
      operator: z.string().nullable(),
      licence: z.string().nullable(),
      firstAt: timeSchema,
      listings: z.number().int(),
      leads: z.array(leadSchema),
    })
    .nullable(),
  lookAlikes: z.array(leadSchema),
  /** Pictures of the listing, as seen at the newest finding, that show a logo of the register, beside that logo. */
  logos: z.array(
    z.object({
      finding: idSchema,
      url: z.string(),
      picture: hexDigestSchema,
      brand: z.string(),
      /** The logo; `null` when it is not held any more. */
      logo: idSchema.nullable(),
      /** 0 to 1. */
      likeness: z.number(),
      /** Where in the picture, in its pixels: left, top, width, height. */
      place: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    }),
  ),
  timeline: z.array(
    z.object({
      at: timeSchema,
      kind: z.enum(['found', 'found-again', 'dismissed', 'reopened', 'handed-over', 'capture', 'fixed']),
      actor: z.string().nullable(),
      detail: z.string(),
    }),
  ),
})
export type LeadDetail = z.infer<typeof leadDetailSchema>

const note = z.string().trim().max(1000).default('')

export const leadRoutes = defineRoutes({
  'findings.list': {
    method: 'GET',
    path: '/api/findings',
    access: 'monitoring.read',
    summary: 'Findings of the last 30 days, newest first',
    query: z.object({
      task: idSchema.optional(),
      behaviour: behaviourSchema.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({ findings: z.array(findingSchema) }),
  },
  'findings.events': {
    method: 'GET',
    path: '/api/findings/events',
    access: 'monitoring.read',
    summary: 'Findings as they appear',
    response: findingSchema,
    answer: 'events',
  },
  'findings.statement': {
    method: 'GET',
    path: '/api/findings/:id/statement',
    access: 'monitoring.read',
    summary: 'The statement of a finding, with what opens its commitment and its receipt',
    params: idParams,
    /** `statement`: canonical JSON; `recompute` takes this answer as a file. */
    response: z.object({
      statement: z.string(),
      opening: z.string(),
      receipt: z
        .object({ index: z.number().int(), entry: z.string(), proof: z.string(), proofSm3: z.string() })
        .nullable(),
    }),
  },
  'findings.picture': {
    method: 'GET',
    path: '/api/findings/:id/pictures/:sha256',
    access: 'monitoring.read',
    summary: 'A picture that a finding names, PNG or JPEG, as it was fetched',
    params: idParams.extend({ sha256: hexDigestSchema }),
    answer: 'bytes',
  },
  'leads.list': {
    method: 'GET',
    path: '/api/leads',
    access: 'monitoring.read',
    summary: 'Leads, newest first',
    query: leadQuerySchema,
    response: z.object({ rows: z.array(leadSchema), count: countSchema, next: z.string().nullable() }),
  },
  'leads.read': {
    method: 'GET',
    path: '/api/leads/:id',
    access: 'monitoring.read',
    summary: 'One lead: why, where, since when, of whom',
    params: idParams,
    response: leadDetailSchema,
  },
  'leads.dismiss': {
    method: 'POST',
    path: '/api/leads/:id/dismissal',
    access: 'monitoring.lead',
    summary: 'Say that a lead is none, and why',
    params: idParams,
    body: z.object({ reason: dismissalSchema, note }),
    response: leadSchema,
  },
  'leads.reopen': {
    method: 'POST',
    path: '/api/leads/:id/reopening',
    access: 'monitoring.lead',
    summary: 'Take up a dismissed lead again',
    params: idParams,
    body: z.object({ note }),
    response: leadSchema,
  },
  'leads.handOver': {
    method: 'POST',
    path: '/api/leads/:id/hand-over',
    access: 'monitoring.lead',
    summary: 'Hand a lead to casework',
    params: idParams,
    body: z.object({ note }),
    response: leadSchema,
  },
  'leads.capture': {
    method: 'POST',
    path: '/api/leads/:id/capture',
    access: 'evidence.capture',
    summary: 'Capture the lead’s page in full now',
    params: idParams,
    body: z.object({ caseReference: z.string().max(100).default('') }),
    response: captureJobSchema,
    status: 202,
  },
  'leads.validity': {
    method: 'POST',
    path: '/api/leads/:id/validity',
    access: 'monitoring.lead',
    summary:
      'Make the lead’s certificate of validity: which probes its pipeline passed; it is fixed like a preserved file',
    params: idParams,
    /** `probes`: settled plants of its behaviour on its platform in the thirty days before it was found, and since. */
    response: z.object({ id: idSchema, number: numberSchema, probes: z.number().int(), standing: standingSchema }),
    status: 201,
  },
  'leads.validityPackage': {
    method: 'GET',
    path: '/api/leads/validity/:id/package',
    access: 'monitoring.read',
    summary: 'The package of a certificate of validity, which `verify` checks',
    params: idParams,
    answer: 'bytes',
  },
  'leads.validityCertificate': {
    method: 'GET',
    path: '/api/leads/validity/:id/certificate',
    access: 'monitoring.read',
    summary: 'The certificate of preservation of a certificate of validity, a signed PDF',
    params: idParams,
    answer: 'bytes',
  },
  'snapshots.body': {
    method: 'GET',
    path: '/api/snapshots/:sha256',
    access: 'monitoring.read',
    summary: 'The bytes of a page as they were seen',
    params: z.object({ sha256: hexDigestSchema }),
    answer: 'bytes',
  },
})
