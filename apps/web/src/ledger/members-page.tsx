/** The audit view: what every member holds at a size and after a block, in one table. The address keeps both. */
import type { LedgerMembers } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import './ledger.css'
import { memberWords } from './member-words.ts'
import './members.css'
import { membersCsv } from './members-csv.ts'
import { MembersForm } from './members-form.tsx'
import { MembersTable } from './members-table.tsx'
import { saveFile } from './save-file.ts'
import { useAgreement, useMemberSaid, useQuorumSaid } from './use-members.ts'
import { ledgerWords } from './words.ts'

const route = getRouteApi('/frame/ledger/members')

export function MembersPage() {
  const t = useWords(memberWords)
  const l = useWords(ledgerWords)
  const { size, block } = route.useSearch()
  const query = { ...(size === undefined ? {} : { size }), ...(block === undefined ? {} : { block }) }
  const members = useQuery({
    ...ask('ledger.members', { query }),
    refetchInterval: 4000,
    placeholderData: (old) => old,
  })
  return (
    <>
      <PageHeader
        before={
          <Link to="/ledger" className="small no-print">
            <Icon name="back" size={13} /> {l('title')}
          </Link>
        }
        title={t('title')}
        text={t('text')}
        acts={members.data !== undefined && <ExportButton of={members.data} />}
      />
      <MembersForm key={`${size}/${block}`} size={size} block={block} newest={members.data?.newestSize} />
      {members.isError ? (
        <ProblemView error={members.error} onRetry={() => void members.refetch()} />
      ) : members.data === undefined ? (
        <BonesList rows={10} />
      ) : (
        <Compared of={members.data} />
      )}
    </>
  )
}

function Compared({ of }: { of: LedgerMembers }) {
  const t = useWords(memberWords)
  const say = useBilingual()
  const language = useLanguage()
  const quorum = useQuorumSaid()
  const together = useAgreement()(of)
  const { previous } = of
  return (
    <div className="compared">
      <Card
        title={
          <Status meaning={together.good ? 'proven' : 'watch'} filled>
            {together.text}
          </Status>
        }
        flush
      >
        <MembersTable of={of} />
      </Card>
      <Card title={t('reference', { size: formatNumber(of.size, language) })}>
        <Facts
          wide
          of={[
            fact('SHA-256', of.root === null ? null : <Digest value={of.root} whole />),
            fact('SM3', of.rootSm3 === null ? null : <Digest value={of.rootSm3} whole />),
            fact(
              t('continues'),
              previous === null
                ? null
                : t('continuesText', { origin: previous.origin, size: formatNumber(previous.size, language) }),
            ),
          ]}
        />
        <div className="members-policy">
          {quorum(of).map((sentence) => (
            <p key={sentence} className="second">
              {sentence}
            </p>
          ))}
          <details>
            <summary>{t('policyWhole')}</summary>
            <p className="second small members-words">{say(of.quorum.words)}</p>
          </details>
        </div>
      </Card>
    </div>
  )
}

function ExportButton({ of }: { of: LedgerMembers }) {
  const t = useWords(memberWords)
  const language = useLanguage()
  const said = useMemberSaid()
  const save = () =>
    saveFile(
      `members-${of.size}.csv`,
      membersCsv(of, language, (member) => said(member, of).word),
      'text/csv;charset=utf-8',
    )
  return (
    <Button icon={<Icon name="download" />} onClick={save}>
      {t('export')}
    </Button>
  )
}
