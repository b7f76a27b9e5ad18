/** Selectors that lead to what was pointed at, with what each gives. */
import type { AnswerOf, RuleWayView } from '@mingzheng/api'
import { Button } from 'antd'
import { Card } from '../design/card.tsx'
import { useWords } from '../i18n/words.ts'
import { ValueText } from './value-text.tsx'
import { ruleWords } from './words.ts'

type Ways = AnswerOf<'rules.point'>['ways']

export function WayList({ ways, onUse }: { ways: Ways; onUse: (way: RuleWayView) => void }) {
  const t = useWords(ruleWords)
  return (
    <Card title={t('found')}>
      {ways.length === 0 && <p className="second">{t('foundNone')}</p>}
      <ul className="rule-ways" aria-live="polite">
        {ways.map(({ way, value, found, of }) => (
          <li key={way.select}>
            <div>
              <code className="rule-selector">{way.select}</code>
              <div className="small">
                {t('gives')} <ValueText value={value} />
              </div>
              <div className="small quiet">{t('foundOn', { found, of })}</div>
            </div>
            <Button onClick={() => onUse(way)}>{t('use')}</Button>
          </li>
        ))}
      </ul>
    </Card>
  )
}
