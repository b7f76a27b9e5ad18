/** Values that the routes of monitoring share. */
import { z } from 'zod'
import { idSchema, standingSchema, timeSchema } from './values.ts'

/** The thirteen behaviours, by the names that findings carry. */
export const behaviourSchema = z.enum([
  'banned-goods',
  'false-propaganda',
  'price-infringement',
  'pyramid-selling',
  'ip-infringement',
  'operator',
  'choose-one',
  'price-discrimination',
  'below-cost',
  'vertical-agreement',
  'concentration',
  'brushing',
  'price-anomaly',
])
export type BehaviourName = z.infer<typeof behaviourSchema>

export const decisionSchema = z.enum(['lead', 'below threshold', "can't decide"])

/** Where in a field of the listing: UTF-16 units of its text, `[start, end)`. */
export const spanSchema = z.object({
  field: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  text: z.string(),
})

/** What became of a fetch; only `ok` and `unchanged` are pages that were read. */
export const outcomeSchema = z.enum([
  'ok',
  'unchanged',
  'blocked',
  'limited',
  'captcha',
  'empty',
  'decoy',
  'gone',
  'robots',
  'refused',
  'too-large',
  'failed',
])

/** How a page changed since the last fetch; `lost`: what was read before is read no more. */
export const changeSchema = z.enum(['none', 'new', 'same-bytes', 'same-facts', 'changed', 'lost'])

export const platformRefSchema = z.object({ id: idSchema, name: z.string() })

/** A finding as a model made it, without its surroundings. */
export const modelFindingSchema = z.object({
  behaviour: behaviourSchema,
  article: z.string(),
  score: z.number(),
  span: spanSchema.nullable(),
  reason: z.string(),
  decision: decisionSchema,
  /** `settings`: version of the settings, where they are not as shipped. */
  model: z.object({ name: z.string(), version: z.number().int(), settings: z.number().int().optional() }),
})

export const findingSchema = modelFindingSchema.extend({
  id: idSchema,
  at: timeSchema,
  title: z.string(),
  url: z.string(),
  platform: platformRefSchema,
  leadId: idSchema.nullable(),
  snapshotId: idSchema,
  standing: standingSchema,
})
export type FindingView = z.infer<typeof findingSchema>

const count = z.number().int()
/** Sums of fetches. `ms`: time on the wire; `cpuMs`: the workers' own. Names of outcomes count fetches that ended so. */
export const countsSchema = z.object({
  fetched: count,
  ok: count,
  unchanged: count,
  blocked: count,
  limited: count,
  captcha: count,
  empty: count,
  decoy: count,
  gone: count,
  robots: count,
  refused: count,
  tooLarge: count,
  failed: count,
  changed: count,
  lost: count,
  bytes: count,
  ms: count,
  cpuMs: count,
  /** Listings seen for the first time. */
  listings: count,
  /** Listings that models looked at. */
  examined: count,
  findings: count,
  undecided: count,
  leads: count,
})
export type CountsView = z.infer<typeof countsSchema>
