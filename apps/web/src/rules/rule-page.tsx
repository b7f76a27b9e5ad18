/** The rule of a platform: made by pointing at a stored page, tried on the last ones at once, saved as a version. */
import type { AnswerOf, RuleContentView, RuleFieldName, RuleWayView } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, App, Button, Input, Select } from 'antd'
import { useState } from 'react'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Empty } from '../design/empty.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { FieldList } from './field-list.tsx'
import { PointedPage } from './pointed-page.tsx'
import { RuleState } from './rules-page.tsx'
import './rules.css'
import { TriedPages } from './tried-pages.tsx'
import { VersionList } from './version-list.tsx'
import { WayList } from './way-list.tsx'
import { ruleWords } from './words.ts'

const route = getRouteApi('/frame/inside/rules/$id')
type Rule = AnswerOf<'rules.read'>

export function RulePage() {
  const t = useWords(ruleWords)
  const { id } = route.useParams()
  const rule = useQuery(ask('rules.read', { params: { id } }))
  if (rule.isError) return <ProblemView error={rule.error} onRetry={() => void rule.refetch()} />
  if (rule.isPending) return <Bones height={420} />
  const lost = rule.data.health.filter(({ alarm }) => alarm).map(({ field }) => t(`field-${field}`))
  return (
    <>
      <PageHeader
        title={rule.data.platform.name}
        text={t(`origin-${rule.data.origin}`, { version: rule.data.version })}
        before={
          <Link to="/rules" className="small">
            {t('title')}
          </Link>
        }
        acts={<RuleState one={rule.data} />}
      />
      {lost.length > 0 && (
        <Alert
          className="rule-alarm"
          type="error"
          showIcon
          title={t('alarmTitle')}
          description={t('alarmText', { fields: lost.join('、') })}
        />
      )}
      <Editor key={rule.data.newest} rule={rule.data} />
    </>
  )
}

function Editor({ rule }: { rule: Rule }) {
  const t = useWords(ruleWords)
  const me = useMe()
  const mayChange = may(me, 'monitoring.task')
  const { message } = App.useApp()
  const queries = useQueryClient()
  const params = { id: rule.platform.id }
  const [content, setContent] = useState<RuleContentView>(rule.content)
  const [field, setField] = useState<RuleFieldName | null>(null)
  const [sha256, setPage] = useState<string | null>(rule.pages[0]?.sha256 ?? null)
  const [chosen, setChosen] = useState<number | null>(null)
  const [note, setNote] = useState('')
  const page = useQuery({
    ...ask('rules.page', { params: { ...params, sha256: sha256 ?? '' } }),
    enabled: sha256 !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const point = useMutation({
    mutationFn: (element: number) =>
      api.call('rules.point', { params, body: { sha256: sha256!, element, field: field! } }),
  })
  const save = useMutation({
    mutationFn: () => api.call('rules.save', { params, body: { content, basedOn: rule.newest, note } }),
    onSuccess: async () => {
      message.success(t('saved'))
      await queries.invalidateQueries({ queryKey: ['rules.read'] })
      await queries.invalidateQueries({ queryKey: ['rules.list'] })
    },
  })
  const use = (name: RuleFieldName, way: RuleWayView) => {
    setContent(({ fields, ...rest }) => ({ ...rest, fields: { ...fields, [name]: [way] } }))
    setField(null)
    setChosen(null)
    point.reset()
  }
  const startPointing = (name: RuleFieldName | null) => {
    setField(name)
    setChosen(null)
    point.reset()
  }
  const isChanged = JSON.stringify(content) !== JSON.stringify(rule.content)
  return (
    <div className="rule-editor">
      <div className="rule-left">
        <Card
          title={field === null ? t('page') : t('pointing', { field: t(`field-${field}`) })}
          aside={
            rule.pages.length > 0 && (
              <Select
                value={sha256}
                aria-label={t('choosePage')}
                className="rule-page-choice"
                onChange={(next) => {
                  setPage(next)
                  setChosen(null)
                  point.reset()
                }}
                options={rule.pages.map((one) => ({ value: one.sha256, label: pathOf(one.url) }))}
              />
            )
          }
        >
          {rule.pages.length === 0 ? (
            <Empty icon="scan" title={t('noPages')} text={t('noPagesText')} />
          ) : (
            <>
              <p className="second small">{t('pageHint')}</p>
              {page.isError && <ProblemView error={page.error} onRetry={() => void page.refetch()} />}
              {page.isPending && <Bones height={420} />}
              {page.isSuccess && (
                <PointedPage
                  html={page.data.html}
                  label={t('frame')}
                  pointing={field !== null}
                  chosen={chosen}
                  onPoint={(element) => {
                    setChosen(element)
                    point.mutate(element)
                  }}
                />
              )}
            </>
          )}
        </Card>
      </div>
      <div className="rule-right">
        {field !== null && point.isSuccess && <WayList ways={point.data.ways} onUse={(way) => use(field, way)} />}
        <FormProblem error={point.error} />
        <FieldList
          content={content}
          health={rule.health}
          pointing={field}
          mayChange={mayChange && rule.pages.length > 0}
          onPoint={startPointing}
          onChange={setContent}
        />
        {mayChange && (
          <Card title={t('save')}>
            <label className="rule-label" htmlFor="rule-pages">
              {t('pages')}
            </label>
            <Input.TextArea
              id="rule-pages"
              className="code"
              autoSize={{ minRows: 1, maxRows: 6 }}
              spellCheck={false}
              placeholder={t('pagesHint')}
              defaultValue={content.pages.join('\n')}
              onChange={({ target }) => {
                const pages = target.value.split(/\s+/).filter((line) => line.startsWith('/'))
                setContent((before) => ({ ...before, pages }))
              }}
            />
            <label className="rule-label" htmlFor="rule-note">
              {t('note')}
            </label>
            <Input id="rule-note" value={note} maxLength={500} onChange={({ target }) => setNote(target.value)} />
            <p className="rule-acts">
              <Button type="primary" disabled={!isChanged} loading={save.isPending} onClick={() => save.mutate()}>
                {t('save')}
              </Button>
            </p>
            <FormProblem error={save.error} />
          </Card>
        )}
        <VersionList rule={rule} onLoad={mayChange ? setContent : null} />
      </div>
      {mayChange && <TriedPages id={rule.platform.id} content={content} />}
    </div>
  )
}

function pathOf(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null) return url
  const path = `${parsed.pathname}${parsed.search}`
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
