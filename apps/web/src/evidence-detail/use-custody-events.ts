/** The events of custody in the reader's words: custodians by name, editions as such, doubts as sentences. */
import { useQuery } from '@tanstack/react-query'
import { custodyWords } from '../custody/words.ts'
import { ask } from '../data/api.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import type { TimelineEvent } from './group-events.ts'

/** Events whose actor is a custodian, and whose detail is an edition or a reason. */
const OF_CUSTODIANS: ReadonlySet<string> = new Set([
  'held',
  'proved',
  'doubted',
  'custody-lost',
  'custody-declined',
  'custody-destroyed',
])

export function useCustodyEvents(number: string, events: readonly TimelineEvent[]) {
  const t = useWords(custodyWords)
  const language = useLanguage()
  const some = events.some(({ kind }) => OF_CUSTODIANS.has(kind))
  const custody = useQuery({ ...ask('custody.ofEvidence', { params: { number } }), enabled: some })
  const nameOf = (id: string) =>
    custody.data?.holdings.find(({ custodian }) => custodian.id === id)?.custodian.name[language] ?? id
  return {
    actorOf: ({ kind, actor }: TimelineEvent) =>
      actor !== null && OF_CUSTODIANS.has(kind) ? nameOf(actor) : (actor ?? ''),
    detailOf({ kind, detail }: TimelineEvent): string {
      if (!OF_CUSTODIANS.has(kind)) return detail
      if (/^\d+$/.test(detail)) return t('edition', { n: detail })
      return detail === 'bytes' || detail === 'late' ? t(`doubt-${detail}`) : detail
    },
  }
}
