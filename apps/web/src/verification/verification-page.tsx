/** Is this file what it claims, since when, and who says so: open to anybody, nothing is uploaded. */
import type { Instance } from '@mingzheng/api'
import { useCallback, useEffect, useState } from 'react'
import { Icon } from '../design/icon.tsx'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { findNumber } from './certificate-number.ts'
import { CertificateResult } from './certificate-result.tsx'
import { DropZone } from './drop-zone.tsx'
import { Explanation } from './explanation.tsx'
import { NumberForm } from './number-form.tsx'
import { api } from './public-api.ts'
import { Reading } from './reading.tsx'
import { ReportResult } from './report-result.tsx'
import { TopLine } from './top-line.tsx'
import { TrustList } from './trust-list.tsx'
import { useTrust } from './use-trust.ts'
import { useVerification } from './use-verification.ts'
import './verification.css'
import { verificationWords } from './words.ts'

const numberOfAddress = () => findNumber(decodeURIComponent(location.pathname))

export function VerificationPage() {
  const t = useWords(verificationWords)
  const language = useLanguage()
  const [instance, setInstance] = useState<Instance | null>(null)
  const [number, setNumber] = useState(numberOfAddress)
  const trust = useTrust()
  const { state, start, stop } = useVerification()
  useEffect(() => {
    api.call('instance.read').then(setInstance, () => undefined)
    const back = () => setNumber(numberOfAddress())
    addEventListener('popstate', back)
    return () => removeEventListener('popstate', back)
  }, [])
  useEffect(() => {
    document.title = `${t('title')} · 明证 Mingzheng`
  }, [t])
  const lookUp = (found: string) => {
    history.pushState(null, '', `/verify/${found}`)
    setNumber(found)
  }
  const restart = () => {
    stop()
    if (number !== null) history.pushState(null, '', '/verify')
    setNumber(null)
  }
  const verify = useCallback(
    (file: File) => start({ file, policies: trust.policies.map((policy) => policy.bytes) }),
    [start, trust.policies],
  )
  return (
    <div className="verification">
      {instance?.demo === true && (
        <div className="verification-demo no-print">
          <Icon name="warning" size={14} /> {t('demo')}
        </div>
      )}
      <TopLine instance={instance} />
      <main>
        {state.kind === 'report' ? (
          <ReportResult report={state.report} name={state.name} onAgain={restart} />
        ) : state.kind === 'reading' ? (
          <Reading state={state} onStop={restart} />
        ) : (
          <>
            <header className="verification-head no-print">
              <h1>{t('title')}</h1>
              <p className="second">{t('lead')}</p>
            </header>
            {number !== null && <CertificateResult key={number} number={number} onAgain={restart} />}
            {state.kind === 'unreadable' && (
              <div className="verification-problem" role="alert">
                <Icon name="warning" size={20} />
                <div>
                  <strong>{t('failedRead')}</strong>
                  <p>{t('failedReadText')}</p>
                </div>
              </div>
            )}
            <div className="verification-ways no-print">
              <DropZone onFile={verify} />
              <NumberForm onNumber={lookUp} />
            </div>
          </>
        )}
        <div className="verification-more no-print">
          <TrustList trust={trust} />
          <Explanation instance={instance} />
        </div>
      </main>
      <footer className="verification-foot small quiet">
        <span>{instance?.name[language] ?? ''}</span>
        {instance?.filing != null && <span>{instance.filing}</span>}
        <span className="code">{instance?.origin ?? ''}</span>
      </footer>
    </div>
  )
}
