/** A finding is a lead with its explanation, never a verdict. docs/formats/examine.md. */
import type { Behaviour } from './behaviour.ts'

export type Decision = 'lead' | 'below threshold' | "can't decide"

/** Where in a field of the line: UTF-16 code units of its original text, `[start, end)`, and that text. */
export interface FieldSpan {
  readonly field: string
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface Finding {
  readonly behaviour: Behaviour
  /** Law and article as at the date of the behaviour, such as `广告法 第九条第三项`. */
  readonly article: string
  /** 0 to 1. */
  readonly score: number
  readonly span: FieldSpan | null
  /** Why, in Chinese, with the words, numbers and exemptions that were tried. */
  readonly reason: string
  readonly decision: Decision
  /** `settings`: version of the organisation's settings, where they are not as shipped. */
  readonly model: { readonly name: string; readonly version: number; readonly settings?: number }
  /** What it rests on beside the model as shipped; another needs it to compute the finding again. */
  readonly basis?: FindingBasis
}

export interface FindingBasis {
  /** Parameters of the model that differ from those shipped. */
  readonly parameters?: { readonly [name: string]: number }
  /** The words of the authority's own that were found, with their law. */
  readonly words?: WordGroup
}

/** Words that an authority has named itself: a keyword group, or a row of its register of what may not be sold. */
export interface WordGroup {
  readonly source: 'group' | 'register'
  readonly name: string
  readonly behaviour: Behaviour
  readonly words: readonly string[]
  /** Words that make a use honest when they stand near. */
  readonly exempt: readonly string[]
  /** Score of a word of it that is written plainly, 0 to 1. */
  readonly weight: number
  readonly law: string
  readonly article: string
  /** The law's days: first and, exclusive, last. */
  readonly from: string | null
  readonly until: string | null
  /** Words of the licence that makes it lawful; `''` where none does. */
  readonly licence: string
}

/** A parameter of a model, with the reason why it is what it is. */
export interface Threshold {
  readonly value: number
  readonly reason: string
}
