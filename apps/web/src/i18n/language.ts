/** The language of the page: what the person chose, else the browser's, else Chinese. */
import type { Bilingual } from '@mingzheng/api'
import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import type { Words } from './words.ts'

export type Language = 'zh' | 'en'

const KEY = 'mingzheng.language'

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEY)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.languages.find((l) => /^(zh|en)/.test(l))?.startsWith('en') ? 'en' : 'zh'
}

const htmlLanguage = (language: Language) => (language === 'zh' ? 'zh-CN' : 'en')

/** Starts i18next with these tables of words. */
export function startLanguage(tables: readonly Words<string>[]): void {
  const resources = {
    zh: Object.fromEntries(tables.map((table) => [table.namespace, table.zh])),
    en: Object.fromEntries(tables.map((table) => [table.namespace, table.en])),
  }
  const lng = firstLanguage()
  void i18next.use(initReactI18next).init({
    lng,
    fallbackLng: 'zh',
    resources,
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { escapeValue: false },
  })
  document.documentElement.lang = htmlLanguage(lng)
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEY, language)
  document.documentElement.lang = htmlLanguage(language)
  void i18next.changeLanguage(language)
}

export function useLanguage(): Language {
  return useTranslation().i18n.language === 'en' ? 'en' : 'zh'
}

/** Picks the text of the moment's language. */
export function useBilingual(): (text: Bilingual) => string {
  const language = useLanguage()
  return (text) => text[language]
}
