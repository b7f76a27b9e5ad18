/** What must I do today: what waits, how the last days went, the latest evidence. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { DayChart } from './day-chart.tsx'
import './desk.css'
import { QuickCapture } from './quick-capture.tsx'
import { RecentEvidence } from './recent-evidence.tsx'
import { Totals } from './totals.tsx'
import { WaitingList } from './waiting-list.tsx'
import { deskWords } from './words.ts'

export function DeskPage() {
  const t = useWords(deskWords)
  const language = useLanguage()
  const me = useMe()
  const desk = useQuery({ ...ask('desk.read'), refetchInterval: 15_000 })
  const date = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'full' }).format(new Date())
  const mayRead = may(me, 'evidence.read')
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('hello', { name: me?.user.name ?? '', date })}
        acts={
          may(me, 'evidence.capture') && (
            <Link to="/capture" className="button button-primary">
              <Icon name="plus" /> {t('newCapture')}
            </Link>
          )
        }
      />
      {desk.isError ? (
        <ProblemView error={desk.error} onRetry={() => void desk.refetch()} />
      ) : (
        <div className="desk">
          <div className="desk-main">
            {may(me, 'evidence.capture') && <QuickCapture />}
            <WaitingList items={desk.data?.waiting} />
            {mayRead && <RecentEvidence />}
          </div>
          {mayRead && (
            <div className="desk-side">
              <Totals totals={desk.data?.totals} />
              <DayChart days={desk.data?.days} />
            </div>
          )}
        </div>
      )}
    </>
  )
}
