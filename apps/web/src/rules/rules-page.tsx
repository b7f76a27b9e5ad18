/** Which rule reads each platform's pages, and whether its fields are still found. */
import type { CaptureRuleView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import type { Column } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { Status } from '../design/status.tsx'
import { useWords } from '../i18n/words.ts'
import './rules.css'
import { ruleWords } from './words.ts'

export function RulesPage() {
  const t = useWords(ruleWords)
  const navigate = useNavigate()
  const list = useQuery({ ...ask('rules.list'), refetchInterval: 30_000 })
  const columns: Column<CaptureRuleView>[] = [
    { key: 'platform', title: t('platform'), track: 'minmax(140px, 1fr)', render: (one) => <RuleLink one={one} /> },
    { key: 'state', title: t('state'), track: 'minmax(150px, 1fr)', render: (one) => <RuleState one={one} /> },
    {
      key: 'origin',
      rank: 1,
      title: t('origin'),
      track: 'minmax(150px, 1fr)',
      render: (one) => t(`origin-${one.origin}`, { version: one.version }),
    },
    {
      key: 'fields',
      rank: 2,
      title: t('fields'),
      track: 'minmax(160px, 2fr)',
      render: (one) => one.fields.map((field) => t(`field-${field}`)).join(' · '),
    },
  ]
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <QueryTable
        query={list}
        label={t('title')}
        columns={columns}
        rows={list.data?.rules ?? []}
        keyOf={({ platform }) => platform.id}
        onOpen={({ platform }) => void navigate({ to: '/rules/$id', params: { id: platform.id } })}
        empty={<Empty icon="scan" title={t('none')} text={t('noneText')} />}
        renderNarrow={(one) => (
          <>
            <div className="ellipsis">
              <RuleLink one={one} />
            </div>
            <div className="small ellipsis">
              <RuleState one={one} /> {t(`origin-${one.origin}`, { version: one.version })}
            </div>
          </>
        )}
      />
    </>
  )
}

function RuleLink({ one: { platform } }: { one: CaptureRuleView }) {
  return (
    <Link to="/rules/$id" params={{ id: platform.id }}>
      {platform.name}
    </Link>
  )
}

export function RuleState({ one: { origin, health } }: { one: CaptureRuleView }) {
  const t = useWords(ruleWords)
  const lost = health.filter(({ alarm }) => alarm)
  if (lost.length > 0) {
    return (
      <Status meaning="must">{t('alarm', { fields: lost.map(({ field }) => t(`field-${field}`)).join('、') })}</Status>
    )
  }
  const isUsed = health.some(({ pages, pagesBefore }) => pages + pagesBefore > 0)
  if (origin === 'none' || !isUsed) return <Status meaning="plain">{t('quiet')}</Status>
  return <Status meaning="proven">{t('healthy')}</Status>
}
