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
  readonly model: { readonly name: string; readonly version: number }
}

/** A parameter of a model, with the reason why it is what it is. */
export interface Threshold {
  readonly value: number
  readonly reason: string
}
