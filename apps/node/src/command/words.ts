/** What the commands say, in the two languages of the product. */
export interface Text {
  readonly zh: string
  readonly en: string
}

export interface Terminal {
  readonly language: keyof Text
  /** Where relative file names are meant from. */
  readonly folder: string
  print(line: string): void
}

/** Chinese where the locale says so, English otherwise. */
export function languageOf(environment: NodeJS.ProcessEnv): keyof Text {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return /^zh/i.test(locale) ? 'zh' : 'en'
}

export function say(terminal: Terminal, text: Text): void {
  terminal.print(text[terminal.language])
}
