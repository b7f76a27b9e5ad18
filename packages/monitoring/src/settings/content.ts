/** What an organisation sets otherwise than shipped: parameters of models, and keyword groups with their law. */
import { canonicalJson, digest, type JsonValue, type Refusal, refuse, utf8 } from '@mingzheng/kernel'
import { z } from 'zod'
import { BEHAVIOURS } from '../recognition/behaviour.ts'
import type { ListingModel, PanelModel } from '../recognition/model.ts'
import { listingModels } from '../recognition/models.ts'
import { panelModels } from '../recognition/panel-models.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const word = z.string().trim().min(2).max(60)

export const keywordGroupSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  behaviour: z.enum(BEHAVIOURS),
  words: z.array(word).min(1).max(2000),
  /** Words that make a use honest when they stand near. */
  exempt: z.array(word).max(200),
  /** Score of a word of it that is written plainly, 0 to 1. */
  weight: z.number().min(0).max(1),
  law: z.string().trim().min(1).max(200),
  article: z.string().trim().max(100),
  /** The law's days: first and, exclusive, last. */
  from: day.nullable(),
  until: day.nullable(),
  enabled: z.boolean(),
})
export type KeywordGroup = z.output<typeof keywordGroupSchema>

export const settingsContentSchema = z.strictObject({
  /** By model (`banned-goods.listing`, `brushing.panel`), then by the name of the threshold. */
  parameters: z.record(z.string().max(60), z.record(z.string().max(60), z.number())),
  groups: z.array(keywordGroupSchema).max(500),
})
export type SettingsContent = z.output<typeof settingsContentSchema>

export const SHIPPED: SettingsContent = { parameters: {}, groups: [] }
/** All keyword groups together. */
const MOST_WORDS = 20_000

type AnyModel = ListingModel | PanelModel

export const modelKey = (model: AnyModel): string => `${model.behaviour}.${'examine' in model ? 'listing' : 'panel'}`

/** Between what a parameter may be set: shares and scores from 0 to 1, others up to a hundred times what is shipped. */
export function boundsOf(shipped: number): { least: number; most: number; whole: boolean } {
  if (shipped > 0 && shipped <= 1 && !Number.isInteger(shipped)) return { least: 0, most: 1, whole: false }
  return { least: 0, most: Math.max(1, Math.abs(shipped) * 100), whole: Number.isInteger(shipped) }
}

/** Checks against the models that are here; parameters that equal what is shipped are left out. */
export function checkContent(content: SettingsContent): SettingsContent | Refusal {
  const known = new Map([...listingModels, ...panelModels].map((model) => [modelKey(model), model.thresholds]))
  const parameters: { [model: string]: { [name: string]: number } } = {}
  for (const [model, values] of Object.entries(content.parameters)) {
    for (const [name, value] of Object.entries(values)) {
      const field = `parameters.${model}.${name}`
      const shipped = known.get(model)?.[name]?.value
      if (shipped === undefined) return refuse('setting-wrong', `${model} has no parameter ${name}`, { field })
      const { least, most, whole } = boundsOf(shipped)
      if (value < least || value > most || (whole && !Number.isInteger(value))) {
        const detail = `${model} ${name} is ${whole ? 'a whole number ' : ''}from ${least} to ${most}`
        return refuse('setting-wrong', detail, { field })
      }
      if (value !== shipped) parameters[model] = { ...parameters[model], [name]: value }
    }
  }
  const names = new Set<string>()
  let words = 0
  for (const [i, group] of content.groups.entries()) {
    const field = `groups.${i}`
    if (names.has(group.name)) return refuse('setting-wrong', `two groups are called ${group.name}`, { field })
    if (group.from !== null && group.until !== null && group.until <= group.from) {
      return refuse('setting-wrong', `${group.name}: its law ends before it begins`, { field })
    }
    names.add(group.name)
    words += group.words.length
  }
  if (words > MOST_WORDS) return refuse('setting-wrong', `more than ${MOST_WORDS} words`, { field: 'groups' })
  return { parameters, groups: content.groups }
}

/** Names a content: the same settings, the same digest. */
export function contentDigest(content: SettingsContent): Uint8Array {
  return digest('sha256', utf8(canonicalJson(content as unknown as JsonValue)))
}
