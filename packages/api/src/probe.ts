/** Probes: the pipeline in real time, what was planted and found, recall and precision; and probes of other systems. */
import { z } from 'zod'
import { receiptSchema } from './ledger.ts'
import { defineRoutes } from './route.ts'
import { hexDigestSchema, idParams, idSchema, standingSchema, timeSchema } from './values.ts'
import { behaviourSchema, platformRefSchema } from './watch-values.ts'

export const probePlanSchema = z.strictObject({
  /** Plants a day for each behaviour on each platform. */
  perDay: z.number().min(0).max(1000),
  /** Share of honest look-alikes. */
  honest: z.number().min(0).max(1),
  /** None is all that there are cases for. */
  behaviours: z.array(behaviourSchema).max(13),
  answerMinutes: z.number().int().min(1).max(43_200),
})

export const plantOutcomeSchema = z.enum(['found', 'missed', 'clear', 'false-alarm', 'void'])
const expectsSchema = z.enum(['lead', 'nothing'])

/** A share with Wilson's interval and Clopper and Pearson's, at 95 %; `value` is null of none. */
export const probeShareSchema = z.object({
  hits: z.number().int(),
  of: z.number().int(),
  value: z.number().nullable(),
  wilson: z.tuple([z.number(), z.number()]),
  exact: z.tuple([z.number(), z.number()]),
})
export type ProbeShareView = z.infer<typeof probeShareSchema>

/** `precision` is that of the planted mix; `specificity`: honest look-alikes that raised nothing. */
export const probeScoreSchema = z.object({
  behaviour: behaviourSchema.nullable(),
  platform: platformRefSchema.nullable(),
  month: z.string().nullable(),
  recall: probeShareSchema,
  precision: probeShareSchema,
  specificity: probeShareSchema,
  void: z.number().int(),
})
export type ProbeScoreView = z.infer<typeof probeScoreSchema>

export const probeSchema = z.object({
  id: idSchema,
  name: z.string(),
  kind: z.enum(['own', 'foreign']),
  running: z.boolean(),
  plan: probePlanSchema,
  nodes: z.array(z.string()),
  createdBy: z.string(),
  createdAt: timeSchema,
  /** Plants that are in, or on their way in: how many, and no more. */
  waiting: z.number().int(),
  settled: z.number().int(),
  /** When it last said something of itself. */
  lastReadingAt: timeSchema.nullable(),
})
export type ProbeView = z.infer<typeof probeSchema>

export const nodeReadingSchema = z.object({
  node: z.string(),
  /** What passed, and what failed, a minute. */
  through: z.number(),
  errors: z.number(),
  waiting: z.number().int().nullable(),
  lagMs: z.number().int().nullable(),
  version: z.string().nullable(),
})
export type NodeReadingView = z.infer<typeof nodeReadingSchema>

export const pipelineSchema = z.object({ at: timeSchema, nodes: z.array(nodeReadingSchema), waiting: z.number().int() })
export type PipelineView = z.infer<typeof pipelineSchema>

export const plantResultSchema = z.object({
  id: idSchema,
  probeId: idSchema,
  behaviour: behaviourSchema,
  expects: expectsSchema,
  outcome: plantOutcomeSchema,
  platform: platformRefSchema.nullable(),
  source: z.string(),
  title: z.string(),
  url: z.string(),
  plantedAt: timeSchema.nullable(),
  settledAt: timeSchema,
  /** When each node let it pass. */
  nodes: z.record(z.string(), z.string()),
  lostAt: z.string().nullable(),
  model: z.object({ name: z.string(), version: z.number().int() }).nullable(),
  by: z.string(),
  /** Where the plant's commitment and the result's stand on the ledger. */
  planted: standingSchema,
  result: standingSchema,
})
export type PlantResultView = z.infer<typeof plantResultSchema>

const statementSchema = z.object({ statement: z.string(), opening: z.string(), receipt: receiptSchema.nullable() })

/** A result with everything that proves it: `recompute` takes this answer as a file. */
export const plantCertificateSchema = z.object({
  version: z.literal(1),
  kind: z.literal('probe-certificate'),
  plant: statementSchema,
  result: statementSchema,
  finding: statementSchema.nullable(),
})
export type PlantCertificateView = z.infer<typeof plantCertificateSchema>

const contentSchema = z.strictObject({
  title: z.string().trim().min(2).max(300),
  description: z.string().trim().min(2).max(5000),
  category: z.string().trim().max(100).nullable().default(null),
})

const nodeName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)
const readingSchema = z.strictObject({
  node: nodeName,
  /** A minute; a second reading of the same is passed over. */
  at: timeSchema,
  through: z.number().int().min(0).max(2_000_000_000),
  errors: z.number().int().min(0).max(2_000_000_000).default(0),
  waiting: z.number().int().min(0).max(2_000_000_000).nullable().default(null),
  lagMs: z.number().int().min(0).max(2_000_000_000).nullable().default(null),
  version: z.string().max(200).nullable().default(null),
})

/** What another system is given to put in: a page, and what it says; never what is expected of it. */
export const plantToPutInSchema = z.object({
  id: idSchema,
  url: z.string(),
  title: z.string(),
  description: z.string(),
  category: z.string().nullable(),
  brand: z.string().nullable(),
  price: z.string().nullable(),
  originalPrice: z.string().nullable(),
  shop: z.string(),
  attributes: z.record(z.string(), z.string()),
  html: z.string(),
  sha256: hexDigestSchema,
  /** An answer after this is too late. */
  dueAt: timeSchema,
})

export const probeRoutes = defineRoutes({
  'probes.list': {
    method: 'GET',
    path: '/api/probes',
    access: 'monitoring.read',
    summary: 'Probes, and what they have measured in the last twelve months',
    response: z.object({
      probes: z.array(probeSchema),
      /** Of all, by behaviour, by platform, by month, and each cell of the three. */
      overall: probeScoreSchema,
      byBehaviour: z.array(probeScoreSchema),
      byPlatform: z.array(probeScoreSchema),
      byMonth: z.array(probeScoreSchema),
      cells: z.array(probeScoreSchema),
      /** Behaviours that there are cases for. */
      plantable: z.array(behaviourSchema),
      platforms: z.array(platformRefSchema),
    }),
  },
  'probes.change': {
    method: 'PUT',
    path: '/api/probes/:id',
    access: 'monitoring.task',
    summary: 'Switch a probe on or off, and set its plan',
    params: idParams,
    body: z.object({ running: z.boolean(), plan: probePlanSchema }),
    response: probeSchema,
  },
  'probes.plant': {
    method: 'POST',
    path: '/api/probes/:id/plants',
    access: 'monitoring.task',
    summary: 'Plant now: a case of the stock, or words of your own',
    params: idParams,
    body: z.object({
      platform: idSchema.nullable(),
      behaviour: behaviourSchema,
      expects: expectsSchema,
      content: contentSchema.nullable().default(null),
    }),
    response: z.object({ id: idSchema, dueAt: timeSchema }),
    status: 202,
  },
  'probes.results': {
    method: 'GET',
    path: '/api/probes/results',
    access: 'monitoring.read',
    summary: 'Settled plants, newest first; what is still in is shown to nobody',
    query: z.object({
      probe: idSchema.optional(),
      behaviour: behaviourSchema.optional(),
      platform: idSchema.optional(),
      outcome: plantOutcomeSchema.optional(),
      before: timeSchema.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({ results: z.array(plantResultSchema) }),
  },
  'probes.certificate': {
    method: 'GET',
    path: '/api/probes/results/:id/certificate',
    access: 'monitoring.read',
    summary: 'The certificate of a result: what was planted, what came of it, and where both stand on the ledger',
    params: idParams,
    response: plantCertificateSchema,
  },
  'probes.readings': {
    method: 'GET',
    path: '/api/probes/:id/readings',
    access: 'monitoring.read',
    summary: 'What the nodes did, by minutes or longer steps, the oldest first',
    params: idParams,
    query: z.object({ hours: z.coerce.number().int().min(1).max(744).default(24) }),
    response: z.object({
      stepMinutes: z.number().int(),
      nodes: z.array(
        z.object({
          node: z.string(),
          points: z.array(
            z.object({
              at: timeSchema,
              through: z.number().int(),
              errors: z.number().int(),
              waiting: z.number().int().nullable(),
              lagMs: z.number().int().nullable(),
            }),
          ),
        }),
      ),
    }),
  },
  'probes.events': {
    method: 'GET',
    path: '/api/probes/:id/events',
    access: 'monitoring.read',
    summary: 'The pipeline as it runs: every node every two seconds',
    params: idParams,
    response: pipelineSchema,
    answer: 'events',
  },
  'foreignProbes.add': {
    method: 'POST',
    path: '/api/v1/probes',
    access: 'probe.use',
    summary: 'Register a probe in another monitoring system; the same name again is the same probe',
    body: z.strictObject({
      name: z.string().trim().min(1).max(100),
      /** In the order in which a page passes them. */
      nodes: z.array(nodeName).min(1).max(40),
      /** An address of the system's market; those of plants are made like it. */
      address: z.url({ protocol: /^https?$/ }).max(2000),
      behaviours: z.array(behaviourSchema).max(13).default([]),
      perDay: z.number().min(0).max(1000).default(4),
      honest: z.number().min(0).max(1).default(0.5),
      answerMinutes: z.number().int().min(1).max(43_200).default(1440),
    }),
    response: z.object({ id: idSchema }),
    status: 201,
    open: true,
  },
  'foreignProbes.read': {
    method: 'POST',
    path: '/api/v1/probes/:id/readings',
    access: 'probe.use',
    summary: 'Say what the nodes did, by the minute',
    params: idParams,
    body: z.strictObject({ readings: z.array(readingSchema).min(1).max(1000) }),
    status: 204,
    open: true,
  },
  'foreignProbes.plants': {
    method: 'GET',
    path: '/api/v1/probes/:id/plants',
    access: 'probe.use',
    summary: 'What is to be put in now; each is given until it is answered',
    params: idParams,
    response: z.object({ plants: z.array(plantToPutInSchema) }),
    open: true,
  },
  'foreignProbes.pass': {
    method: 'POST',
    path: '/api/v1/probes/:id/passages',
    access: 'probe.use',
    summary: 'Say which node a plant has passed, and when',
    params: idParams,
    body: z.strictObject({
      passages: z
        .array(z.strictObject({ plant: idSchema, node: nodeName, at: timeSchema }))
        .min(1)
        .max(1000),
    }),
    status: 204,
    open: true,
  },
  'foreignProbes.answer': {
    method: 'POST',
    path: '/api/v1/probes/:id/answers',
    access: 'probe.use',
    summary: 'Say what the system made of a plant: what it found, or nothing',
    params: idParams,
    body: z.strictObject({
      answers: z
        .array(
          z.strictObject({
            plant: idSchema,
            findings: z
              .array(z.strictObject({ behaviour: z.string().max(60), reference: z.string().max(200).default('') }))
              .max(20),
          }),
        )
        .min(1)
        .max(200),
    }),
    response: z.object({ results: z.array(z.object({ plant: idSchema, outcome: plantOutcomeSchema.nullable() })) }),
    open: true,
  },
  'foreignProbes.results': {
    method: 'GET',
    path: '/api/v1/probes/:id/results',
    access: 'probe.use',
    summary: 'What this probe has measured',
    params: idParams,
    response: z.object({ recall: probeShareSchema, precision: probeShareSchema, specificity: probeShareSchema }),
    open: true,
  },
})
