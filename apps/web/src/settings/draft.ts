/** Settings as they are edited: parameters and groups changed, and what differs between two. Pure. */
import type { KeywordGroupView, ParameterView, SettingsView } from '@mingzheng/api'

/** A parameter's value under settings. */
export function settingOf(content: SettingsView, { model, name, shipped }: ParameterView): number {
  return content.parameters[model]?.[name] ?? shipped
}

/** With a parameter set; one that equals what is shipped is left out. */
export function withValue(content: SettingsView, parameter: ParameterView, value: number): SettingsView {
  const { model, name, shipped } = parameter
  const { [name]: _, ...others } = content.parameters[model] ?? {}
  const values = value === shipped ? others : { ...others, [name]: value }
  const { [model]: __, ...models } = content.parameters
  return { ...content, parameters: Object.keys(values).length === 0 ? models : { ...models, [model]: values } }
}

export function withGroup(content: SettingsView, place: number, group: KeywordGroupView | null): SettingsView {
  const groups = [...content.groups]
  groups.splice(place, place < groups.length ? 1 : 0, ...(group === null ? [] : [group]))
  return { ...content, groups }
}

/** Words as people write them into one field. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,，、;；]+/).map((word) => word.trim()))].filter((word) => word !== '')
}

export interface ParameterChange {
  readonly kind: 'parameter'
  readonly parameter: ParameterView
  readonly before: number
  readonly after: number
}

export interface GroupChange {
  readonly kind: 'added' | 'removed' | 'changed'
  readonly name: string
  readonly before: KeywordGroupView | null
  readonly after: KeywordGroupView | null
  readonly wordsAdded: readonly string[]
  readonly wordsRemoved: readonly string[]
}

/** What differs, parameters first. */
export function differences(
  before: SettingsView,
  after: SettingsView,
  parameters: readonly ParameterView[],
): { parameters: ParameterChange[]; groups: GroupChange[] } {
  const changed = parameters.flatMap((parameter): ParameterChange[] => {
    const [one, other] = [settingOf(before, parameter), settingOf(after, parameter)]
    return one === other ? [] : [{ kind: 'parameter', parameter, before: one, after: other }]
  })
  const names = [...new Set([...before.groups, ...after.groups].map(({ name }) => name))]
  const groups = names.flatMap((name): GroupChange[] => {
    const [one, other] = [before, after].map(({ groups: all }) => all.find((group) => group.name === name) ?? null)
    if (JSON.stringify(one) === JSON.stringify(other)) return []
    const [words, others] = [one?.words ?? [], other?.words ?? []]
    return [
      {
        kind: one === null ? 'added' : other === null ? 'removed' : 'changed',
        name,
        before: one ?? null,
        after: other ?? null,
        wordsAdded: others.filter((word) => !words.includes(word)),
        wordsRemoved: words.filter((word) => !others.includes(word)),
      },
    ]
  })
  return { parameters: changed, groups }
}

export const isSame = (one: SettingsView, other: SettingsView, parameters: readonly ParameterView[]): boolean => {
  const found = differences(one, other, parameters)
  return found.parameters.length === 0 && found.groups.length === 0
}

export const NEW_GROUP: KeywordGroupView = {
  name: '',
  behaviour: 'false-propaganda',
  words: [],
  exempt: [],
  weight: 0.65,
  law: '',
  article: '',
  from: null,
  until: null,
  enabled: true,
}
