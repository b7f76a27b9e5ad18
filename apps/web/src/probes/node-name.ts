/** A node by its name: ours in the reader's language, another system's as it calls itself. */
import { useWords } from '../i18n/words.ts'
import { probeWords } from './words.ts'

export function useNodeName(): (node: string) => string {
  const t = useWords(probeWords)
  return (node) => {
    const key = `node-${node}`
    return key in probeWords.zh ? t(key as 'node-fetch') : node
  }
}
