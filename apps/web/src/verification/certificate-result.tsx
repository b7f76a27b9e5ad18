/** What a certificate's number stands for, and the platform's own verification of it. */
import { type AnswerOf, ProblemError } from '@mingzheng/api'
import type { Report } from '@mingzheng/proof'
import { useEffect, useState } from 'react'
import { BonesList } from '../design/bones.tsx'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Icon } from '../design/icon.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { ReportView } from '../report/report-view.tsx'
import { api } from './public-api.ts'
import { verificationWords } from './words.ts'

type Certificate = AnswerOf<'certificate.read'>

export function CertificateResult({ number, onAgain }: { number: string; onAgain: () => void }) {
  const t = useWords(verificationWords)
  const [certificate, setCertificate] = useState<Certificate | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    const stop = new AbortController()
    api
      .call('certificate.read', { params: { number }, signal: stop.signal })
      .then(setCertificate, (cause) => !stop.signal.aborted && setError(cause))
    return () => stop.abort()
  }, [number])
  if (error instanceof ProblemError && error.problem.status === 404) return <NotFound number={number} />
  if (error !== null) return <ProblemView error={error} onRetry={() => location.reload()} />
  if (certificate === null) return <BonesList rows={6} />
  return (
    <div className="certificate">
      <Headline certificate={certificate} />
      <Card
        title={t('certificate')}
        aside={
          <button type="button" className="button no-print" onClick={onAgain}>
            {t('again')}
          </button>
        }
      >
        <Facts
          of={[
            fact(t('certificate'), <span className="code">{certificate.number}</span>),
            fact(t('issuer'), certificate.issuer),
            fact(t('capturedAt'), <TimeText time={certificate.capturedAt} />),
            fact('', certificate.demo ? <Status meaning="watch">{t('demo')}</Status> : null),
            ...certificate.editions.map((edition) =>
              fact(t('edition', { n: edition.edition }), <Edition edition={edition} number={number} />),
            ),
          ]}
        />
        <p className="second certificate-note">{t('compareManifest')}</p>
        <VerifyHere number={number} />
      </Card>
    </div>
  )
}

function Headline({ certificate }: { certificate: Certificate }) {
  const t = useWords(verificationWords)
  const looks = {
    fixed: ['proven', 'passed', 'found'],
    fixing: ['watch', 'waiting', 'foundFixing'],
    failed: ['watch', 'warning', 'foundFailed'],
    voided: ['watch', 'warning', 'foundVoided'],
  } as const
  const [meaning, icon, word] = looks[certificate.state]
  return (
    <div className={`verdict verdict-${meaning}`} role="status">
      <Icon name={icon} size={36} />
      <div>
        <strong>{t(word)}</strong>
        <p>{certificate.issuer}</p>
      </div>
    </div>
  )
}

function Edition({ edition, number }: { edition: Certificate['editions'][number]; number: string }) {
  const t = useWords(verificationWords)
  const key = `kind-${edition.kind}`
  return (
    <>
      {key in verificationWords.zh ? t(key as 'kind-capture') : edition.kind} · <TimeText time={edition.at} />
      <div className="small">
        {t('manifest')} <Digest value={edition.manifestSha256} />
      </div>
      {edition.index !== null && (
        <div className="small">
          <a
            href={`/ledger/${edition.index}?${new URLSearchParams(edition.ledgerTime === null ? {} : { at: edition.ledgerTime, number })}`}
          >
            {t('entry')} #{edition.index}
          </a>
        </div>
      )}
    </>
  )
}

function VerifyHere({ number }: { number: string }) {
  const t = useWords(verificationWords)
  const [state, setState] = useState<'idle' | 'busy' | Report | ProblemError>('idle')
  const start = () => {
    setState('busy')
    api.call('certificate.report', { params: { number } }).then(
      (report) => setState(report as unknown as Report),
      (cause) => setState(cause instanceof ProblemError ? cause : 'idle'),
    )
  }
  if (state instanceof ProblemError) return <ProblemView error={state} onRetry={start} />
  if (state === 'busy') return <BonesList rows={6} />
  if (state !== 'idle') return <ReportView report={state} />
  return (
    <div className="certificate-here no-print">
      <button type="button" className="button" onClick={start}>
        <Icon name="verify" /> {t('verifyHere')}
      </button>
      <span className="second small">{t('verifyHereText')}</span>
    </div>
  )
}

function NotFound({ number }: { number: string }) {
  const t = useWords(verificationWords)
  return (
    <div className="verdict verdict-must" role="status">
      <Icon name="failed" size={36} />
      <div>
        <strong>{t('notFound')}</strong>
        <p className="code break">{number}</p>
        <p>{t('notFoundText')}</p>
      </div>
    </div>
  )
}
