/** Top: search everything, what runs now, what waits, who I am and for which unit. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Popover } from 'antd'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { NoticeList } from './notice-list.tsx'
import { RunningList } from './running-list.tsx'
import './top-bar.css'
import { UserMenu } from './user-menu.tsx'
import { frameWords } from './words.ts'

interface TopBarProps {
  onMenu: () => void
  onSearch: () => void
}

export function TopBar({ onMenu, onSearch }: TopBarProps) {
  const t = useWords(frameWords)
  const me = useMe()
  return (
    <header className="frame-top">
      <button type="button" className="bare top-button top-menu" onClick={onMenu} aria-label={t('menu')}>
        <Icon name="menu" size={20} />
      </button>
      <button type="button" className="bare top-search" onClick={onSearch}>
        <Icon name="search" size={16} />
        <span className="top-search-text">{t('search')}</span>
        <span className="top-search-keys" aria-hidden="true">
          <kbd>/</kbd>
          <kbd>Ctrl K</kbd>
        </span>
      </button>
      <div className="top-end">
        {may(me, 'evidence.read') && <Running />}
        {me !== null && <Notices />}
        {me === null ? (
          <Link to="/sign-in" className="button">
            {t('signIn')}
          </Link>
        ) : (
          <UserMenu me={me} />
        )}
      </div>
    </header>
  )
}

function Running() {
  const t = useWords(frameWords)
  const captures = useQuery({
    ...ask('captures.list', { query: { limit: 50 } }),
    refetchInterval: 5000,
    refetchIntervalInBackground: false,
  })
  const running = (captures.data?.captures ?? []).filter((job) => ['queued', 'running', 'fixing'].includes(job.state))
  return (
    <Popover trigger="click" placement="bottomRight" content={<RunningList jobs={running} />} title={t('runningNow')}>
      <button type="button" className="bare top-button" aria-label={t('runningCount', { count: running.length })}>
        {running.length === 0 ? (
          <Icon name="waiting" size={19} />
        ) : (
          <span className="top-running">
            <Icon name="running" size={16} />
            <span className="top-running-text">{t('runningCount', { count: running.length })}</span>
          </span>
        )}
      </button>
    </Popover>
  )
}

function Notices() {
  const t = useWords(frameWords)
  const desk = useQuery({ ...ask('desk.read'), refetchInterval: 30_000 })
  const waiting = (desk.data?.waiting ?? []).filter((item) => item.kind !== 'running')
  return (
    <Popover trigger="click" placement="bottomRight" content={<NoticeList items={waiting} />} title={t('notices')}>
      <button type="button" className="bare top-button" aria-label={`${t('notices')} ${waiting.length}`}>
        <Icon name="bell" size={19} />
        {waiting.length > 0 && <span className="top-count">{waiting.length > 99 ? '99+' : waiting.length}</span>}
      </button>
    </Popover>
  )
}
