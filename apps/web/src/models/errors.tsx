/** Where a model is wrong, by what analysts dismissed: reasons, words, examples, and what another threshold would have done. */
import type { ModelPageView } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { may, useMe } from '../data/me.ts'
import { Card } from '../design/card.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { Score } from '../leads/lead-words.tsx'
import '../leads/leads.css'
import { leadWords } from '../leads/words.ts'
import { modelWords } from './words.ts'

export function Errors({ model }: { model: ModelPageView }) {
  const t = useWords(modelWords)
  const { reasons, words, dismissed } = model
  return (
    <>
      <Card title={t('errors')}>
        {dismissed.length === 0 && <p className="second">{t('errorsNone')}</p>}
        <ul className="plain-list">
          {reasons.map(({ reason, leads }) => (
            <li key={reason}>
              <Reason reason={reason} /> <span className="quiet">{leads}</span>
            </li>
          ))}
        </ul>
        {words.length > 0 && <h3 className="small second">{t('wordsTitle')}</h3>}
        <ul className="plain-list">
          {words.map(({ word, dismissed: n, handedOver: handed }) => (
            <li key={word}>
              <mark>{word}</mark> <span className="quiet small">{t('wordCounts', { dismissed: n, handed })}</span>
            </li>
          ))}
        </ul>
      </Card>
      <Lessons model={model} />
      {dismissed.length > 0 && (
        <Card title={t('examples')}>
          <ul className="preview-examples">
            {dismissed.map((lead) => (
              <li key={lead.id}>
                <Link to="/leads/$id" params={{ id: lead.id }}>
                  {lead.title}
                </Link>{' '}
                <Score score={lead.score} />
                <div className="small second break">{lead.reason}</div>
                <div className="small">
                  <Reason reason={lead.dismissedFor ?? 'other'} />
                  {lead.note !== '' && `：${lead.note}`}{' '}
                  <span className="quiet">
                    {lead.by !== null && t('dismissedBy', { by: lead.by })}{' '}
                    <TimeText time={lead.dismissedAt} relative="only" />
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}

function Reason({ reason }: { reason: string }) {
  const t = useWords(leadWords)
  const key = `reason-${reason}`
  return <>{key in leadWords.zh ? t(key as 'reason-other') : reason}</>
}

function Lessons({ model: { behaviour, lessons } }: { model: ModelPageView }) {
  const t = useWords(modelWords)
  const me = useMe()
  return (
    <Card title={t('lessons')}>
      <p className="second">{t('lessonsText')}</p>
      {lessons.length === 0 ? (
        <p className="quiet">{t('lessonsNone')}</p>
      ) : (
        <div className="sheet-pane">
          <table className="sheet">
            <thead>
              <tr>
                <th>{t('lead')}</th>
                <th>{t('spared')}</th>
                <th>{t('missed')}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {lessons.map(({ lead, spared, missed }) => (
                <tr key={lead}>
                  <td className="number">{lead.toFixed(2)}</td>
                  <td className="number">{spared}</td>
                  <td className="number">{missed}</td>
                  <td>
                    {may(me, 'monitoring.settings') && (
                      <Link to="/settings/edit" search={{ behaviour, lead }}>
                        {t('try')}
                      </Link>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}
