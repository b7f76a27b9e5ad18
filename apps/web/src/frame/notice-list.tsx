/** The first few things that wait for me. */
import type { AnswerOf } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import { frameWords } from './words.ts'

export function NoticeList({ items }: { items: AnswerOf<'desk.read'>['waiting'] }) {
  const t = useWords(frameWords)
  const said = useSaid()
  if (items.length === 0) return <p className="second pop-list">{t('noticesNone')}</p>
  return (
    <div className="pop-list">
      <ul>
        {items.slice(0, 6).map((item) => (
          <li key={item.link + item.at}>
            <Link to={item.link as '/'} className="pop-item">
              <span className="ellipsis">{item.title}</span>
              <span className="pop-facts small quiet">
                <span className="ellipsis">{said.brief(item)}</span>
                <TimeText time={item.at} relative="only" />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <Link to="/desk" className="pop-foot">
        {t('seeAll')}
      </Link>
    </div>
  )
}
