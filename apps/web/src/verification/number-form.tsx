/** The number of a certificate: typed, or scanned from its QR code. */
import { lazy, Suspense, useState } from 'react'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { findNumber } from './certificate-number.ts'
import { verificationWords } from './words.ts'

const QrScan = lazy(() => import('./qr-scan.tsx').then(({ QrScan }) => ({ default: QrScan })))

export function NumberForm({ onNumber }: { onNumber: (number: string) => void }) {
  const t = useWords(verificationWords)
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  const [scanning, setScanning] = useState(false)
  return (
    <div className="number-ways">
      <form
        className="number-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const number = findNumber(text)
          setWrong(number === null)
          if (number !== null) onNumber(number)
        }}
      >
        <label htmlFor="number">{t('numberLabel')}</label>
        <div className="number-line">
          <input
            id="number"
            className="field code"
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              setWrong(false)
            }}
            placeholder={t('numberHint')}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            aria-invalid={wrong}
            aria-describedby="number-wrong"
          />
          <button type="submit" className="button">
            {t('numberFind')}
          </button>
        </div>
        <p id="number-wrong" className="small meaning-must" aria-live="polite">
          {wrong ? t('numberWrong') : ''}
        </p>
      </form>
      {scanning ? (
        <Suspense fallback={<div className="scan-view" />}>
          <QrScan onNumber={onNumber} onStop={() => setScanning(false)} />
        </Suspense>
      ) : (
        <button type="button" className="button" onClick={() => setScanning(true)}>
          <Icon name="scan" /> {t('scan')}
        </button>
      )}
    </div>
  )
}
