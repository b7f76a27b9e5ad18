/** One behaviour's models: law, parameters, versions, precision, drift, errors, and what dismissals teach. */
import type { ModelPageView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Status } from '../design/status.tsx'
import { useWords } from '../i18n/words.ts'
import { BehaviourName } from '../leads/lead-words.tsx'
import '../settings/settings.css'
import { VersionState } from '../settings/settings-page.tsx'
import { Errors } from './errors.tsx'
import '../registers/registers.css'
import './models.css'
import { ParameterText, useParameterWords } from './parameter-text.tsx'
import { WeeksChart } from './weeks-chart.tsx'
import { modelWords } from './words.ts'

const route = getRouteApi('/frame/inside/models/$behaviour')

export function ModelPage() {
  const t = useWords(modelWords)
  const { behaviour } = route.useParams()
  const page = useQuery(ask('models.read', { params: { behaviour } }))
  if (page.isError) return <ProblemView error={page.error} onRetry={() => void page.refetch()} />
  return (
    <>
      <PageHeader
        title={<BehaviourName behaviour={behaviour} />}
        tab={t('all')}
        text={t('text')}
        before={
          <Link to="/models" className="small">
            {t('all')}
          </Link>
        }
      />
      {page.isPending ? <Bones height={320} /> : <Whole model={page.data} />}
    </>
  )
}

function Whole({ model }: { model: ModelPageView }) {
  return (
    <div className="setting-grid">
      <div className="setting-page">
        <Precision model={model} />
        <WeeksChart model={model} />
        <Errors model={model} />
      </div>
      <div className="setting-page">
        <LawCard law={model.law} />
        <Parameters model={model} />
        <Versions model={model} />
      </div>
    </div>
  )
}

const percent = (value: number) => `${Math.round(value * 100)}%`

export function Share({ share }: { share: ModelPageView['precision'] }) {
  const t = useWords(modelWords)
  if (share === null) return <span className="quiet">{t('precisionNone')}</span>
  return (
    <>
      <strong>{percent(share.value)}</strong>{' '}
      <span className="quiet small">
        {percent(share.low)}–{percent(share.high)}（{share.hits}/{share.of}）
      </span>
    </>
  )
}

function Precision({ model }: { model: ModelPageView }) {
  const t = useWords(modelWords)
  const { decided, precision, byVersion } = model
  return (
    <Card title={t('precision')}>
      <p className="second">{t('precisionText')}</p>
      <dl className="preview-counts">
        <div>
          <dt>{t('precision')}</dt>
          <dd className="model-share">
            <Share share={precision} />
          </dd>
        </div>
        {(['handedOver', 'dismissed', 'open'] as const).map((name) => (
          <div key={name}>
            <dt>{t(name)}</dt>
            <dd>{decided[name]}</dd>
          </div>
        ))}
      </dl>
      {byVersion.length > 1 && (
        <>
          <h3 className="small second">{t('byVersion')}</h3>
          <ul className="plain-list">
            {byVersion.map((one) => (
              <li key={`${one.model}-${one.settings}`}>
                {t('modelVersion', { n: one.model })} ·{' '}
                {one.settings === 0 ? t('settingsShipped') : t('settingsVersion', { n: one.settings })} ·{' '}
                {t('handedOver')} {one.handedOver} · {t('dismissed')} {one.dismissed} · <Share share={one.precision} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}

function LawCard({ law }: { law: ModelPageView['law'] }) {
  const t = useWords(modelWords)
  return (
    <Card title={t('law')}>
      {law.length === 0 && <p className="second">{t('lawNone')}</p>}
      <ul className="plain-list">
        {law.map(({ law: name, article, from, until, text }) => (
          <li key={`${name}-${article}-${from}`}>
            <span className={until === null ? '' : 'quiet'}>
              《{name}》{article}
            </span>{' '}
            {until !== null && <span className="quiet small">{t('lawOld', { day: until })}</span>}
            {text !== null && (
              <details>
                <summary className="small">{t('lawText')}</summary>
                <p className="small second law-text">{text}</p>
              </details>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Parameters({ model }: { model: ModelPageView }) {
  const t = useWords(modelWords)
  const me = useMe()
  const { behaviour } = model
  return (
    <Card
      title={t('parameters')}
      aside={
        may(me, 'monitoring.settings') && (
          <Link to="/settings/edit" search={{ behaviour }} className="button">
            {t('change')}
          </Link>
        )
      }
    >
      <dl className="facts facts-wide">
        {model.parameters.map((one) => (
          <ParameterText
            key={`${one.model}-${one.name}`}
            parameter={one}
            other={<Status meaning="watch">{t('shipped', { n: one.shipped })}</Status>}
          />
        ))}
      </dl>
      <h3 className="small second">{t('groups')}</h3>
      {model.groups.length === 0 && <p className="quiet">{t('groupsNone')}</p>}
      <ul className="plain-list">
        {model.groups.map(({ name, words, law, enabled }) => (
          <li key={name}>
            {name} <span className="quiet small">{`${words} · ${law}`}</span>{' '}
            {!enabled && <Status meaning="plain">{t('off')}</Status>}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Versions({ model }: { model: ModelPageView }) {
  const t = useWords(modelWords)
  const said = useParameterWords()
  /** Such as `lead 0.6 → 0.7`, with the parameter by its name on screen. */
  const changeText = (change: string) => {
    const [name, ...rest] = change.split(' ')
    const parameter = model.parameters.find((one) => one.name === name)
    return parameter === undefined ? change : [said.name(parameter), ...rest].join(' ')
  }
  return (
    <Card title={t('versions')}>
      <p>{model.models.map(({ version }) => t('modelVersion', { n: version })).join(' · ')}</p>
      {model.versions.length === 0 && <p className="second">{t('versionsNone')}</p>}
      <ul className="plain-list">
        {model.versions.map((one) => (
          <li key={one.version}>
            <VersionState state={one.state} />{' '}
            <Link to="/settings/$version" params={{ version: String(one.version) }}>
              {t('settingsVersion', { n: one.version })}
            </Link>{' '}
            <span className="small second break">{one.changes.map(changeText).join('；')}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
