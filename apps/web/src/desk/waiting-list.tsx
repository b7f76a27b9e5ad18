/** What waits, each with the reason and the way to it. */
import type { AnswerOf } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon, type IconName } from '../design/icon.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import { deskWords } from './words.ts'

type Item = AnswerOf<'desk.read'>['waiting'][number]

const LOOKS: Record<Item['kind'], [Meaning, IconName]> = {
  incomplete: ['watch', 'warning'],
  unfixed: ['watch', 'waiting'],
  running: ['running', 'running'],
  'needs-signature': ['must', 'pen'],
  'capture-failed': ['must', 'failed'],
  security: ['must', 'lock'],
  audit: ['watch', 'audit'],
}

export function WaitingList({ items }: { items: Item[] | undefined }) {
  const t = useWords(deskWords)
  const said = useSaid()
  return (
    <Card
      title={t('waiting')}
      aside={items !== undefined && items.length > 0 && <span className="quiet">{items.length}</span>}
      flush
    >
      {items === undefined && (
        <div className="card-body">
          <BonesList rows={4} height={30} />
        </div>
      )}
      {items?.length === 0 && <Empty icon="check" title={t('waitingNone')} text={t('waitingNoneText')} />}
      <ul className="waiting">
        {items?.map((item) => {
          const [meaning, icon] = LOOKS[item.kind]
          return (
            <li key={item.kind + item.link + item.at}>
              <Link to={item.link as '/'} className="waiting-item">
                <Status meaning={meaning} icon={icon} filled>
                  {t(`kind-${item.kind}`)}
                </Status>
                <span className="waiting-words">
                  <span className="ellipsis">{item.title}</span>
                  <span className="quiet small ellipsis">{said.brief(item)}</span>
                </span>
                <span className="quiet small waiting-time">
                  <TimeText time={item.at} relative="only" />
                </span>
                <Icon name="right" size={14} />
              </Link>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
