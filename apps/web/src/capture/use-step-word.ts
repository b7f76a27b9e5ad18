/** The word of a step of a capture. */
import { useWords } from '../i18n/words.ts'
import { captureWords } from './words.ts'

type Word = keyof (typeof captureWords)['zh']

export function useStepWord(): (name: string) => string {
  const t = useWords(captureWords)
  return (name) => {
    const key = `step-${name}`
    return key in captureWords.zh ? t(key as Word) : name
  }
}
