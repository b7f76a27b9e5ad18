/** What the public says: by what it may be a sign of, of whom, and in its own words. */
import type { OpinionView } from '@mingzheng/api'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { api, ask } from '../data/api.ts'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { ChoiceFilter } from '../design/choice-filter.tsx'
import { Empty } from '../design/empty.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { SearchField } from '../design/search-field.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { BehaviourName } from '../leads/lead-words.tsx'
import './submissions.css'
import { submissionWords } from './words.ts'

const route = getRouteApi('/frame/inside/opinions')
const SOURCES = ['complaint', 'news', 'forum', 'review'] as const

export function OpinionsPage() {
  const t = useWords(submissionWords)
  const navigate = useNavigate()
  const filter = route.useSearch()
  const platforms = useQuery(ask('platforms.list'))
  const list = useInfiniteQuery({
    queryKey: ['opinions.list', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after, signal }) =>
      api.call('opinions.list', { query: { ...filter, ...(after === undefined ? {} : { after }) }, signal }),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (old) => old,
    refetchInterval: 30_000,
  })
  if (list.isError) return <ProblemView error={list.error} onRetry={() => void list.refetch()} />
  const choose = (next: Partial<typeof filter>) =>
    void navigate({ to: '/opinions', search: { ...filter, ...next }, replace: true })
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  const [first] = list.data?.pages ?? []
  const opinions = list.data?.pages.flatMap((page) => page.opinions) ?? []
  return (
    <>
      <PageHeader
        title={t('opinionsTitle')}
        text={t('opinionsText')}
        acts={<SearchField value={filter.q} label={t('search')} onSearch={(q) => choose({ q })} />}
      />
      <div className="opinions">
        <div className="submissions">
          <p className="opinion-filters no-print">
            <ChoiceFilter
              value={filter.source}
              label={t('from')}
              every={t('everySource')}
              options={SOURCES.map((value) => ({ value, label: t(`opinion-${value}`) }))}
              onChoose={(source) => choose({ source })}
            />
            <ChoiceFilter
              value={filter.platform}
              label={t('platform')}
              every={t('everyPlatform')}
              options={(platforms.data?.platforms ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              onChoose={(platform) => choose({ platform })}
            />
            {isFiltered && (
              <Button type="link" onClick={() => void navigate({ to: '/opinions', search: {}, replace: true })}>
                {t('clear')}
              </Button>
            )}
          </p>
          {list.isPending && <Bones height={320} />}
          {list.isSuccess && opinions.length === 0 && (
            <Card>
              {isFiltered ? (
                <Empty icon="search" title={t('opinionsFoundNone')} />
              ) : (
                <Empty icon="bell" title={t('opinionsNone')} text={t('opinionsNoneText')} />
              )}
            </Card>
          )}
          {opinions.length > 0 && (
            <Card>
              <ul className="opinion-list">
                {opinions.map((one) => (
                  <Opinion key={one.id} one={one} />
                ))}
              </ul>
              {list.hasNextPage && (
                <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  {t('more')}
                </Button>
              )}
            </Card>
          )}
        </div>
        {first !== undefined && <Sums first={first} topic={filter.topic} shop={filter.shop} choose={choose} />}
      </div>
    </>
  )
}

function Opinion({ one }: { one: OpinionView }) {
  const t = useWords(submissionWords)
  return (
    <li className="opinion">
      <span className="small second">
        {t(`opinion-${one.source}`)} · {one.platform.name}
        {one.shop !== null && ` · ${one.shop}`} · <TimeText time={one.saidAt} relative="only" />
      </span>
      {one.title !== '' && <h3>{one.title}</h3>}
      <p>{one.text}</p>
      <span className="opinion-filters small">
        {one.topics.map((topic) => (
          <BehaviourName key={topic} behaviour={topic} />
        ))}
        {one.url !== null && (
          <a href={one.url} target="_blank" rel="noreferrer">
            {t('original')}
          </a>
        )}
      </span>
    </li>
  )
}

type Page = Awaited<ReturnType<typeof api.call<'opinions.list'>>>

interface SumsProps {
  first: Page
  topic: OpinionView['topics'][number] | undefined
  shop: string | undefined
  choose: (next: { topic?: OpinionView['topics'][number] | undefined; shop?: string | undefined }) => void
}

function Sums({ first: { topics, shops }, topic, shop, choose }: SumsProps) {
  const t = useWords(submissionWords)
  const language = useLanguage()
  return (
    <div className="submissions">
      <Card title={t('complainedOf')}>
        {topics.length === 0 && <p className="second">{t('complainedOfNone')}</p>}
        <div className="opinion-topics">
          {topics.map((one) => (
            <button
              type="button"
              key={one.topic}
              aria-pressed={one.topic === topic}
              onClick={() => choose({ topic: one.topic === topic ? undefined : one.topic })}
            >
              <BehaviourName behaviour={one.topic} />
              <span className="number">{formatNumber(one.opinions, language)}</span>
            </button>
          ))}
        </div>
      </Card>
      {shops.length > 0 && (
        <Card title={t('shops')}>
          <div className="opinion-topics">
            {shops.map((one) => (
              <button
                type="button"
                key={`${one.platform.id} ${one.shop}`}
                aria-pressed={one.shop === shop}
                onClick={() => choose({ shop: one.shop === shop ? undefined : one.shop })}
              >
                <span>
                  {one.shop} <span className="quiet small">{one.platform.name}</span>
                </span>
                <span className="number">{formatNumber(one.opinions, language)}</span>
              </button>
            ))}
          </div>
        </Card>
      )}
    </div>
  )
}
