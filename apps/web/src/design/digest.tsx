/** A digest or long number: first 8 and last 8 characters, whole on hover, copied on click. */
import { useState } from 'react'
import { useWords } from '../i18n/words.ts'
import { copyText } from './copy-text.ts'
import { Icon } from './icon.tsx'
import { designWords } from './words.ts'

export function shorten(value: string): string {
  return value.length <= 20 ? value : `${value.slice(0, 8)}…${value.slice(-8)}`
}

export function Digest({ value, whole = false }: { value: string; whole?: boolean }) {
  const t = useWords(designWords)
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await copyText(value)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <button
      type="button"
      className={`bare digest${whole ? ' break' : ''}`}
      style={whole ? { whiteSpace: 'normal' } : {}}
      title={t('copyWhole', { value })}
      {...(copied ? { 'data-copied': '' } : {})}
      onClick={(event) => {
        event.stopPropagation()
        void copy()
      }}
    >
      {whole ? value : shorten(value)}
      <Icon name={copied ? 'check' : 'copy'} size={12} {...(copied ? { title: t('copied') } : {})} />
    </button>
  )
}
