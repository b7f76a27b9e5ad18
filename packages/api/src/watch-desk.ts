/** The monitoring desk, the models, and a model tried before it is used. */
import { z } from 'zod'
import { factsSchema } from './lead.ts'
import { defineRoutes } from './route.ts'
import { timeSchema } from './values.ts'
import { platformSchema } from './watch-task.ts'
import { behaviourSchema, countsSchema, findingSchema, modelFindingSchema } from './watch-values.ts'

export const modelSchema = z.object({
  name: behaviourSchema,
  version: z.number().int(),
  /** `listing`: looks at one listing at a time; `panel`: at many lines together. */
  looksAt: z.enum(['listing', 'panel']),
  /** Such as `banned-goods.listing`: whose parameters they are. */
  key: z.string(),
  /** `value`: in force now; `shipped`: without settings of one's own, for which `reason` speaks. */
  thresholds: z.array(z.object({ name: z.string(), value: z.number(), shipped: z.number(), reason: z.string() })),
  /** Of the last 30 days. `precision`: share that analysts did not dismiss of those that they decided; null before ten. */
  leads: z.number().int(),
  dismissed: z.number().int(),
  handedOver: z.number().int(),
  precision: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
})
export type ModelView = z.infer<typeof modelSchema>

export const watchDeskSchema = z.object({
  /** Days of the last 30, the oldest first, with sums of fetches and of new leads. */
  days: z.array(
    z.object({ day: z.string(), fetched: z.number().int(), refused: z.number().int(), leads: z.number().int() }),
  ),
  today: countsSchema,
  behaviours: z.array(
    z.object({ behaviour: behaviourSchema, leads: z.number().int(), before: z.number().int(), open: z.number().int() }),
  ),
  /** By the first four digits of the division code. */
  regions: z.array(z.object({ region: z.string(), leads: z.number().int() })),
  /** Words of the spans of the last seven days. */
  hotWords: z.array(z.object({ word: z.string(), leads: z.number().int() })),
  platforms: z.array(platformSchema),
  findings: z.array(findingSchema),
  workers: z.array(z.object({ machine: z.string(), seenAt: timeSchema, pages: z.number().int() })),
  tasks: z.object({ running: z.number().int(), paused: z.number().int() }),
  openLeads: z.number().int(),
  /** Statements that wait for the ledger. */
  unfixed: z.number().int(),
})
export type WatchDeskView = z.infer<typeof watchDeskSchema>

/** What a model is tried on: a text, a page as HTML, an address that is fetched now, or lines as `examine` reads them. */
export const trialSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string().min(1).max(100_000) }),
  z.object({ kind: z.literal('page'), html: z.string().min(1).max(4_000_000), url: z.string().max(4096).default('') }),
  z.object({ kind: z.literal('address'), url: z.string().trim().min(1).max(4096) }),
  z.object({ kind: z.literal('lines'), lines: z.string().min(1).max(4_000_000) }),
])

export const watchDeskRoutes = defineRoutes({
  'watch.desk': {
    method: 'GET',
    path: '/api/watch/desk',
    access: 'monitoring.read',
    summary: 'What is rising, where, and whether models and sites are healthy',
    response: watchDeskSchema,
  },
  'models.list': {
    method: 'GET',
    path: '/api/models',
    access: 'monitoring.read',
    summary: 'The recognition models with their thresholds and how analysts judge them',
    response: z.object({ models: z.array(modelSchema) }),
  },
  'models.try': {
    method: 'POST',
    path: '/api/models/trial',
    access: 'monitoring.read',
    summary: 'Try the models on a text, a page or lines; nothing is kept',
    body: z.object({ subject: trialSchema, behaviours: z.array(behaviourSchema).optional() }),
    /** One answer a line; a text or page is one line. `facts`: what was read of a page. */
    response: z.object({
      answers: z.array(
        z.object({
          id: z.string().nullable(),
          facts: factsSchema.nullable(),
          findings: z.array(modelFindingSchema),
          error: z.object({ code: z.string(), detail: z.string() }).nullable(),
        }),
      ),
    }),
  },
})
