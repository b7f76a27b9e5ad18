/** People of the organisation: who they are, what they may do, whether they can sign in. */
import type { UserView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import type { Column } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { SearchField } from '../design/search-field.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { AddPersonDialog } from './add-person-dialog.tsx'
import { PersonActs } from './person-acts.tsx'
import { roleWord } from './role-word.ts'
import { RolesDialog } from './roles-dialog.tsx'
import { peopleWords } from './words.ts'

const route = getRouteApi('/frame/inside/people')
const STATES = { active: 'proven', locked: 'must', disabled: 'plain' } as const

export function PeoplePage() {
  const t = useWords(peopleWords)
  const me = useMe()
  const navigate = useNavigate()
  const { q } = route.useSearch()
  const [adding, setAdding] = useState(false)
  const [changing, setChanging] = useState<UserView | null>(null)
  const users = useQuery(ask('users.list'))
  const wanted = (q ?? '').toLowerCase()
  const rows = (users.data?.users ?? []).filter((user) =>
    [user.name, user.username, user.cardNumber, user.unit?.name].some((part) => part?.toLowerCase().includes(wanted)),
  )
  const columns: Column<UserView>[] = [
    { key: 'name', title: t('name'), track: 'minmax(84px, 1fr)', render: (user) => user.name },
    {
      key: 'username',
      rank: 2,
      title: t('username'),
      track: 'minmax(96px, 1fr)',
      render: (user) => <span className="code">{user.username}</span>,
    },
    { key: 'card', rank: 5, title: t('card'), track: '128px', render: (user) => user.cardNumber ?? '—' },
    { key: 'unit', rank: 3, title: t('unit'), track: 'minmax(110px, 1.4fr)', render: (user) => user.unit?.name ?? '—' },
    {
      key: 'roles',
      title: t('roles'),
      track: 'minmax(120px, 2fr)',
      render: (user) => user.roles.map((role) => t(roleWord(role))).join('、'),
    },
    {
      key: 'state',
      title: t('state'),
      track: '92px',
      render: (user) => <Status meaning={STATES[user.state]}>{t(user.state)}</Status>,
    },
    {
      key: 'factor',
      rank: 4,
      title: t('secondFactor'),
      track: '104px',
      render: (user) => (
        <Status meaning={user.secondFactor ? 'proven' : 'watch'}>{user.secondFactor ? t('on') : t('off')}</Status>
      ),
    },
    {
      key: 'last',
      rank: 6,
      title: t('lastSignIn'),
      track: '108px',
      render: (user) =>
        user.lastSignInAt === null ? (
          <span className="quiet">{t('never')}</span>
        ) : (
          <TimeText time={user.lastSignInAt} relative="only" />
        ),
    },
    { key: 'acts', title: '', track: '44px', render: (user) => <PersonActs user={user} onRoles={setChanging} /> },
  ]
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        acts={
          <>
            <SearchField
              value={q}
              label={t('search')}
              onSearch={(next) => void navigate({ to: '/people', search: { q: next }, replace: true })}
            />
            {may(me, 'organisation.manage') && (
              <Button type="primary" icon={<Icon name="plus" />} onClick={() => setAdding(true)}>
                {t('add')}
              </Button>
            )}
          </>
        }
      />
      <QueryTable
        query={users}
        label={t('title')}
        columns={columns}
        rows={rows}
        keyOf={(user) => user.id}
        empty={<Empty icon="people" title={t('none')} text={t('noneText')} />}
        renderNarrow={(user) => (
          <div style={{ display: 'flex', gap: 10, alignItems: 'center' }}>
            <div style={{ minWidth: 0, flex: 1 }}>
              <div className="ellipsis">
                {user.name} <span className="quiet code">{user.username}</span>
              </div>
              <div className="small quiet ellipsis">
                {t(user.state)} · {user.roles.map((role) => t(roleWord(role))).join('、')}
              </div>
            </div>
            <PersonActs user={user} onRoles={setChanging} />
          </div>
        )}
      />
      {changing !== null && <RolesDialog user={changing} onClose={() => setChanging(null)} />}
      {adding && <AddPersonDialog onClose={() => setAdding(false)} />}
    </>
  )
}
