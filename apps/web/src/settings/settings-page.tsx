/** The settings of the models: what is active, what waits for approval, and every version there was. */
import type { AnswerOf, SettingVersionView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { type Column, DataTable } from '../design/data-table.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { RollbackButton } from './rollback-button.tsx'
import './settings.css'
import { settingWords } from './words.ts'

const MEANINGS: Record<SettingVersionView['state'], Meaning> = {
  proposed: 'watch',
  active: 'proven',
  past: 'plain',
  rejected: 'must',
  withdrawn: 'plain',
}

export function VersionState({ state, filled = false }: { state: SettingVersionView['state']; filled?: boolean }) {
  const t = useWords(settingWords)
  return (
    <Status meaning={MEANINGS[state]} filled={filled}>
      {t(`state-${state}`)}
    </Status>
  )
}

export function SettingsPage() {
  const t = useWords(settingWords)
  const me = useMe()
  const settings = useQuery({ ...ask('settings.read'), refetchInterval: 15_000 })
  if (settings.isError) return <ProblemView error={settings.error} onRetry={() => void settings.refetch()} />
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        acts={
          may(me, 'monitoring.settings') && (
            <Link to="/settings/edit" className="button button-primary">
              <Icon name="pen" /> {t('edit')}
            </Link>
          )
        }
      />
      {settings.isPending ? <Bones height={240} /> : <Whole settings={settings.data} />}
    </>
  )
}

function Whole({ settings }: { settings: AnswerOf<'settings.read'> }) {
  const t = useWords(settingWords)
  const { active, content, versions } = settings
  const waiting = versions.filter(({ state }) => state === 'proposed')
  const parameters = Object.values(content.parameters).reduce((sum, values) => sum + Object.keys(values).length, 0)
  const words = content.groups.reduce((sum, group) => sum + group.words.length, 0)
  return (
    <div className="setting-page">
      <Card title={t('active')} aside={active > 0 && <RollbackButton version={0} />}>
        <p>
          <strong>{active === 0 ? t('shipped') : t('versionN', { n: active })}</strong>{' '}
          <span className="second">
            {parameters + content.groups.length === 0
              ? t('asShipped')
              : t('differs', { parameters, groups: content.groups.length, words })}
          </span>
        </p>
      </Card>
      <Card title={t('waiting')}>
        {waiting.length === 0 && <p className="second">{t('waitingNone')}</p>}
        <ul className="plain-list">
          {waiting.map((one) => (
            <li key={one.version}>
              <VersionState state={one.state} />{' '}
              <Link to="/settings/$version" params={{ version: String(one.version) }}>
                {t('versionN', { n: one.version })}
              </Link>{' '}
              {one.note} <span className="quiet small">{one.by}</span>
            </li>
          ))}
        </ul>
      </Card>
      <Card title={t('versions')} flush>
        <VersionTable versions={versions} />
      </Card>
    </div>
  )
}

function VersionTable({ versions }: { versions: readonly SettingVersionView[] }) {
  const t = useWords(settingWords)
  const navigate = useNavigate()
  const columns: Column<SettingVersionView>[] = [
    {
      key: 'version',
      title: t('version'),
      track: '110px',
      render: ({ version }) => (
        <Link to="/settings/$version" params={{ version: String(version) }}>
          {t('versionN', { n: version })}
        </Link>
      ),
    },
    { key: 'state', title: t('state'), track: '120px', render: ({ state }) => <VersionState state={state} /> },
    {
      key: 'note',
      title: t('note'),
      track: 'minmax(160px, 2fr)',
      render: ({ note }) => <span title={note}>{note}</span>,
    },
    { key: 'by', rank: 1, title: t('by'), track: '110px', render: ({ by }) => by },
    { key: 'at', rank: 3, title: t('at'), track: '110px', render: ({ at }) => <TimeText time={at} relative="only" /> },
    { key: 'decidedBy', rank: 2, title: t('decidedBy'), track: '110px', render: ({ decidedBy }) => decidedBy ?? '—' },
  ]
  return (
    <DataTable
      label={t('versions')}
      columns={columns}
      rows={[...versions]}
      keyOf={({ version }) => String(version)}
      onOpen={({ version }) => void navigate({ to: '/settings/$version', params: { version: String(version) } })}
      empty={<p className="second card-body">{t('versionsNone')}</p>}
      renderNarrow={(one) => (
        <>
          <div className="ellipsis">
            <Link to="/settings/$version" params={{ version: String(one.version) }}>
              {t('versionN', { n: one.version })}
            </Link>{' '}
            {one.note}
          </div>
          <div className="small">
            <VersionState state={one.state} /> {one.by}
          </div>
        </>
      )}
    />
  )
}
