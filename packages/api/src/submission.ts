/** What is handed in: the reporting exchange for platforms, files of analysts, and what the public says. docs/formats/platform-report.md. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { idParams, idSchema, standingSchema, timeSchema } from './values.ts'
import { behaviourSchema, platformRefSchema } from './watch-values.ts'

export const submissionSchema = z.object({
  id: idSchema,
  source: z.enum(['report', 'upload']),
  platform: platformRefSchema,
  fileName: z.string(),
  format: z.enum(['jsonl', 'csv', 'xlsx']),
  bytes: z.number().int(),
  sha256: z.string(),
  sm3: z.string(),
  /** `held`: its sender is not known to speak for the platform; somebody says so, or rejects it. */
  state: z.enum(['held', 'waiting', 'reading', 'done', 'rejected', 'failed']),
  by: z.string(),
  receivedAt: timeSchema,
  endedAt: timeSchema.nullable(),
  problem: z.string().nullable(),
  /** Rows read so far. `same`: handed in before just so. `lines`: for the models that look at many together. */
  rows: z.number().int(),
  bad: z.number().int(),
  same: z.number().int(),
  listings: z.number().int(),
  opinions: z.number().int(),
  lines: z.number().int(),
  findings: z.number().int(),
  leads: z.number().int(),
  /** Where the statement of its bytes stands on the ledger. */
  standing: standingSchema,
})
export type SubmissionView = z.infer<typeof submissionSchema>

export const submissionProblemSchema = z.object({
  line: z.number().int(),
  /** Such as `shop` or `images.2`; empty for the whole row. */
  field: z.string(),
  code: z.enum(['no-json', 'missing', 'wrong-type', 'too-long', 'too-short', 'wrong-form', 'unknown-kind']),
  value: z.string(),
})
export type SubmissionProblemView = z.infer<typeof submissionProblemSchema>

export const opinionSchema = z.object({
  id: idSchema,
  source: z.enum(['complaint', 'news', 'forum', 'review']),
  platform: platformRefSchema,
  shop: z.string().nullable(),
  listing: z.string().nullable(),
  title: z.string(),
  text: z.string(),
  url: z.string().nullable(),
  saidAt: timeSchema,
  /** Behaviours that it may be a sign of. */
  topics: z.array(behaviourSchema),
})
export type OpinionView = z.infer<typeof opinionSchema>

const problemsQuery = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(200) })
const nameQuery = z.string().trim().min(1).max(200)

export const submissionRoutes = defineRoutes({
  'reports.send': {
    method: 'POST',
    path: '/api/v1/reports',
    access: 'report.use',
    summary:
      'Report as a platform (body: JSON objects a line, or CSV, at most 1 GiB). Answered when durable; the same Idempotency-Key is the same report',
    query: z.object({ platform: z.string().trim().min(1).max(100), name: nameQuery.default('report') }),
    response: submissionSchema,
    status: 202,
    open: true,
  },
  'reports.read': {
    method: 'GET',
    path: '/api/v1/reports/:id',
    access: 'report.use',
    summary: 'How far a report is, what came of it, and its receipt once the ledger has it',
    params: idParams,
    response: submissionSchema.extend({
      /** The statement of its bytes, what opens its commitment, and where it is on the ledger. */
      proof: z
        .object({
          statement: z.string(),
          opening: z.string(),
          receipt: z
            .object({ index: z.number().int(), entry: z.string(), proof: z.string(), proofSm3: z.string() })
            .nullable(),
        })
        .nullable(),
    }),
    open: true,
  },
  'reports.problems': {
    method: 'GET',
    path: '/api/v1/reports/:id/problems',
    access: 'report.use',
    summary: 'Rows of a report that could not be read, by line and field',
    params: idParams,
    query: problemsQuery,
    response: z.object({ problems: z.array(submissionProblemSchema) }),
    open: true,
  },
  'reports.schema': {
    method: 'GET',
    path: '/api/v1/report-schema',
    access: 'public',
    summary: 'The JSON Schema of a row',
    response: z.record(z.string(), z.unknown()),
    open: true,
  },
  'submissions.list': {
    method: 'GET',
    path: '/api/submissions',
    access: 'monitoring.read',
    summary: 'What was handed in, newest first',
    response: z.object({ submissions: z.array(submissionSchema) }),
  },
  'submissions.read': {
    method: 'GET',
    path: '/api/submissions/:id',
    access: 'monitoring.read',
    summary: 'One submission with the rows that could not be read',
    params: idParams,
    query: problemsQuery,
    response: submissionSchema.extend({ problems: z.array(submissionProblemSchema) }),
  },
  'submissions.upload': {
    method: 'POST',
    path: '/api/submissions',
    access: 'monitoring.task',
    summary: 'Hand in a file (body: JSON objects a line, CSV or XLSX) of listings, opinions or lines for panels',
    query: z.object({ platform: idSchema, name: nameQuery }),
    response: submissionSchema,
    status: 201,
  },
  'submissions.judge': {
    method: 'POST',
    path: '/api/submissions/:id/sender',
    access: 'monitoring.task',
    summary: 'Say that the key which sent a held report speaks for the platform, or reject it',
    params: idParams,
    body: z.object({ accept: z.boolean() }),
    response: submissionSchema,
  },
  'opinions.list': {
    method: 'GET',
    path: '/api/opinions',
    access: 'monitoring.read',
    summary: 'What the public says, newest first; with what is complained of in the last 30 days, and of whom',
    query: z.object({
      topic: behaviourSchema.optional(),
      source: opinionSchema.shape.source.optional(),
      platform: idSchema.optional(),
      shop: z.string().max(200).optional(),
      q: z.string().max(200).optional(),
      after: idSchema.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({
      opinions: z.array(opinionSchema),
      next: idSchema.nullable(),
      topics: z.array(z.object({ topic: behaviourSchema, opinions: z.number().int() })),
      shops: z.array(z.object({ platform: platformRefSchema, shop: z.string(), opinions: z.number().int() })),
    }),
  },
})
