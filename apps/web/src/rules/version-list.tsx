/** The versions of a rule; an earlier one can be taken up again. */
import type { AnswerOf, RuleContentView } from '@mingzheng/api'
import { Button } from 'antd'
import { Card } from '../design/card.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { ruleWords } from './words.ts'

interface VersionListProps {
  rule: AnswerOf<'rules.read'>
  onLoad: ((content: RuleContentView) => void) | null
}

export function VersionList({ rule: { versions }, onLoad }: VersionListProps) {
  const t = useWords(ruleWords)
  return (
    <Card title={t('versions')}>
      {versions.length === 0 && <p className="second">{t('versionsNone')}</p>}
      <ul className="rule-versions">
        {versions.map(({ version, content, note, by, at, active }) => (
          <li key={version}>
            <span>
              <strong>{t('version', { n: version })}</strong>{' '}
              {active && <Status meaning="proven">{t('active')}</Status>}
              <br />
              <span className="small second">
                {by} · <TimeText time={at} relative="only" />
                {note !== '' && ` · ${note}`}
              </span>
            </span>
            {onLoad !== null && (
              <Button size="small" onClick={() => onLoad(content)}>
                {t('load')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
