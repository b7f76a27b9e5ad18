/** The facts of a piece of evidence, and what proves it. */
import type { EvidenceDetail } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Standing } from '../design/states.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatBytes } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import { withoutStep } from '../said/sentences.ts'
import { useSaid } from '../said/use-said.ts'
import { detailWords } from './words.ts'

export function ProofCard({ evidence }: { evidence: EvidenceDetail }) {
  const t = useWords(detailWords)
  const said = useSaid()
  const { standing, timestamp } = evidence
  return (
    <Card title={t('proof')} aside={<Standing standing={standing} />}>
      <Facts
        of={[
          fact(t('manifestSha256'), <Digest value={evidence.manifestSha256} />),
          fact(
            t('timestamp'),
            timestamp === null ? (
              <span className="quiet">{t('noTimestamp')}</span>
            ) : (
              <>
                <TimeText time={timestamp.time} />
                <div className="quiet small">{said.name(timestamp.authority)}</div>
              </>
            ),
          ),
          fact(t('serial'), timestamp === null ? null : <Digest value={timestamp.serial} />),
          fact(
            t('ledgerIndex'),
            standing.index === null ? null : (
              <Link
                to="/ledger/$index"
                params={{ index: String(standing.index) }}
                search={standing.time === null ? {} : { at: standing.time, number: evidence.number }}
              >
                {standing.index}
              </Link>
            ),
          ),
          fact(t('ledgerTime'), standing.time === null ? null : <TimeText time={standing.time} />),
        ]}
      />
    </Card>
  )
}

export function FactsCard({ evidence }: { evidence: EvidenceDetail }) {
  const t = useWords(detailWords)
  const said = useSaid()
  const officers = [evidence.officer, evidence.secondOfficer].filter((officer) => officer !== null)
  const first = evidence.pagesCaptured[0]
  return (
    <Card title={t('facts')}>
      <Facts
        of={[
          fact(t('address'), <span className="code">{evidence.url}</span>),
          fact(
            t('finalAddress'),
            first === undefined || first.finalUrl === evidence.url ? null : (
              <span className="code">{first.finalUrl}</span>
            ),
          ),
          fact(t('status'), first?.status),
          fact(t('cause'), evidence.cause),
          fact(t('caseReference'), evidence.caseReference),
          fact(
            t('officers'),
            officers.map((officer) => (
              <div key={officer.id}>
                {officer.name} <span className="quiet small">{officer.cardNumber}</span>
              </div>
            )),
          ),
          fact(t('unit'), evidence.unit?.name),
          fact(t('witness'), evidence.witness),
          fact(t('startedAt'), <TimeText time={evidence.startedAt} />),
          fact(t('endedAt'), <TimeText time={evidence.endedAt} />),
          fact(
            t('clock'),
            evidence.clock.offsetMs === null
              ? t('clockNot')
              : t('clockText', {
                  offset: evidence.clock.offsetMs.toFixed(0),
                  source: said.name(said.sentence(evidence.clock.source)),
                }),
          ),
          fact(
            t('servers'),
            evidence.serverAddresses.length === 0 ? null : (
              <span className="code">{evidence.serverAddresses.slice(0, 8).join(' ')}</span>
            ),
          ),
          fact(t('size'), formatBytes(evidence.bytes)),
          fact(t('recaptureOf'), evidence.recaptureOf === null ? null : <Other number={evidence.recaptureOf} />),
          fact(
            t('recapturedBy'),
            evidence.recapturedBy.length === 0
              ? null
              : evidence.recapturedBy.map((number) => (
                  <div key={number}>
                    <Other number={number} />
                  </div>
                )),
          ),
          fact(
            t('anomalies'),
            evidence.anomalyList.length === 0 ? (
              <span className="quiet">{t('anomaliesNone')}</span>
            ) : (
              <ul>
                {evidence.anomalyList.map((anomaly) => (
                  <li key={anomaly.code + anomaly.detail}>
                    <Status meaning="watch">{said.anomaly(anomaly.code)}</Status>
                    <div className="second small break">{said.sentence(withoutStep(anomaly.detail))}</div>
                  </li>
                ))}
              </ul>
            ),
          ),
        ]}
      />
    </Card>
  )
}

function Other({ number }: { number: string }) {
  return (
    <Link to="/evidence/$number" params={{ number }} className="code">
      {number.slice(0, 23)}
    </Link>
  )
}
