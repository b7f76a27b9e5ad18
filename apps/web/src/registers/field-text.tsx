/** A value of a register's field, as text and nothing else. */
import type { RegisterEntryView } from '@mingzheng/api'
import { useWords } from '../i18n/words.ts'
import { leadWords } from '../leads/words.ts'
import { registerWords } from './words.ts'

type Value = RegisterEntryView['fields'][string]

export function FieldText({ name, value }: { name: string; value: Value | undefined }) {
  const t = useWords(registerWords)
  const lead = useWords(leadWords)
  if (value === undefined) return <span className="quiet">—</span>
  if (typeof value === 'boolean') return <>{t(value ? 'yes' : 'no')}</>
  if (name === 'behaviour' && `behaviour-${String(value)}` in leadWords.zh) {
    return <>{lead(`behaviour-${String(value)}` as 'behaviour-operator')}</>
  }
  const text = Array.isArray(value) ? value.join('、') : String(value)
  return (
    <span className={name === 'code' ? 'code' : ''} title={text}>
      {text}
    </span>
  )
}

/** What a field is called, in the reader's language. */
export function useFieldName(): (name: string) => string {
  const t = useWords(registerWords)
  return (name) => (`field-${name}` in registerWords.zh ? t(`field-${name}` as 'field-name') : name)
}
