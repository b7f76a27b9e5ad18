import type { Text } from '../language.ts'

/** One line of the doctor's answer. */
export interface Finding {
  readonly subject: string
  /** `good`; `optional`: works without, gains with; `bad`: something needed is missing. */
  readonly state: 'good' | 'optional' | 'bad'
  readonly words: Text
  /** The one command that mends it. */
  readonly remedy: string | null
}
