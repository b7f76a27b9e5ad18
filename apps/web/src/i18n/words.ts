/** Words of one part of the screen in both languages: a key that lacks a language does not compile. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

export interface Words<K extends string> {
  namespace: string
  zh: Record<K, string>
  en: Record<K, string>
}

export type Translate<K extends string> = (key: K, values?: Record<string, string | number>) => string

export function defineWords<K extends string>(
  namespace: string,
  zh: Record<K, string>,
  en: Record<NoInfer<K>, string>,
): Words<K> {
  return { namespace, zh, en }
}

/** The translator of these words, in the language of the moment. */
export function useWords<K extends string>(words: Words<K>): Translate<K> {
  const { i18n } = useTranslation()
  const language = i18n.language
  return useMemo(() => {
    const translate = i18n.getFixedT(language, words.namespace)
    return (key, values) => String(translate(String(key), { ...values }))
  }, [i18n, language, words])
}
