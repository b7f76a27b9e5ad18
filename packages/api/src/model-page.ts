/** One behaviour's models: law, versions, how analysts judge them, drift, errors, and what dismissals teach. */
import { z } from 'zod'
import { leadSchema } from './lead.ts'
import { defineRoutes } from './route.ts'
import { parameterSchema, settingVersionSchema } from './setting.ts'
import { timeSchema } from './values.ts'
import { behaviourSchema } from './watch-values.ts'

const count = z.number().int()
const shareSchema = z.object({ hits: count, of: count, value: z.number(), low: z.number(), high: z.number() })

export const modelPageSchema = z.object({
  behaviour: behaviourSchema,
  models: z.array(z.object({ key: z.string(), looksAt: z.enum(['listing', 'panel']), version: count })),
  /** Laws that its findings cite, by the days on which they hold. */
  law: z.array(
    z.object({
      law: z.string(),
      article: z.string(),
      from: z.string(),
      until: z.string().nullable(),
      text: z.string().nullable(),
    }),
  ),
  parameters: z.array(parameterSchema.extend({ value: z.number() })),
  groups: z.array(z.object({ name: z.string(), words: count, law: z.string(), enabled: z.boolean() })),
  /** Versions of the settings that changed it, newest first. */
  versions: z.array(settingVersionSchema.extend({ changes: z.array(z.string()) })),
  /** Of the leads that analysts decided in the last 90 days: handed over against dismissed. Null below ten. */
  precision: shareSchema.nullable(),
  decided: z.object({ handedOver: count, dismissed: count, open: count }),
  /** By version of model and settings, of the same days. */
  byVersion: z.array(
    z.object({ model: count, settings: count, handedOver: count, dismissed: count, precision: shareSchema.nullable() }),
  ),
  /** Weeks, the oldest first: listings looked at, leads, leads in 10,000 looked at, mean score; null where nothing was looked at. */
  weeks: z.array(
    z.object({
      week: z.string(),
      examined: count,
      leads: count,
      undecided: count,
      rate: z.number().nullable(),
      score: z.number().nullable(),
    }),
  ),
  /** Whether the last week's rate lies outside what the weeks before make likely; null with too few weeks. */
  drift: z
    .object({ state: z.enum(['steady', 'rising', 'falling']), rate: z.number(), low: z.number(), high: z.number() })
    .nullable(),
  /** Why leads were dismissed, and the words that were dismissed most. */
  reasons: z.array(z.object({ reason: z.string(), leads: count })),
  words: z.array(z.object({ word: z.string(), dismissed: count, handedOver: count })),
  /** What another value of the threshold `lead` would have spared and cost among decided leads. */
  lessons: z.array(z.object({ lead: z.number(), spared: count, missed: count })),
  dismissed: z.array(leadSchema.extend({ note: z.string(), by: z.string().nullable(), dismissedAt: timeSchema })),
})
export type ModelPageView = z.infer<typeof modelPageSchema>

export const modelPageRoutes = defineRoutes({
  'models.read': {
    method: 'GET',
    path: '/api/models/:behaviour',
    access: 'monitoring.read',
    summary: 'One behaviour: law, versions, precision, drift, errors, and what dismissals teach',
    params: z.object({ behaviour: behaviourSchema }),
    response: modelPageSchema,
  },
})
