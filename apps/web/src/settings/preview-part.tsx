/** What settings would have found in the last thirty days: asked for, followed, shown with examples. */
import type { AnswerOf, PreviewExampleView, SettingsView } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Progress } from 'antd'
import { useState } from 'react'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Card } from '../design/card.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { BehaviourName, LeadState, SpanWords } from '../leads/lead-words.tsx'
import '../leads/leads.css'
import { settingWords } from './words.ts'

const FOLLOW_MS = 700

type Preview = AnswerOf<'settings.readPreview'>
type BehaviourResult = NonNullable<Preview['result']>['behaviours'][number]

export function PreviewPart({ content }: { content: SettingsView }) {
  const t = useWords(settingWords)
  const me = useMe()
  const queries = useQueryClient()
  const [asked, setAsked] = useState<{ id: string; of: string } | null>(null)
  const now = JSON.stringify(content)
  const begin = useMutation({
    mutationFn: () => api.call('settings.preview', { body: { content } }),
    onSuccess: (preview) => setAsked({ id: preview.id, of: now }),
  })
  const params = { id: asked?.id ?? '' }
  const follow = useQuery({
    ...ask('settings.readPreview', { params }),
    enabled: asked !== null,
    refetchInterval: ({ state }) => (isMoving(state.data) ? FOLLOW_MS : false),
  })
  const cancel = useMutation({
    mutationFn: () => api.call('settings.cancelPreview', { params }),
    onSuccess: (next) => queries.setQueryData(ask('settings.readPreview', { params }).queryKey, next),
  })
  const preview = follow.data
  return (
    <Card
      title={t('preview')}
      aside={
        isMoving(preview) ? (
          <Button loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t('previewCancel')}
          </Button>
        ) : (
          may(me, 'monitoring.approve') && (
            <Button loading={begin.isPending} onClick={() => begin.mutate()}>
              {t('preview')}
            </Button>
          )
        )
      }
    >
      <p className="second">{t('previewText')}</p>
      <FormProblem error={begin.error ?? follow.error ?? cancel.error} />
      {asked !== null && asked.of !== now && !isMoving(preview) && <p className="meaning-watch">{t('previewOld')}</p>}
      <div aria-live="polite">{preview !== undefined && <PreviewState preview={preview} />}</div>
    </Card>
  )
}

const isMoving = (preview: Preview | undefined) => preview?.state === 'waiting' || preview?.state === 'running'

function PreviewState({ preview }: { preview: Preview }) {
  const t = useWords(settingWords)
  const language = useLanguage()
  const n = (value: number) => formatNumber(value, language)
  if (isMoving(preview)) {
    const share = preview.total === 0 ? 0 : Math.floor((preview.listings / preview.total) * 100)
    return (
      <>
        <Progress percent={share} aria-label={t('preview')} />
        <p>{t('previewRunning', { n: n(preview.listings), total: n(preview.total) })}</p>
      </>
    )
  }
  if (preview.state === 'cancelled') return <p>{t('preview-cancelled')}</p>
  if (preview.state === 'failed' || preview.result === null) {
    return <Alert type="error" showIcon title={t('preview-failed')} description={preview.problem ?? ''} />
  }
  const { behaviours } = preview.result
  const touched = behaviours.filter(({ gained, lost }) => gained + lost > 0)
  return (
    <>
      <p>{t('previewDone', { listings: n(preview.listings), examined: n(preview.examined) })}</p>
      {touched.length === 0 && <p>{t('previewNothing')}</p>}
      {touched.map((result) => (
        <BehaviourPreview key={result.behaviour} result={result} />
      ))}
    </>
  )
}

function BehaviourPreview({ result }: { result: BehaviourResult }) {
  const t = useWords(settingWords)
  const language = useLanguage()
  const n = (value: number) => formatNumber(value, language)
  return (
    <section className="preview-behaviour">
      <h3>
        <BehaviourName behaviour={result.behaviour} />
      </h3>
      <dl className="preview-counts">
        <div>
          <dt>{t('leadsBefore')}</dt>
          <dd>{n(result.before)}</dd>
        </div>
        <div>
          <dt>{t('leadsAfter')}</dt>
          <dd>{n(result.after)}</dd>
        </div>
        <div>
          <dt>{t('gained')}</dt>
          <dd>+{n(result.gained)}</dd>
        </div>
        <div>
          <dt>{t('lost')}</dt>
          <dd>−{n(result.lost)}</dd>
        </div>
      </dl>
      {result.lost > 0 && (
        <p className="second">
          {t('lostJudged', { dismissed: n(result.lostDismissed), handed: n(result.lostHandedOver) })}
        </p>
      )}
      <Examples title={t('gainedExamples')} examples={result.gainedExamples} />
      <Examples title={t('lostExamples')} examples={result.lostExamples} />
    </section>
  )
}

function Examples({ title, examples }: { title: string; examples: readonly PreviewExampleView[] }) {
  if (examples.length === 0) return null
  return (
    <details open={examples.length <= 5}>
      <summary>
        {title} <span className="quiet">{examples.length}</span>
      </summary>
      <ul className="preview-examples">
        {examples.map((one) => (
          <li key={one.listingId}>
            <div>
              <Example one={one} />
            </div>
            <div className="small second break">
              <SpanWords span={one.span} /> {one.reason}
            </div>
          </li>
        ))}
      </ul>
    </details>
  )
}

function Example({ one }: { one: PreviewExampleView }) {
  const score = (value: number | null) => (value === null ? '—' : value.toFixed(2))
  return (
    <>
      {one.lead === null ? (
        one.title
      ) : (
        <Link to="/leads/$id" params={{ id: one.lead.id }}>
          {one.title}
        </Link>
      )}{' '}
      <span className="quiet">
        {score(one.before)} → {score(one.after)}
      </span>{' '}
      {one.lead !== null && <LeadState state={one.lead.state as 'new'} />}
    </>
  )
}
