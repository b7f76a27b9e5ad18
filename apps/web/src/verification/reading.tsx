import { formatBytes } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import type { VerificationState } from './use-verification.ts'
import { verificationWords } from './words.ts'

interface ReadingProps {
  state: Extract<VerificationState, { kind: 'reading' }>
  onStop: () => void
}

export function Reading({ state, onStop }: ReadingProps) {
  const t = useWords(verificationWords)
  return (
    <div className="reading" role="status">
      <h1 className="break">{t('reading', { name: state.name })}</h1>
      <progress max={Math.max(1, state.total)} value={state.read} />
      <p className="second">{t('progress', { read: formatBytes(state.read), total: formatBytes(state.total) })}</p>
      <button type="button" className="button" onClick={onStop}>
        {t('stop')}
      </button>
    </div>
  )
}
