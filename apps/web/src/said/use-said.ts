/** Says codes and recorded sentences in the language of the moment. */
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { anomalyWords } from './anomaly-words.ts'
import { problemWords } from './problem-words.ts'
import { type Reason, readReasons } from './read-reasons.ts'
import { nameIn, sayInChinese, sayInEnglish, withoutStep } from './sentences.ts'

type AnomalyWord = keyof (typeof anomalyWords)['zh']
type ProblemWord = keyof (typeof problemWords)['zh']

export interface Said {
  /** The word of an anomaly; a code that has none stays what it is. */
  anomaly(code: string): string
  /** A name that stands in both languages. */
  name(text: string): string
  /** A recorded sentence; one that has no Chinese is shown as it was recorded. */
  sentence(text: string): string
  /** Why a capture is incomplete, in parts. */
  reasons(text: string): Reason[]
  /** One line on what waits: of a failure its words, else the reasons. */
  brief(item: { code: string | null; detail: string }): string
  /** What happened and what to do, of a refusal or failure by its code. */
  problem(problem: { code: string; detail?: string | undefined; remedy?: string | null | undefined }): {
    detail: string
    remedy: string
  }
}

export function useSaid(): Said {
  const language = useLanguage()
  const a = useWords(anomalyWords)
  const p = useWords(problemWords)
  const anomaly = (code: string) => (code in anomalyWords.zh ? a(code as AnomalyWord) : code)
  const word = (key: string) => (key in problemWords.zh ? p(key as ProblemWord) : null)
  const sentence = (text: string) => {
    if (language !== 'zh') return sayInEnglish(text)
    // What work waits for is told as `code: words`.
    const code = /^([a-z]+(?:-[a-z]+)+): /.exec(text)?.[1]
    return sayInChinese(text) ?? (code === undefined ? null : word(code)) ?? text
  }
  const reasons: Said['reasons'] = (text) =>
    readReasons(text).map(({ code, detail }) => ({
      code: code === '' ? '' : anomaly(code),
      detail: sentence(code === '' ? detail : withoutStep(detail)),
    }))
  const problem: Said['problem'] = ({ code, detail = '', remedy }) => {
    if (language !== 'zh') {
      return { detail: detail || (word(code) ?? ''), remedy: remedy || (word(`remedy-${code}`) ?? '') }
    }
    const fact = detail === '' ? null : sayInChinese(detail)
    return { detail: fact ?? word(code) ?? detail, remedy: word(`remedy-${code}`) ?? '' }
  }
  return {
    anomaly,
    name: (text) => nameIn(language, text),
    sentence,
    reasons,
    problem,
    brief: ({ code, detail }) =>
      code === null
        ? reasons(detail)
            .map((reason) => (reason.code === '' ? reason.detail : reason.code))
            .join(language === 'zh' ? '；' : '; ')
        : problem({ code, detail }).detail,
  }
}
