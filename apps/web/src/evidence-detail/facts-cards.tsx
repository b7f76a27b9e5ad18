/** The facts of a piece of evidence, and what proves it. */
import type { EvidenceDetail } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { Card, Facts } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Standing } from '../design/states.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatBytes } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import { detailWords } from './words.ts'

export function ProofCard({ evidence }: { evidence: EvidenceDetail }) {
  const t = useWords(detailWords)
  const { standing, timestamp } = evidence
  return (
    <Card title={t('proof')} aside={<Standing standing={standing} />}>
      <Facts
        of={[
          [t('manifestSha256'), <Digest value={evidence.manifestSha256} />],
          [
            t('timestamp'),
            timestamp === null ? (
              <span className="quiet">{t('noTimestamp')}</span>
            ) : (
              <>
                <TimeText time={timestamp.time} />
                <div className="quiet small">{timestamp.authority}</div>
              </>
            ),
          ],
          [t('serial'), timestamp === null ? null : <Digest value={timestamp.serial} />],
          [
            t('ledgerIndex'),
            standing.index === null ? null : (
              <Link to="/ledger/$index" params={{ index: String(standing.index) }}>
                {standing.index}
              </Link>
            ),
          ],
          [t('ledgerTime'), standing.time === null ? null : <TimeText time={standing.time} />],
        ]}
      />
    </Card>
  )
}

export function FactsCard({ evidence }: { evidence: EvidenceDetail }) {
  const t = useWords(detailWords)
  const officers = [evidence.officer, evidence.secondOfficer].filter((officer) => officer !== null)
  const first = evidence.pagesCaptured[0]
  return (
    <Card title={t('facts')}>
      <Facts
        of={[
          [t('address'), <span className="code">{evidence.url}</span>],
          [
            t('finalAddress'),
            first === undefined || first.finalUrl === evidence.url ? null : (
              <span className="code">{first.finalUrl}</span>
            ),
          ],
          [t('status'), first?.status],
          [t('cause'), evidence.cause],
          [t('caseReference'), evidence.caseReference],
          [
            t('officers'),
            officers.map((officer) => (
              <div key={officer.id}>
                {officer.name} <span className="quiet small">{officer.cardNumber}</span>
              </div>
            )),
          ],
          [t('unit'), evidence.unit?.name],
          [t('witness'), evidence.witness],
          [t('startedAt'), <TimeText time={evidence.startedAt} />],
          [t('endedAt'), <TimeText time={evidence.endedAt} />],
          [
            t('clock'),
            evidence.clock.offsetMs === null
              ? evidence.clock.source
              : t('clockText', { offset: evidence.clock.offsetMs.toFixed(0), source: evidence.clock.source }),
          ],
          [
            t('servers'),
            evidence.serverAddresses.length === 0 ? null : (
              <span className="code">{evidence.serverAddresses.slice(0, 8).join(' ')}</span>
            ),
          ],
          [t('size'), formatBytes(evidence.bytes)],
          [t('recaptureOf'), evidence.recaptureOf === null ? null : <Other number={evidence.recaptureOf} />],
          [
            t('recapturedBy'),
            evidence.recapturedBy.length === 0
              ? null
              : evidence.recapturedBy.map((number) => (
                  <div key={number}>
                    <Other number={number} />
                  </div>
                )),
          ],
          [
            t('anomalies'),
            evidence.anomalyList.length === 0 ? (
              <span className="quiet">{t('anomaliesNone')}</span>
            ) : (
              <ul>
                {evidence.anomalyList.map((anomaly) => (
                  <li key={anomaly.code + anomaly.detail}>
                    <Status meaning="watch">{anomaly.code}</Status>
                    <div className="second small">{anomaly.detail}</div>
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
    </Card>
  )
}

function Other({ number }: { number: string }) {
  return (
    <Link to="/evidence/$number" params={{ number }} className="code">
      {number.slice(0, 26)}
    </Link>
  )
}
