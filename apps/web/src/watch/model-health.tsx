/** How the models do by what analysts decide: those that made leads of late, with their share that was not dismissed. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { useWords } from '../i18n/words.ts'
import { BehaviourName } from '../leads/lead-words.tsx'
import './watch.css'
import { watchWords } from './words.ts'

const EVERY_MS = 60_000
const percent = (value: number) => `${Math.round(value * 100)}%`

export function ModelHealth() {
  const t = useWords(watchWords)
  const asked = useQuery({ ...ask('models.list'), refetchInterval: EVERY_MS })
  // A behaviour with two models counts its leads once.
  const behaviours = [...new Map((asked.data?.models ?? []).map((model) => [model.name, model])).values()]
  const busy = behaviours.filter(({ leads }) => leads > 0)
  return (
    <Card title={t('modelHealth')} aside={<Link to="/models">{t('modelsTitle')}</Link>}>
      {busy.map(({ name, leads, dismissed, precision }) => (
        <div key={name} className="platform-line">
          <Link to="/models/$behaviour" params={{ behaviour: name }} className="ellipsis">
            <BehaviourName behaviour={name} />
          </Link>
          <span className="number">
            {precision === null ? <span className="quiet">{t('precisionNone')}</span> : percent(precision.value)}
          </span>
          <span className="small quiet">{t('modelCounts', { leads, dismissed })}</span>
          {precision !== null && (
            <span className="small quiet">
              {percent(precision.low)}–{percent(precision.high)}
            </span>
          )}
        </div>
      ))}
      {asked.isSuccess && busy.length < behaviours.length && (
        <p className="small quiet">{t('modelsSilent', { count: behaviours.length - busy.length })}</p>
      )}
    </Card>
  )
}
