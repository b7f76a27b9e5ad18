/** What the rule as it stands on screen gives on the last pages, beside what is read without it. */
import type { RuleContentView } from '@mingzheng/api'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../data/api.ts'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { ValueText } from './value-text.tsx'
import { ruleWords } from './words.ts'

export function TriedPages({ id, content }: { id: string; content: RuleContentView }) {
  const t = useWords(ruleWords)
  const tried = useQuery({
    queryKey: ['rules.try', id, content],
    queryFn: ({ signal }) => api.call('rules.try', { params: { id }, body: { content }, signal }),
    placeholderData: keepPreviousData,
  })
  const fields = Object.keys(content.fields) as (keyof RuleContentView['fields'])[]
  const pages = tried.data?.pages ?? []
  return (
    <div className="rule-tried">
      <Card title={t('preview', { n: pages.length })}>
        {tried.isError && <ProblemView error={tried.error} onRetry={() => void tried.refetch()} />}
        {tried.isPending && <Bones height={160} />}
        {tried.isSuccess && (pages.length === 0 || fields.length === 0) && <p className="second">{t('previewNone')}</p>}
        {pages.length > 0 && fields.length > 0 && (
          <>
            <p className="second small">{t('previewText')}</p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls must be reached by keys */}
            <section className="rule-pane" tabIndex={0} aria-label={t('preview', { n: pages.length })}>
              <table className="rule-table">
                <thead>
                  <tr>
                    <th>{t('page')}</th>
                    {fields.map((field) => (
                      <th key={field}>{t(`field-${field}`)}</th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {pages.map(({ sha256, url, ruled, plain }) => (
                    <tr key={`${sha256} ${url}`}>
                      <td className="code" title={url}>
                        {URL.parse(url)?.pathname ?? url}
                      </td>
                      {fields.map((field) => (
                        <td key={field}>
                          <div className={isSame(ruled[field], plain[field]) ? '' : 'rule-other'}>
                            <ValueText value={ruled[field]} />
                          </div>
                          <div className="small quiet">
                            <ValueText value={plain[field]} />
                          </div>
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </>
        )}
      </Card>
    </div>
  )
}

const isSame = (left: unknown, right: unknown) => JSON.stringify(left ?? null) === JSON.stringify(right ?? null)
