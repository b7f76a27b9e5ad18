/** Key certificates: whose, for what, until when; revocation. */
import type { AnswerOf } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import type { Column } from '../design/data-table.tsx'
import { Digest } from '../design/digest.tsx'
import { Empty } from '../design/empty.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import { commonName } from './common-name.ts'
import { RevokeDialog } from './revoke-dialog.tsx'
import './keys.css'
import { keysWords } from './words.ts'

export type KeyCertificate = AnswerOf<'keys.list'>['certificates'][number]

const STATES = { valid: 'proven', expired: 'plain', revoked: 'must' } as const

export function KeysPage() {
  const t = useWords(keysWords)
  const said = useSaid()
  const [revoking, setRevoking] = useState<KeyCertificate | null>(null)
  const keys = useQuery(ask('keys.list'))
  const purpose = (name: string) => {
    const key = `purpose-${name}`
    return key in keysWords.zh ? t(key as 'purpose-tls') : name
  }
  const holder = (subject: string) => said.name(commonName(subject))
  const revokeButton = (key: KeyCertificate) =>
    key.state === 'valid' && (
      <Button size="small" danger type="text" onClick={() => setRevoking(key)}>
        {t('revoke')}
      </Button>
    )
  const columns: Column<KeyCertificate>[] = [
    {
      key: 'subject',
      title: t('subject'),
      track: 'minmax(180px, 3fr)',
      render: (key) => <span title={key.subject}>{holder(key.subject)}</span>,
    },
    { key: 'purpose', title: t('purpose'), track: '120px', render: (key) => purpose(key.purpose) },
    { key: 'algorithm', rank: 3, title: t('algorithm'), track: '90px', render: (key) => key.algorithm },
    { key: 'serial', rank: 4, title: t('serial'), track: '168px', render: (key) => <Digest value={key.serial} /> },
    {
      key: 'from',
      rank: 5,
      title: t('notBefore'),
      track: '112px',
      render: (key) => <TimeText time={key.notBefore} relative="only" />,
    },
    {
      key: 'until',
      rank: 2,
      title: t('notAfter'),
      track: '128px',
      render: (key) => <TimeText time={key.notAfter} seconds={false} />,
    },
    {
      key: 'state',
      title: t('state'),
      track: '92px',
      render: (key) => <Status meaning={STATES[key.state]}>{t(key.state)}</Status>,
    },
    {
      key: 'acts',
      title: '',
      track: '72px',
      render: revokeButton,
    },
  ]
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <QueryTable
        query={keys}
        label={t('title')}
        columns={columns}
        rows={keys.data?.certificates ?? []}
        keyOf={(key) => key.serial}
        empty={<Empty icon="key" title={t('none')} text={t('noneText')} />}
        renderNarrow={(key) => (
          <div className="keys-narrow">
            <div>
              <div className="ellipsis">{holder(key.subject)}</div>
              <div className="small quiet ellipsis">
                {t(key.state)} · {purpose(key.purpose)} · {key.algorithm}
              </div>
            </div>
            {revokeButton(key)}
          </div>
        )}
      />
      {revoking !== null && <RevokeDialog certificate={revoking} onClose={() => setRevoking(null)} />}
    </>
  )
}
