/** A task's form and what it stands for: lists as people type them, words split at spaces and commas. */
import { behaviourSchema, factFieldSchema, type WatchSpecBody, type WatchSpecView } from '@mingzheng/api'

export interface TaskFields {
  name: string
  note?: string
  platforms: string[]
  shops: string[]
  regions: string[]
  brands: string[]
  categories: string[]
  groups: { name: string; words: string }[]
  behaviours: WatchSpecView['elements']['behaviours']
  fields: WatchSpecView['elements']['fields']
  everyMinutes: number
  hostPaceMs: number
  depth: number
  pages: number
  windows: { days: number[]; from: string; to: string }[]
  disguised: boolean
  userAgent?: string
  reason?: string
}

export const newFields: TaskFields = {
  name: '',
  platforms: [],
  shops: [],
  regions: [],
  brands: [],
  categories: [],
  groups: [],
  behaviours: [...behaviourSchema.options],
  fields: [...factFieldSchema.options],
  everyMinutes: 60,
  hostPaceMs: 1000,
  depth: 2,
  pages: 10_000,
  windows: [],
  disguised: false,
}

/** The words of one group, each once. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,，、;；]+/).filter((word) => word !== ''))]
}

export function specOf(fields: TaskFields): WatchSpecBody {
  const { platforms, shops, regions, brands, categories } = fields
  const groups = (fields.groups ?? []).map(({ name, words }) => ({ name, words: wordsOf(words) }))
  return {
    objectives: { platforms, shops, regions, brands, categories, keywordGroups: groups },
    elements: { behaviours: fields.behaviours, fields: fields.fields },
    frequency: {
      everyMinutes: fields.everyMinutes,
      windows: fields.windows ?? [],
      hostPaceMs: fields.hostPaceMs,
      depth: fields.depth,
      pages: fields.pages,
    },
    disguise: fields.disguised ? { userAgent: fields.userAgent ?? '', reason: fields.reason ?? '' } : null,
  }
}

export function fieldsOf(name: string, spec: WatchSpecView): TaskFields {
  const { objectives, elements, frequency, disguise } = spec
  return {
    name,
    ...objectives,
    groups: objectives.keywordGroups.map((group) => ({ name: group.name, words: group.words.join(' ') })),
    behaviours: elements.behaviours,
    fields: elements.fields,
    ...frequency,
    disguised: disguise !== null,
    ...(disguise ?? {}),
  }
}
