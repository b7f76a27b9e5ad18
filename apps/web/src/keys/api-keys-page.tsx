/** API keys of other systems. */
import type { AnswerOf } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { api, ask } from '../data/api.ts'
import type { Column } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useConfirm } from '../design/use-confirm.ts'
import { useWords } from '../i18n/words.ts'
import { ApiKeyDialog } from './api-key-dialog.tsx'
import './keys.css'
import { keysWords } from './words.ts'

type ApiKey = AnswerOf<'apiKeys.list'>['keys'][number]

export function ApiKeysPage() {
  const t = useWords(keysWords)
  const confirm = useConfirm()
  const queries = useQueryClient()
  const [adding, setAdding] = useState(false)
  const keys = useQuery(ask('apiKeys.list'))
  const revoke = useMutation({
    mutationFn: (id: string) => api.call('apiKeys.revoke', { params: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['apiKeys.list'] }),
  })
  const askRevoke = (key: ApiKey) =>
    confirm({
      title: t('apiRevokeTitle', { name: key.name }),
      text: t('apiRevokeText'),
      act: t('revoke'),
      onAct: () => revoke.mutateAsync(key.id),
    })
  const state = (key: ApiKey) =>
    key.revokedAt !== null ? (
      <Status meaning="must">{t('revoked')}</Status>
    ) : key.expiresAt !== null && Date.parse(key.expiresAt) < Date.now() ? (
      <Status meaning="plain">{t('expired')}</Status>
    ) : (
      <Status meaning="proven">{t('active')}</Status>
    )
  const revokeButton = (key: ApiKey) =>
    key.revokedAt === null && (
      <Button size="small" danger type="text" onClick={() => askRevoke(key)}>
        {t('revoke')}
      </Button>
    )
  const columns: Column<ApiKey>[] = [
    { key: 'name', title: t('name'), track: 'minmax(160px, 2fr)', render: (key) => key.name },
    {
      key: 'prefix',
      title: t('prefix'),
      track: 'minmax(110px, 1fr)',
      render: (key) => <span className="code">{key.prefix}…</span>,
    },
    { key: 'made', rank: 4, title: t('createdAt'), track: '142px', render: (key) => <TimeText time={key.createdAt} /> },
    {
      key: 'expires',
      rank: 2,
      title: t('expiresAt'),
      track: '142px',
      render: (key) => (key.expiresAt === null ? t('never') : <TimeText time={key.expiresAt} />),
    },
    {
      key: 'used',
      rank: 3,
      title: t('lastUsed'),
      track: '108px',
      render: (key) => (key.lastUsedAt === null ? t('unused') : <TimeText time={key.lastUsedAt} relative="only" />),
    },
    { key: 'state', title: t('state'), track: '92px', render: state },
    {
      key: 'acts',
      title: '',
      track: '72px',
      render: revokeButton,
    },
  ]
  return (
    <>
      <PageHeader
        title={t('apiTitle')}
        text={
          <>
            {t('apiText')} <a href="/docs">{t('apiDocs')}</a>
          </>
        }
        acts={
          <Button type="primary" icon={<Icon name="plus" />} onClick={() => setAdding(true)}>
            {t('add')}
          </Button>
        }
      />
      <QueryTable
        query={keys}
        label={t('apiTitle')}
        columns={columns}
        rows={keys.data?.keys ?? []}
        keyOf={(key) => key.id}
        empty={
          <Empty
            icon="key"
            title={t('apiNone')}
            text={t('apiNoneText')}
            action={
              <Button type="primary" onClick={() => setAdding(true)}>
                {t('add')}
              </Button>
            }
          />
        }
        renderNarrow={(key) => (
          <div className="keys-narrow">
            <div>
              <div className="ellipsis">{key.name}</div>
              <div className="small">
                {state(key)} <span className="code quiet">{key.prefix}…</span>
              </div>
            </div>
            {revokeButton(key)}
          </div>
        )}
      />
      {adding && <ApiKeyDialog onClose={() => setAdding(false)} />}
    </>
  )
}
