/** Evidence that is held: list, detail, files, editions, comparison, saved views. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import {
  countSchema,
  hexDigestSchema,
  idParams,
  idSchema,
  numberParams,
  numberSchema,
  personSchema,
  standingSchema,
  timeSchema,
  unitRefSchema,
} from './values.ts'

/** `failed`: fixing ended for a reason that does not pass by itself; `evidence.fixAgain` tries it again. */
export const evidenceStateSchema = z.enum(['fixing', 'fixed', 'failed', 'voided'])

export const evidenceRowSchema = z.object({
  number: numberSchema,
  title: z.string(),
  url: z.string(),
  host: z.string(),
  capturedAt: timeSchema,
  officer: personSchema.nullable(),
  unit: unitRefSchema.nullable(),
  caseReference: z.string(),
  state: evidenceStateSchema,
  complete: z.boolean(),
  demo: z.boolean(),
  edition: z.number().int(),
  bytes: z.number().int(),
  pages: z.number().int(),
  anomalies: z.number().int(),
  standing: standingSchema,
})
export type EvidenceRow = z.infer<typeof evidenceRowSchema>

/** Every filter stands in the address bar under these names. Lists go newest first; `after`/`before` are cursors. */
export const evidenceQuerySchema = z.object({
  q: z.string().max(200).optional(),
  host: z.string().max(253).optional(),
  officer: idSchema.optional(),
  unit: idSchema.optional(),
  caseReference: z.string().max(100).optional(),
  state: evidenceStateSchema.optional(),
  complete: z.enum(['yes', 'no']).optional(),
  demo: z.enum(['yes', 'no']).optional(),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  after: z.string().max(200).optional(),
  before: z.string().max(200).optional(),
  /** Jump: the page that begins at this time. */
  at: timeSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type EvidenceQuery = z.input<typeof evidenceQuerySchema>

export const evidenceFileSchema = z.object({
  path: z.string(),
  mediaType: z.string(),
  role: z.string(),
  bytes: z.number().int(),
  sha256: hexDigestSchema,
  sm3: hexDigestSchema,
})

export const timelineEventSchema = z.object({
  at: timeSchema,
  kind: z.string(),
  actor: z.string().nullable(),
  detail: z.string(),
  /** Ledger index of the entry that proves it, where there is one. */
  index: z.number().int().nullable(),
})

export const editionKindSchema = z.enum(['capture', 'signature', 'refusal', 'correction', 'voiding'])
export const editionSchema = z.object({
  edition: z.number().int(),
  kind: editionKindSchema,
  at: timeSchema,
  by: z.string(),
  detail: z.string(),
  bytes: z.number().int(),
  manifestSha256: hexDigestSchema,
  standing: standingSchema,
})

export const evidenceDetailSchema = evidenceRowSchema.extend({
  cause: z.string(),
  witness: z.string(),
  secondOfficer: personSchema.nullable(),
  startedAt: timeSchema,
  endedAt: timeSchema,
  clock: z.object({ source: z.string(), offsetMs: z.number().nullable() }),
  pagesCaptured: z.array(
    z.object({
      url: z.string(),
      finalUrl: z.string(),
      title: z.string(),
      status: z.number().nullable(),
      picture: z.string().nullable(),
      viewports: z.array(z.string()),
      text: z.string().nullable(),
    }),
  ),
  serverAddresses: z.array(z.string()),
  anomalyList: z.array(z.object({ code: z.string(), detail: z.string() })),
  incompleteReason: z.string().nullable(),
  /** Why fixing failed, in the state `failed`. */
  problem: z.object({ code: z.string(), detail: z.string(), remedy: z.string().nullable() }).nullable(),
  files: z.array(evidenceFileSchema),
  editions: z.array(editionSchema),
  manifestSha256: hexDigestSchema,
  timestamp: z.object({ time: timeSchema, authority: z.string(), serial: z.string() }).nullable(),
  recaptureOf: numberSchema.nullable(),
  recapturedBy: z.array(numberSchema),
})
export type EvidenceDetail = z.infer<typeof evidenceDetailSchema>

/** The verification report exactly as `proof` makes it; its shape is docs/formats/report.md. */
export const reportSchema = z.looseObject({ version: z.number(), verdict: z.string(), checks: z.array(z.unknown()) })

export const editionRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('signature'),
    /** Who signed: the second officer, the party, a witness. */
    role: z.enum(['officer', 'party', 'witness']),
    name: z.string().min(1).max(100),
    statement: z.string().max(1000).default(''),
  }),
  z.object({ kind: z.literal('refusal'), name: z.string().min(1).max(100), reason: z.string().min(1).max(1000) }),
  z.object({ kind: z.literal('correction'), field: z.string().min(1).max(100), text: z.string().min(1).max(2000) }),
  z.object({ kind: z.literal('voiding'), reason: z.string().min(1).max(1000) }),
])
export type EditionRequest = z.input<typeof editionRequestSchema>

export const comparisonSchema = z.object({
  left: numberSchema,
  right: numberSchema,
  text: z.array(z.object({ kind: z.enum(['same', 'removed', 'added']), line: z.string() })),
  picture: z.object({ changedShare: z.number(), width: z.number(), height: z.number() }).nullable(),
})

export const savedViewSchema = z.object({ id: idSchema, name: z.string().min(1).max(60), query: z.string().max(2000) })

const fileQuery = z.object({ path: z.string().min(1).max(300), edition: z.coerce.number().int().min(1).optional() })
const editionQuery = z.object({
  edition: z.coerce.number().int().min(1).optional(),
  /** `masked`: the derived package for a party, with cookies and tokens masked. */
  variant: z.enum(['original', 'masked']).default('original'),
})

export const evidenceRoutes = defineRoutes({
  'evidence.list': {
    method: 'GET',
    path: '/api/evidence',
    access: 'evidence.read',
    summary: 'Evidence of my organisation, newest first',
    query: evidenceQuerySchema,
    response: z.object({
      rows: z.array(evidenceRowSchema),
      count: countSchema,
      next: z.string().nullable(),
      previous: z.string().nullable(),
    }),
  },
  'evidence.export': {
    method: 'GET',
    path: '/api/evidence/export',
    access: 'evidence.download',
    summary: 'The list, as filtered, as CSV or JSON',
    query: evidenceQuerySchema.extend({ format: z.enum(['csv', 'json']).default('csv') }),
    answer: 'bytes',
  },
  'evidence.compare': {
    method: 'GET',
    path: '/api/evidence/compare',
    access: 'evidence.read',
    summary: 'Compare two captures by text and picture',
    query: z.object({ left: numberSchema, right: numberSchema }),
    response: comparisonSchema,
  },
  'evidence.comparePicture': {
    method: 'GET',
    path: '/api/evidence/compare.png',
    access: 'evidence.read',
    summary: 'The picture of what changed between two captures',
    query: z.object({ left: numberSchema, right: numberSchema }),
    answer: 'bytes',
  },
  'evidence.read': {
    method: 'GET',
    path: '/api/evidence/:number',
    access: 'evidence.read',
    summary: 'One piece of evidence; opening is recorded',
    params: numberParams,
    response: evidenceDetailSchema,
  },
  'evidence.timeline': {
    method: 'GET',
    path: '/api/evidence/:number/timeline',
    access: 'evidence.read',
    summary: 'What happened to it, by whom, who opened it',
    params: numberParams,
    response: z.object({ events: z.array(timelineEventSchema) }),
  },
  'evidence.keeping': {
    method: 'GET',
    path: '/api/evidence/:number/keeping',
    access: 'evidence.read',
    summary: 'Until when the store keeps each edition from removal, as the store says',
    params: numberParams,
    response: z.object({
      /** Whether the store itself refuses, or this program only. */
      enforced: z.boolean(),
      editions: z.array(z.object({ edition: z.number().int(), lockedUntil: timeSchema.nullable(), held: z.boolean() })),
    }),
  },
  'evidence.file': {
    method: 'GET',
    path: '/api/evidence/:number/file',
    access: 'evidence.read',
    summary: 'One file of the package',
    params: numberParams,
    query: fileQuery,
    answer: 'bytes',
  },
  'evidence.package': {
    method: 'GET',
    path: '/api/evidence/:number/package',
    access: 'evidence.download',
    summary: 'Download the package',
    params: numberParams,
    query: editionQuery,
    answer: 'bytes',
  },
  'evidence.replay': {
    method: 'GET',
    path: '/api/evidence/:number/replay',
    access: 'evidence.read',
    summary: 'Address at which the archive is replayed, on an origin of its own, for an hour',
    params: numberParams,
    response: z.object({ url: z.string() }),
  },
  'evidence.report': {
    method: 'GET',
    path: '/api/evidence/:number/report',
    access: 'evidence.read',
    summary: 'Verify the package now',
    params: numberParams,
    query: editionQuery,
    response: reportSchema,
  },
  'evidence.fixAgain': {
    method: 'POST',
    path: '/api/evidence/:number/fixing',
    access: 'evidence.capture',
    summary: 'Try again to fix evidence whose fixing failed',
    params: numberParams,
    response: evidenceDetailSchema,
    status: 202,
  },
  'evidence.edition': {
    method: 'POST',
    path: '/api/evidence/:number/editions',
    access: 'evidence.edit',
    summary: 'Add a signature, refusal, correction or voiding as a new edition',
    params: numberParams,
    body: editionRequestSchema,
    response: evidenceDetailSchema,
    status: 201,
  },
  'views.list': {
    method: 'GET',
    path: '/api/views',
    access: 'evidence.read',
    summary: 'My saved views',
    response: z.object({ views: z.array(savedViewSchema) }),
  },
  'views.save': {
    method: 'POST',
    path: '/api/views',
    access: 'evidence.read',
    summary: 'Save a view',
    body: savedViewSchema.omit({ id: true }),
    response: savedViewSchema,
    status: 201,
  },
  'views.remove': {
    method: 'DELETE',
    path: '/api/views/:id',
    access: 'evidence.read',
    summary: 'Remove a saved view',
    params: idParams,
    status: 204,
  },
  'desk.read': {
    method: 'GET',
    path: '/api/desk',
    access: 'session',
    summary: 'What waits for me, and how the last days went',
    response: z.object({
      waiting: z.array(
        z.object({
          kind: z.enum(['incomplete', 'unfixed', 'running', 'needs-signature', 'capture-failed', 'security', 'audit']),
          title: z.string(),
          detail: z.string(),
          /** Code of what failed. */
          code: z.string().nullable(),
          at: timeSchema,
          link: z.string(),
        }),
      ),
      days: z.array(z.object({ day: z.string(), captures: z.number().int(), fixed: z.number().int() })),
      totals: z.object({
        evidence: countSchema,
        today: z.number().int(),
        incomplete: z.number().int(),
        running: z.number().int(),
      }),
    }),
  },
})
