/** Monitoring tasks: set up, issued, changed with a preview, watched, paused, stopped; and the platforms that they watch. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { idParams, idSchema, timeSchema } from './values.ts'
import {
  behaviourSchema,
  changeSchema,
  countsSchema,
  findingSchema,
  outcomeSchema,
  platformRefSchema,
} from './watch-values.ts'

export const taskStateSchema = z.enum(['draft', 'running', 'paused', 'stopped'])

/** Facts of a listing that a task keeps. */
export const factFieldSchema = z.enum([
  'title',
  'description',
  'category',
  'brand',
  'price',
  'original_price',
  'currency',
  'sku',
  'availability',
  'images',
  'shop',
  'operator',
  'licence',
  'rating',
  'sales',
])

const words = (most: number) => z.array(z.string().trim().min(1).max(200)).max(most).default([])
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

/** What a task asks for. Empty lists ask for everything. */
export const watchSpecSchema = z.object({
  objectives: z.object({
    platforms: z.array(idSchema).min(1).max(200),
    shops: words(10_000),
    /** Beginnings of division codes (GB/T 2260) of the operator's place of registration. */
    regions: z
      .array(z.string().regex(/^\d{2,6}$/))
      .max(500)
      .default([]),
    brands: words(2000),
    categories: words(2000),
    keywordGroups: z
      .array(z.object({ name: z.string().trim().min(1).max(60), words: words(2000) }))
      .max(100)
      .default([]),
  }),
  elements: z.object({
    behaviours: z
      .array(behaviourSchema)
      .min(1)
      .default([...behaviourSchema.options]),
    fields: z
      .array(factFieldSchema)
      .min(1)
      .default([...factFieldSchema.options]),
  }),
  frequency: z.object({
    everyMinutes: z.number().int().min(1).max(43_200).default(1440),
    /** Hours of China's day; days are 1 (Monday) to 7; a window may run past midnight. */
    windows: z
      .array(z.object({ days: z.array(z.number().int().min(1).max(7)).min(1), from: clock, to: clock }))
      .max(50)
      .default([]),
    /** Least time between two fetches from one host, milliseconds. */
    hostPaceMs: z.number().int().min(0).max(600_000).default(1000),
    /** How many links away from an entry pages are followed. */
    depth: z.number().int().min(0).max(10).default(1),
    /** Most addresses that the task holds. */
    pages: z.number().int().min(1).max(10_000_000).default(100_000),
  }),
  /** Under which name it fetches, when not under the platform's own, and why. */
  disguise: z
    .object({ userAgent: z.string().trim().min(1).max(300), reason: z.string().trim().min(4).max(500) })
    .nullable()
    .default(null),
})
export type WatchSpecBody = z.input<typeof watchSpecSchema>
export type WatchSpecView = z.output<typeof watchSpecSchema>

const name = z.string().trim().min(1).max(100)
const note = z.string().trim().max(500).default('')

export const taskSchema = z.object({
  id: idSchema,
  name: z.string(),
  state: taskStateSchema,
  version: z.number().int(),
  spec: watchSpecSchema,
  platforms: z.array(platformRefSchema),
  createdBy: z.string(),
  createdAt: timeSchema,
  changedAt: timeSchema,
  /** All that its fetches came to. */
  totals: countsSchema,
  /** Addresses that it holds, and those that are due now. */
  addresses: z.number().int(),
  due: z.number().int(),
  /** When it fetches next; null when it does not run. */
  nextAt: timeSchema.nullable(),
})
export type TaskView = z.infer<typeof taskSchema>

export const hostSchema = z.object({
  origin: z.string(),
  /** `decoy`: it shows crawlers other listings than readers. */
  state: z.enum(['ok', 'slow', 'blocked', 'captcha', 'unreachable', 'decoy']),
  reason: z.string(),
  /** Not asked before. */
  nextAt: timeSchema,
})

export const fetchSchema = z.object({
  id: idSchema,
  at: timeSchema,
  url: z.string(),
  outcome: outcomeSchema,
  detail: z.string(),
  status: z.number().int().nullable(),
  change: changeSchema,
  ms: z.number().int(),
})
export type FetchView = z.infer<typeof fetchSchema>

export const taskDetailSchema = taskSchema.extend({
  /** Sums of the last 48 hours, the oldest first; hours without a fetch are left out. */
  hours: z.array(countsSchema.extend({ hour: timeSchema })),
  hosts: z.array(hostSchema),
  versions: z.array(
    z.object({
      version: z.number().int(),
      name: z.string(),
      state: taskStateSchema,
      spec: watchSpecSchema,
      note: z.string(),
      by: z.string(),
      at: timeSchema,
    }),
  ),
})

export type TaskDetail = z.infer<typeof taskDetailSchema>

export const platformEntrySchema = z.object({
  /** `opinion`: a feed of what is said in public. */
  kind: z.enum(['page', 'sitemap', 'feed', 'json', 'opinion']),
  url: z.string().trim().min(1).max(4096),
})

export const platformSchema = platformRefSchema.extend({
  entries: z.array(platformEntrySchema),
  demo: z.boolean(),
  listings: z.number().int(),
  shops: z.number().int(),
  /** `layout-changed`: rules that read its pages have stopped matching; `silent`: nothing was read for a day. */
  health: z.enum(['ok', 'slow', 'blocked', 'captcha', 'unreachable', 'decoy', 'layout-changed', 'silent', 'unwatched']),
  detail: z.string(),
})
export type PlatformView = z.infer<typeof platformSchema>

/** What arrives while a task is watched. */
export const taskEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('task'), task: taskSchema }),
  z.object({ kind: z.literal('fetch'), fetch: fetchSchema }),
  z.object({ kind: z.literal('finding'), finding: findingSchema }),
])
export type TaskEventView = z.infer<typeof taskEventSchema>

export const watchTaskRoutes = defineRoutes({
  'platforms.list': {
    method: 'GET',
    path: '/api/platforms',
    access: 'monitoring.read',
    summary: 'Platforms that can be watched, and how they stand',
    response: z.object({ platforms: z.array(platformSchema) }),
  },
  'platforms.save': {
    method: 'POST',
    path: '/api/platforms',
    access: 'monitoring.task',
    summary: 'Add a platform, or give one of that name other entries',
    body: z.object({ name, entries: z.array(platformEntrySchema).min(1).max(100) }),
    response: platformSchema,
    status: 201,
  },
  'tasks.list': {
    method: 'GET',
    path: '/api/tasks',
    access: 'monitoring.read',
    summary: 'Monitoring tasks, newest first',
    response: z.object({ tasks: z.array(taskSchema) }),
  },
  'tasks.add': {
    method: 'POST',
    path: '/api/tasks',
    access: 'monitoring.task',
    summary: 'Set up a task; it does nothing until it is issued',
    body: z.object({ name, spec: watchSpecSchema }),
    response: taskSchema,
    status: 201,
  },
  'tasks.read': {
    method: 'GET',
    path: '/api/tasks/:id',
    access: 'monitoring.read',
    summary: 'One task: sums, hours, hosts, versions',
    params: idParams,
    response: taskDetailSchema,
  },
  'tasks.change': {
    method: 'PUT',
    path: '/api/tasks/:id',
    access: 'monitoring.task',
    summary: 'Change a task; a new version takes effect at once',
    params: idParams,
    body: z.object({ name, spec: watchSpecSchema, note }),
    response: taskSchema,
  },
  'tasks.setState': {
    method: 'POST',
    path: '/api/tasks/:id/state',
    access: 'monitoring.task',
    summary: 'Issue, pause, resume or stop a task, at once',
    params: idParams,
    body: z.object({ state: z.enum(['running', 'paused', 'stopped']), note }),
    response: taskSchema,
  },
  'tasks.preview': {
    method: 'POST',
    path: '/api/tasks/preview',
    access: 'monitoring.task',
    summary: 'What a task would watch, by what is known today',
    body: z.object({ spec: watchSpecSchema }),
    /** `listings`: known ones that the objectives name; `fetchesADay`: of the pages known; `pacedADay`: most that the pace allows. */
    response: z.object({
      addresses: z.number().int(),
      listings: z.number().int(),
      shops: z.number().int(),
      fetchesADay: z.number().int(),
      pacedADay: z.number().int().nullable(),
    }),
  },
  'tasks.fetches': {
    method: 'GET',
    path: '/api/tasks/:id/fetches',
    access: 'monitoring.read',
    summary: 'Fetches of the last two days, newest first',
    params: idParams,
    query: z.object({
      outcome: outcomeSchema.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({ fetches: z.array(fetchSchema) }),
  },
  'tasks.events': {
    method: 'GET',
    path: '/api/tasks/:id/events',
    access: 'monitoring.read',
    summary: 'Watch a task: sums, fetches and findings as they come',
    params: idParams,
    response: taskEventSchema,
    answer: 'events',
  },
})
