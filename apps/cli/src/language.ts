/** Which of the product's two languages a terminal speaks. */
export type Language = 'zh' | 'en'

/** A text in both languages. */
export interface Text {
  readonly zh: string
  readonly en: string
}

/** Chinese where the locale says so, English otherwise. */
export function languageOf(environment: NodeJS.ProcessEnv): Language {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return /^zh/i.test(locale) ? 'zh' : 'en'
}
