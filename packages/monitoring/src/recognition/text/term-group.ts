/** Words that say the same thing to a model, with what they weigh. */
export interface TermGroup {
  /** Unique over all models, such as `absolute/strong`. */
  readonly key: string
  readonly words: readonly string[]
}

/** Words parted by spaces and line ends; `_` stands for a space within a word. */
export function list(words: string): string[] {
  return [...new Set(words.trim().split(/\s+/))].map((word) => word.replaceAll('_', ' '))
}
