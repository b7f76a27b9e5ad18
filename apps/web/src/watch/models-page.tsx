/** The models: tried on a text, a page or lines; their thresholds with reasons; how analysts judge them. */
import type { ModelView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { type Column, DataTable } from '../design/data-table.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { useWords } from '../i18n/words.ts'
import { BehaviourName } from '../leads/lead-words.tsx'
import { ParameterText } from '../models/parameter-text.tsx'
import { ModelTrial } from './model-trial.tsx'
import './watch.css'
import { watchWords } from './words.ts'

export function ModelsPage() {
  const t = useWords(watchWords)
  const models = useQuery(ask('models.list'))
  return (
    <>
      <PageHeader title={t('modelsTitle')} text={t('modelsText')} />
      <div className="watch-main">
        <ModelTrial />
        {models.isError ? (
          <ProblemView error={models.error} onRetry={() => void models.refetch()} />
        ) : (
          <>
            <Card title={t('model')} flush>
              <ModelTable models={models.data?.models ?? []} loading={models.isPending} />
            </Card>
            <Card title={t('thresholds')}>
              {(models.data?.models ?? []).map((model) => (
                <Thresholds key={`${model.name}-${model.looksAt}`} model={model} />
              ))}
            </Card>
          </>
        )}
      </div>
    </>
  )
}

const percent = (value: number) => `${Math.round(value * 100)}%`

function ModelTable({ models, loading }: { models: readonly ModelView[]; loading: boolean }) {
  const t = useWords(watchWords)
  const precision = ({ precision: found }: ModelView) =>
    found === null ? (
      <span className="quiet">{t('precisionNone')}</span>
    ) : (
      <>
        {percent(found.value)}{' '}
        <span className="quiet small">
          {percent(found.low)}–{percent(found.high)}
        </span>
      </>
    )
  const columns: Column<ModelView>[] = [
    {
      key: 'name',
      title: t('model'),
      track: 'minmax(110px, 1fr)',
      render: ({ name }) => (
        <Link to="/models/$behaviour" params={{ behaviour: name }}>
          <BehaviourName behaviour={name} />
        </Link>
      ),
    },
    { key: 'version', rank: 3, title: t('version'), track: '70px', align: 'right', render: ({ version }) => version },
    {
      key: 'looksAt',
      rank: 2,
      title: t('looksAt'),
      track: 'minmax(120px, 1fr)',
      render: ({ looksAt }) => t(`looks-${looksAt}`),
    },
    { key: 'leads', title: t('leads30'), track: '120px', align: 'right', render: ({ leads }) => leads },
    {
      key: 'dismissed',
      rank: 1,
      title: t('dismissed30'),
      track: '90px',
      align: 'right',
      render: ({ dismissed }) => dismissed,
    },
    { key: 'precision', title: t('precision'), track: 'minmax(170px, 1fr)', render: precision },
  ]
  return (
    <DataTable
      label={t('model')}
      columns={columns}
      rows={[...models]}
      keyOf={({ name, looksAt }) => `${name}-${looksAt}`}
      loading={loading}
      renderNarrow={(model) => (
        <>
          <div>
            <Link to="/models/$behaviour" params={{ behaviour: model.name }}>
              <BehaviourName behaviour={model.name} />
            </Link>{' '}
            · {t('leads30')} {model.leads}
          </div>
          <div className="small">{precision(model)}</div>
        </>
      )}
    />
  )
}

function Thresholds({ model }: { model: ModelView }) {
  const t = useWords(watchWords)
  return (
    <details className="thresholds">
      <summary>
        <BehaviourName behaviour={model.name} /> <span className="quiet small">{t(`looks-${model.looksAt}`)}</span>
      </summary>
      <dl className="facts facts-wide">
        {model.thresholds.map((one) => (
          <ParameterText
            key={one.name}
            parameter={{ ...one, model: model.key }}
            other={<Status meaning="watch">{t('shippedValue', { n: one.shipped })}</Status>}
          />
        ))}
      </dl>
    </details>
  )
}
