/** What a monitoring task asks for: objectives, elements, frequency. Changed as a whole; every version is kept. */
import { z } from 'zod'
import { BEHAVIOURS } from '../recognition/behaviour.ts'

export const TASK_STATES = ['draft', 'running', 'paused', 'stopped'] as const
export type TaskState = (typeof TASK_STATES)[number]

/** Facts of a listing that a task may ask for. */
export const FACT_FIELDS = [
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
] as const

const words = (most: number) => z.array(z.string().trim().min(1).max(200)).max(most).default([])
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

export const watchSpecSchema = z.strictObject({
  objectives: z.strictObject({
    /** Ids of platforms. */
    platforms: z.array(z.string()).min(1).max(200),
    /** Names of shops; none is every shop. So are the others. */
    shops: words(10_000),
    /** Beginnings of division codes (GB/T 2260) of the operator's place of registration. */
    regions: z
      .array(z.string().regex(/^\d{2,6}$/))
      .max(500)
      .default([]),
    brands: words(2000),
    categories: words(2000),
    /** A listing is looked at when a word of any group stands in its title or description. */
    keywordGroups: z
      .array(z.strictObject({ name: z.string().trim().min(1).max(60), words: words(2000) }))
      .max(100)
      .default([]),
  }),
  elements: z.strictObject({
    behaviours: z
      .array(z.enum(BEHAVIOURS))
      .min(1)
      .default([...BEHAVIOURS]),
    fields: z
      .array(z.enum(FACT_FIELDS))
      .min(1)
      .default([...FACT_FIELDS]),
  }),
  frequency: z.strictObject({
    /** From one fetch of a page to the next. */
    everyMinutes: z.number().int().min(1).max(43_200).default(1440),
    /** Hours of China's day in which it fetches; none is always. Days are 1 (Monday) to 7; a window may run past midnight. */
    windows: z
      .array(z.strictObject({ days: z.array(z.number().int().min(1).max(7)).min(1), from: clock, to: clock }))
      .max(50)
      .default([]),
    /** Least time between two fetches from one host, milliseconds. */
    hostPaceMs: z.number().int().min(0).max(600_000).default(1000),
    /** How many links away from an entry it follows pages. */
    depth: z.number().int().min(0).max(10).default(1),
    /** Most addresses that the task holds. */
    pages: z.number().int().min(1).max(10_000_000).default(100_000),
  }),
  /** Under which name it fetches, when not under the platform's own, and why. */
  disguise: z
    .strictObject({ userAgent: z.string().trim().min(1).max(300), reason: z.string().trim().min(4).max(500) })
    .nullable()
    .default(null),
})
export type WatchSpec = z.output<typeof watchSpecSchema>
export type WatchWindow = WatchSpec['frequency']['windows'][number]
