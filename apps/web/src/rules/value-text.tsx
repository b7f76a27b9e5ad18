/** What a rule gives: a text, pictures by their number, or nothing. */
import { useWords } from '../i18n/words.ts'
import { ruleWords } from './words.ts'

export function ValueText({ value }: { value: string | readonly string[] | null | undefined }) {
  const t = useWords(ruleWords)
  if (value === null || value === undefined || value.length === 0)
    return <span className="meaning-watch">{t('nothing')}</span>
  const text = typeof value === 'string' ? value : `${value.length} × ${value[0]}`
  return (
    <span className="rule-value" title={text}>
      {text}
    </span>
  )
}
