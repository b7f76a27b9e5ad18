/** Capture rules: how the pages of a platform are read, made by pointing at a page, tried before they are used, in versions. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { hexDigestSchema, idSchema, timeSchema } from './values.ts'
import { factFieldSchema } from './watch-task.ts'
import { platformRefSchema } from './watch-values.ts'

/** A currency is read with its price. */
export const ruleFieldSchema = factFieldSchema.exclude(['currency'])
export type RuleFieldName = z.infer<typeof ruleFieldSchema>

export const ruleWaySchema = z.object({
  select: z.string().trim().min(1).max(500),
  attribute: z
    .string()
    .regex(/^[a-zA-Z][\w:.-]{0,60}$/)
    .optional(),
  after: z.string().min(1).max(60).optional(),
  before: z.string().min(1).max(60).optional(),
})
export type RuleWayView = z.infer<typeof ruleWaySchema>

export const ruleContentSchema = z.object({
  /** Paths of the pages that it reads, `*` for anything; none is every page. */
  pages: z.array(z.string().startsWith('/').max(200)).max(20).default([]),
  fields: z.partialRecord(ruleFieldSchema, z.array(ruleWaySchema).min(1).max(10)),
})
export type RuleContentView = z.output<typeof ruleContentSchema>

export const fieldHealthSchema = z.object({
  field: ruleFieldSchema,
  /** Of the last two hours, and of the thirty days before. */
  pages: z.number().int(),
  missing: z.number().int(),
  pagesBefore: z.number().int(),
  missingBefore: z.number().int(),
  /** Missed far oftener than before. */
  alarm: z.boolean(),
})
export type FieldHealthView = z.infer<typeof fieldHealthSchema>

export const captureRuleSchema = z.object({
  platform: platformRefSchema,
  /** `own`: made here; `shipped`: comes with the product; `none`: pages are read without a rule. */
  origin: z.enum(['own', 'shipped', 'none']),
  version: z.number().int(),
  fields: z.array(ruleFieldSchema),
  health: z.array(fieldHealthSchema),
})
export type CaptureRuleView = z.infer<typeof captureRuleSchema>

const valueSchema = z.union([z.string(), z.array(z.string())]).nullable()
const readingSchema = z.partialRecord(ruleFieldSchema, valueSchema)
const platformParams = z.object({ id: idSchema })

export const captureRuleRoutes = defineRoutes({
  'rules.list': {
    method: 'GET',
    path: '/api/rules',
    access: 'monitoring.read',
    summary: 'Which rule reads the pages of each platform, and whether its fields are still found',
    response: z.object({ rules: z.array(captureRuleSchema) }),
  },
  'rules.read': {
    method: 'GET',
    path: '/api/rules/:id',
    access: 'monitoring.read',
    summary: 'The rule of a platform: what it says, its versions, and stored pages to try it on',
    params: platformParams,
    response: captureRuleSchema.extend({
      content: ruleContentSchema,
      /** Version that the next one is based on; 0 while there is none of one's own. */
      newest: z.number().int(),
      versions: z.array(
        z.object({
          version: z.number().int(),
          content: ruleContentSchema,
          note: z.string(),
          by: z.string(),
          at: timeSchema,
          active: z.boolean(),
        }),
      ),
      pages: z.array(z.object({ sha256: hexDigestSchema, url: z.string(), at: timeSchema })),
    }),
  },
  'rules.page': {
    method: 'GET',
    path: '/api/rules/:id/pages/:sha256',
    access: 'monitoring.read',
    summary: 'A stored page to be pointed at: without scripts, addresses and forms, each element with its number',
    params: platformParams.extend({ sha256: hexDigestSchema }),
    response: z.object({ url: z.string(), at: timeSchema, html: z.string() }),
  },
  'rules.point': {
    method: 'POST',
    path: '/api/rules/:id/point',
    access: 'monitoring.task',
    summary: 'Ways to the element that was pointed at, with what each gives there and on how many of the last pages',
    params: platformParams,
    body: z.object({ sha256: hexDigestSchema, element: z.number().int().min(0), field: ruleFieldSchema }),
    response: z.object({
      ways: z.array(
        z.object({
          way: ruleWaySchema,
          value: valueSchema,
          found: z.number().int(),
          of: z.number().int(),
          single: z.boolean(),
        }),
      ),
    }),
  },
  'rules.try': {
    method: 'POST',
    path: '/api/rules/:id/try',
    access: 'monitoring.task',
    summary: 'What a rule gives on the last pages, beside what is read without it',
    params: platformParams,
    body: z.object({ content: ruleContentSchema }),
    response: z.object({
      pages: z.array(
        z.object({
          sha256: hexDigestSchema,
          url: z.string(),
          at: timeSchema,
          ruled: readingSchema,
          plain: readingSchema,
        }),
      ),
    }),
  },
  'rules.save': {
    method: 'POST',
    path: '/api/rules/:id',
    access: 'monitoring.task',
    summary: 'Make a new version of a rule; the next pages are read by it',
    params: platformParams,
    body: z.object({
      content: ruleContentSchema,
      basedOn: z.number().int().min(0),
      note: z.string().trim().max(500).default(''),
    }),
    response: z.object({ version: z.number().int() }),
    status: 201,
  },
})
