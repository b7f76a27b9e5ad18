/** What a task asks for: whom it watches, for which behaviours, when and how fast. What is not narrowed is said to be all. */
import { behaviourSchema, factFieldSchema, type TaskView } from '@mingzheng/api'
import { Card, Facts, fact } from '../design/card.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { leadWords } from '../leads/words.ts'
import { useEvery } from './task-words.tsx'
import { watchWords } from './words.ts'

const SHOWN = 12

export function TaskAsks({ task: { spec, platforms } }: { task: Pick<TaskView, 'spec' | 'platforms'> }) {
  const t = useWords(watchWords)
  const said = useWords(leadWords)
  const every = useEvery()
  const language = useLanguage()
  const { objectives, elements, frequency, disguise } = spec
  const some = (values: readonly string[]) =>
    values.slice(0, SHOWN).join('、') + (values.length > SHOWN ? ` … (${values.length})` : '')
  const narrowed = (name: 'shops' | 'brands' | 'categories') =>
    objectives[name].length === 0 ? null : some(objectives[name])
  const chosen = (values: readonly string[], all: readonly string[]) =>
    values.length === all.length ? t('all') : some(values)
  const hours = frequency.windows.map(
    ({ days, from, to }) =>
      `${days.length === 7 ? '' : `${days.map((day) => t(`day${day}` as 'day1')).join('、')} `}${from}–${to}`,
  )
  return (
    <Card title={t('asks')}>
      <Facts
        of={[
          fact(t('chosenPlatforms'), some(platforms.map(({ name }) => name))),
          fact(t('shops'), narrowed('shops')),
          fact(t('brands'), narrowed('brands')),
          fact(t('categories'), narrowed('categories')),
          fact(t('regionCodes'), some(objectives.regions)),
          fact(t('keywordGroups'), some(objectives.keywordGroups.map(({ name }) => name))),
          fact(
            t('behaviours'),
            chosen(
              elements.behaviours.map((name) => said(`behaviour-${name}`)),
              behaviourSchema.options,
            ),
          ),
          fact(
            t('fields'),
            chosen(
              elements.fields.map((name) => said(`field-${name}`)),
              factFieldSchema.options,
            ),
          ),
          fact(t('frequency'), every(frequency)),
          fact(t('windows'), hours.length === 0 ? t('hoursAll') : hours.join('；')),
          fact(
            t('pages'),
            t('paceMs', {
              ms: formatNumber(frequency.hostPaceMs, language),
              depth: frequency.depth,
              pages: formatNumber(frequency.pages, language),
            }),
          ),
          fact(t('disguise'), disguise === null ? null : `${disguise.userAgent}（${disguise.reason}）`),
        ]}
      />
    </Card>
  )
}
