/** One finding: what led to it, by which article, of which model, how it is fixed. */
import type { FindingView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { ask } from '../data/api.ts'
import { Icon } from '../design/icon.tsx'
import { Standing } from '../design/states.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useWords } from '../i18n/words.ts'
import { BehaviourName, Decision, Score, SpanWords } from './lead-words.tsx'
import { leadWords } from './words.ts'

type Made = Pick<FindingView, 'behaviour' | 'decision' | 'score' | 'span' | 'reason' | 'article' | 'model'>

/** A finding as a model made it, with the words that led to it. */
export function FindingText({ finding }: { finding: Made }) {
  const t = useWords(leadWords)
  return (
    <>
      <div className="finding-head">
        <strong>
          <BehaviourName behaviour={finding.behaviour} />
        </strong>
        <Decision decision={finding.decision} />
        <Score score={finding.score} />
      </div>
      <SpanWords span={finding.span} />
      <div className="finding-reason">{finding.reason}</div>
      <div className="second">{t('lawLine', { article: finding.article })}</div>
      <div className="quiet small">
        {t('modelLine', { name: t(`behaviour-${finding.behaviour}`), version: versionOf(finding.model) })}
      </div>
    </>
  )
}

/** A finding that was kept, with its statement. */
export function FindingFacts({ finding }: { finding: FindingView }) {
  const t = useWords(leadWords)
  const statement = useQuery({ ...ask('findings.statement', { params: { id: finding.id } }), enabled: false })
  const save = async () => {
    const { data } = await statement.refetch()
    if (data === undefined) return
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([JSON.stringify(data)], { type: 'application/json' }))
    link.download = `finding-${finding.id}.json`
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <div className="finding">
      <FindingText finding={finding} />
      <div className="finding-head small">
        <TimeText time={finding.at} relative />
        <Standing standing={finding.standing} />
        <Button
          size="small"
          className="no-print"
          icon={<Icon name="download" size={14} />}
          title={t('statementText')}
          loading={statement.isFetching}
          onClick={() => void save()}
        >
          {t('statement')}
        </Button>
      </div>
    </div>
  )
}

/** Such as `2` as shipped, or `2.5` under version 5 of the settings. */
const versionOf = ({ version, settings }: FindingView['model']) =>
  settings === undefined ? String(version) : `${version}.${settings}`
