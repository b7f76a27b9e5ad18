/** The two cards of facts of a report: what the evidence is; since when and who says so. */
import type { Report, ReportMember, ReportSubject } from '@mingzheng/proof'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatBytes } from '../i18n/formats.ts'
import { useBilingual } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { ReasonList } from '../said/reason-list.tsx'
import { useSaid } from '../said/use-said.ts'
import { reportWords } from './words.ts'

export function SubjectCard({ report, subject }: { report: Report; subject: ReportSubject }) {
  const t = useWords(reportWords)
  return (
    <Card title={t('subject')}>
      <Facts
        of={[
          fact(
            t('number'),
            <span>
              <span className="code">{subject.number}</span>{' '}
              <span className="quiet">{t('edition', { edition: subject.edition })}</span>
            </span>,
          ),
          fact(t('title'), subject.title),
          // A captured address is shown, never linked: what it leads to today is not the evidence.
          fact(
            t('addresses'),
            subject.urls.length === 0 ? null : <span className="code">{subject.urls.join('\n')}</span>,
          ),
          fact(t('organisation'), [subject.organisation, subject.unit].filter(Boolean).join(' · ')),
          fact(
            t('officers'),
            subject.officers.map((o) => (o.cardNumber === null ? o.name : `${o.name} (${o.cardNumber})`)).join('、'),
          ),
          fact(t('capturedAt'), <TimeText time={subject.endedAt} />),
          fact(
            t('complete'),
            subject.complete ? null : (
              <>
                <Status meaning="watch">{t('incompleteCapture')}</Status>
                <ReasonList text={subject.incompleteReason ?? ''} className="small second break" />
              </>
            ),
          ),
          fact(
            t('files'),
            `${t('fileCount', { count: subject.files.length })} · ${formatBytes(subject.files.reduce((sum, file) => sum + file.bytes, 0))}`,
          ),
          fact(t('manifestSha256'), <Digest value={subject.manifestSha256} />),
          fact(t('manifestSm3'), <Digest value={subject.manifestSm3} />),
          fact(t('fileBytes'), formatBytes(report.file.bytes)),
        ]}
      />
    </Card>
  )
}

/** What tells an entry from another ledger's of the same index. */
function entrySearch({ ledger, subject }: Report): Record<string, string> {
  return { ...(ledger === null ? {} : { at: ledger.time }), ...(subject === null ? {} : { number: subject.number }) }
}

export function ProvenCard({ report }: { report: Report }) {
  const t = useWords(reportWords)
  const say = useBilingual()
  const said = useSaid()
  const { ledger, timestamp, policy } = report
  return (
    <Card title={t('proven')}>
      <Facts
        of={[
          fact(
            t('timestamp'),
            timestamp === null ? null : (
              <>
                <TimeText time={timestamp.time} />
                <div className="quiet small">{said.name(timestamp.authority)}</div>
              </>
            ),
          ),
          fact(t('ledgerTime'), ledger === null ? null : <TimeText time={ledger.time} />),
          fact(
            t('ledger'),
            ledger === null ? null : (
              <a href={`/ledger/${ledger.index}?${new URLSearchParams(entrySearch(report))}`}>
                {t('ledgerText', { index: ledger.index, origin: ledger.origin })}
              </a>
            ),
          ),
          fact(
            t('members'),
            ledger === null ? null : (
              <ul>
                {ledger.members.map((member) => (
                  <li key={member.id}>
                    <Member member={member} alone={ledger.members.length === 1} />
                  </li>
                ))}
              </ul>
            ),
          ),
          fact(
            t('policy'),
            policy === null ? null : (
              <>
                {say(policy.name)} <span className="quiet">· {policy.pinned ? t('pinned') : t('notPinned')}</span>
                <div>
                  <Digest value={policy.id} />
                </div>
                {say(policy.description)
                  .split('\n')
                  .map((line) => (
                    <div className="second small" key={line}>
                      {line}
                    </div>
                  ))}
              </>
            ),
          ),
          fact('', policy?.demo === true ? <Status meaning="watch">{t('demo')}</Status> : null),
          fact(t('checkedAt'), <TimeText time={report.checkedAt} />),
        ]}
      />
    </Card>
  )
}

function Member({ member, alone }: { member: ReportMember; alone: boolean }) {
  const t = useWords(reportWords)
  const say = useBilingual()
  const role = `role-${member.role}`
  const roleText = role in reportWords.zh ? t(role as 'role-court') : member.role
  return (
    <>
      {say(member.name)}{' '}
      <span className="quiet small">
        {roleText} · {member.independent ? t('independent') : alone ? t('operator') : t('notIndependent')}
        {member.time !== null && (
          <>
            {' · '}
            {t('signedAt')} <TimeText time={member.time} />
          </>
        )}
        {!member.counted && <> · {t('notCounted')}</>}
      </span>
    </>
  )
}
