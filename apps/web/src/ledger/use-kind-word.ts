/** What a kind of entry is called; an unknown kind keeps its name. */
import { useWords } from '../i18n/words.ts'
import { ledgerWords } from './words.ts'

export function useKindWord(): (kind: string) => string {
  const t = useWords(ledgerWords)
  return (kind) => {
    const key = `kind-${kind}`
    return key in ledgerWords.zh ? t(key as 'kind-evidence.fix') : kind
  }
}
