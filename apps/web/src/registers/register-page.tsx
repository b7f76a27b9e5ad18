/** One register: what is on it, how it came there, and how it is added to or given out. */
import { addressOf, type RegisterEntryView, type RegisterKindName, type RegisterView } from '@mingzheng/api'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Button, Switch } from 'antd'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import type { Column } from '../design/data-table.tsx'
import { Empty } from '../design/empty.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { QueryTable } from '../design/query-table.tsx'
import { SearchField } from '../design/search-field.tsx'
import { formatCount } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { BrandLogos } from './brand-logos.tsx'
import { FieldText, useFieldName } from './field-text.tsx'
import { ImportList } from './import-list.tsx'
import './registers.css'
import { registerWords } from './words.ts'

const route = getRouteApi('/frame/inside/registers/$kind')

export function RegisterPage() {
  const t = useWords(registerWords)
  const { kind } = route.useParams()
  const registers = useQuery(ask('registers.list'))
  const register = registers.data?.registers.find((one) => one.kind === kind)
  return (
    <>
      <PageHeader
        title={t(`kind-${kind}`)}
        text={t(`about-${kind}`)}
        before={
          <Link to="/registers" className="small">
            {t('title')}
          </Link>
        }
        acts={<RegisterActs kind={kind} hasSeed={register?.hasSeed === true} />}
      />
      <div className="register-page">
        <EntryTable kind={kind} register={register} />
        <ImportList kind={kind} />
      </div>
    </>
  )
}

function RegisterActs({ kind, hasSeed }: { kind: RegisterKindName; hasSeed: boolean }) {
  const t = useWords(registerWords)
  const me = useMe()
  const navigate = useNavigate()
  const seed = useMutation({
    mutationFn: () => api.call('registers.seed', { params: { kind } }),
    onSuccess: ({ id }) => navigate({ to: '/registers/$kind/import', params: { kind }, search: { id } }),
  })
  return (
    <>
      {(['csv', 'xlsx'] as const).map((format) => (
        <a
          key={format}
          className="button"
          download
          href={addressOf('registers.export', { params: { kind }, query: { format } })}
        >
          <Icon name="download" /> {t(format === 'csv' ? 'exportCsv' : 'exportXlsx')}
        </a>
      ))}
      {may(me, 'monitoring.settings') && hasSeed && (
        <Button title={t('seedText')} loading={seed.isPending} onClick={() => seed.mutate()}>
          {t('seed')}
        </Button>
      )}
      {may(me, 'monitoring.settings') && (
        <Link to="/registers/$kind/import" params={{ kind }} className="button button-primary">
          <Icon name="upload" /> {t('import')}
        </Link>
      )}
      <FormProblem error={seed.error} />
    </>
  )
}

function EntryTable({ kind, register }: { kind: RegisterKindName; register: RegisterView | undefined }) {
  const t = useWords(registerWords)
  const language = useLanguage()
  const nameOf = useFieldName()
  const navigate = useNavigate()
  const { q } = route.useSearch()
  const list = useInfiniteQuery({
    queryKey: ['registers.entries', kind, q ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after, signal }) =>
      api.call('registers.entries', {
        params: { kind },
        query: { limit: 100, ...(q === undefined ? {} : { q }), ...(after === undefined ? {} : { after }) },
        signal,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (old) => old,
  })
  const fields = register?.fields ?? []
  const columns: Column<RegisterEntryView>[] = fields.map(({ name, sort, required }, i) => ({
    key: name,
    title: nameOf(name),
    track: sort === 'code' ? '190px' : sort === 'day' || sort === 'yes' ? '110px' : 'minmax(110px, 1fr)',
    ...(required ? {} : { rank: i }),
    render: ({ fields: values }) => <FieldText name={name} value={values[name]} />,
  }))
  if (kind === 'brands') {
    columns.push({
      key: 'logos',
      title: t('logos'),
      track: '130px',
      rank: fields.length,
      render: ({ key, fields: values }) => <BrandLogos brandKey={key} name={String(values.name)} />,
    })
  }
  const [first, second] = [fields.find(({ required }) => required), fields[1]]
  const count = list.data?.pages[0]?.count
  return (
    <div>
      <div className="register-filters no-print">
        <SearchField
          value={q}
          label={t('search')}
          onSearch={(next) =>
            void navigate({
              to: '/registers/$kind',
              params: { kind },
              search: next === undefined ? {} : { q: next },
              replace: true,
            })
          }
        />
        {count !== undefined && <span className="second">{t('count', { count: formatCount(count, language) })}</span>}
        {register !== undefined && register.version > 0 && (
          <span className="quiet">{t('version', { n: register.version })}</span>
        )}
        {register !== undefined && kind !== 'keywords' && kind !== 'prohibited' && <WholeSwitch register={register} />}
      </div>
      <QueryTable
        query={list}
        label={t(`kind-${kind}`)}
        columns={columns}
        rows={list.data?.pages.flatMap((page) => page.rows) ?? []}
        keyOf={({ key }) => key}
        empty={
          q === undefined ? (
            <Empty icon="columns" title={t('none')} text={t('noneText')} />
          ) : (
            <Empty icon="search" title={t('foundNone')} text={t('foundNoneText')} />
          )
        }
        renderNarrow={({ key, fields: values }) => (
          <>
            <div className="ellipsis">
              <FieldText name={first?.name ?? ''} value={values[first?.name ?? '']} />
            </div>
            <div className="small ellipsis second">
              <FieldText name={second?.name ?? ''} value={values[second?.name ?? '']} />
            </div>
            {kind === 'brands' && <BrandLogos brandKey={key} name={String(values.name)} />}
          </>
        )}
      />
    </div>
  )
}

function WholeSwitch({ register: { kind, whole } }: { register: RegisterView }) {
  const t = useWords(registerWords)
  const me = useMe()
  const queries = useQueryClient()
  const set = useMutation({
    mutationFn: (next: boolean) => api.call('registers.setWhole', { params: { kind }, body: { whole: next } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['registers.list'] }),
  })
  return (
    <span title={kind === 'dealers' ? t('wholeDealers') : t('wholeText')}>
      <Switch
        size="small"
        checked={whole}
        disabled={!may(me, 'monitoring.settings')}
        loading={set.isPending}
        aria-label={t('whole')}
        onChange={(next) => set.mutate(next)}
      />{' '}
      {t('whole')}
    </span>
  )
}
