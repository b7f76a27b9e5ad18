/** Settings of the models: parameters and keyword groups, in versions that two people make; and what a change would do. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { idParams, idSchema, timeSchema } from './values.ts'
import { behaviourSchema, spanSchema } from './watch-values.ts'

const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const wordSchema = z.string().trim().min(2).max(60)

export const keywordGroupSchema = z.object({
  name: z.string().trim().min(1).max(60),
  behaviour: behaviourSchema,
  words: z.array(wordSchema).min(1).max(2000),
  /** Words that make a use honest when they stand near. */
  exempt: z.array(wordSchema).max(200),
  /** Score of a word of it that is written plainly. */
  weight: z.number().min(0).max(1),
  law: z.string().trim().min(1).max(200),
  article: z.string().trim().max(100),
  /** Days of the law: first and, exclusive, last. */
  from: daySchema.nullable(),
  until: daySchema.nullable(),
  enabled: z.boolean(),
})
export type KeywordGroupView = z.output<typeof keywordGroupSchema>

export const settingsContentSchema = z.object({
  /** By model (`banned-goods.listing`), then by the name of the parameter; what is not there is as shipped. */
  parameters: z.record(z.string().max(60), z.record(z.string().max(60), z.number())),
  groups: z.array(keywordGroupSchema).max(500),
})
export type SettingsView = z.output<typeof settingsContentSchema>

export const settingVersionSchema = z.object({
  version: z.number().int(),
  state: z.enum(['proposed', 'active', 'past', 'rejected', 'withdrawn']),
  basedOn: z.number().int(),
  note: z.string(),
  sha256: z.string(),
  by: z.string(),
  /** Whether the caller proposed it, and so cannot decide on it. */
  own: z.boolean(),
  at: timeSchema,
  decidedBy: z.string().nullable(),
  decidedAt: timeSchema.nullable(),
  decisionNote: z.string().nullable(),
})
export type SettingVersionView = z.infer<typeof settingVersionSchema>

export const parameterSchema = z.object({
  /** Such as `banned-goods.listing`. */
  model: z.string(),
  behaviour: behaviourSchema,
  looksAt: z.enum(['listing', 'panel']),
  name: z.string(),
  shipped: z.number(),
  least: z.number(),
  most: z.number(),
  whole: z.boolean(),
  reason: z.string(),
})
export type ParameterView = z.infer<typeof parameterSchema>

const exampleSchema = z.object({
  listingId: idSchema,
  title: z.string(),
  url: z.string(),
  /** Scores under the present settings and under the others; null where nothing is found. */
  before: z.number().nullable(),
  after: z.number().nullable(),
  reason: z.string(),
  span: spanSchema.nullable(),
  /** The lead that it is today. */
  lead: z.object({ id: idSchema, state: z.string() }).nullable(),
})
export type PreviewExampleView = z.infer<typeof exampleSchema>

export const settingPreviewSchema = z.object({
  id: idSchema,
  state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed']),
  basedOn: z.number().int(),
  /** Of the content that was tried. */
  sha256: z.string(),
  /** Listings that there are, those looked at so far, and how often one was. */
  total: z.number().int(),
  examined: z.number().int(),
  listings: z.number().int(),
  by: z.string(),
  at: timeSchema,
  endedAt: timeSchema.nullable(),
  problem: z.string().nullable(),
  result: z
    .object({
      days: z.number().int(),
      behaviours: z.array(
        z.object({
          behaviour: behaviourSchema,
          before: z.number().int(),
          after: z.number().int(),
          gained: z.number().int(),
          lost: z.number().int(),
          lostDismissed: z.number().int(),
          lostHandedOver: z.number().int(),
          gainedExamples: z.array(exampleSchema),
          lostExamples: z.array(exampleSchema),
        }),
      ),
    })
    .nullable(),
})
export type SettingPreviewView = z.infer<typeof settingPreviewSchema>

const note = z.string().trim().max(500)
const versionParams = z.object({ version: z.coerce.number().int().min(0) })

export const settingRoutes = defineRoutes({
  'settings.read': {
    method: 'GET',
    path: '/api/settings',
    access: 'monitoring.read',
    summary: 'The active settings, what can be set, and the versions, newest first',
    response: z.object({
      active: z.number().int(),
      content: settingsContentSchema,
      parameters: z.array(parameterSchema),
      versions: z.array(settingVersionSchema),
    }),
  },
  'settings.version': {
    method: 'GET',
    path: '/api/settings/versions/:version',
    access: 'monitoring.read',
    summary: 'One version with what it says, and what the version said that it is to replace',
    params: versionParams,
    response: settingVersionSchema.extend({ content: settingsContentSchema, before: settingsContentSchema }),
  },
  'settings.propose': {
    method: 'POST',
    path: '/api/settings/versions',
    access: 'monitoring.settings',
    summary: 'Propose settings; they are active when another person has approved them',
    body: z.object({ content: settingsContentSchema, basedOn: z.number().int().min(0), note }),
    response: settingVersionSchema,
    status: 201,
  },
  'settings.decide': {
    method: 'POST',
    path: '/api/settings/versions/:version/decision',
    access: 'monitoring.approve',
    summary: 'Approve or reject what somebody else has proposed, or withdraw what one has proposed oneself',
    params: versionParams,
    body: z.object({ decision: z.enum(['approve', 'reject', 'withdraw']), note: note.default('') }),
    response: settingVersionSchema,
  },
  'settings.rollback': {
    method: 'POST',
    path: '/api/settings/versions/:version/rollback',
    access: 'monitoring.settings',
    summary: 'Propose what an earlier version said; version 0 is as shipped',
    params: versionParams,
    body: z.object({ note }),
    response: settingVersionSchema,
    status: 201,
  },
  'settings.preview': {
    method: 'POST',
    path: '/api/settings/previews',
    access: 'monitoring.approve',
    summary: 'Try settings on what was seen in the last 30 days',
    body: z.object({ content: settingsContentSchema }),
    response: settingPreviewSchema,
    status: 202,
  },
  'settings.readPreview': {
    method: 'GET',
    path: '/api/settings/previews/:id',
    access: 'monitoring.read',
    summary: 'How far a preview is, and what it found: leads gained and lost, with examples',
    params: idParams,
    response: settingPreviewSchema,
  },
  'settings.cancelPreview': {
    method: 'POST',
    path: '/api/settings/previews/:id/cancel',
    access: 'monitoring.approve',
    summary: 'Cancel a preview',
    params: idParams,
    response: settingPreviewSchema,
  },
})
