/** What an entry holds, in words where they are known. */
import type { LedgerEntryView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { ask } from '../data/api.ts'
import { Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { governanceSaid } from './governance-said.ts'
import { memberWords } from './member-words.ts'
import { useKindWord } from './use-kind-word.ts'
import { ledgerWords } from './words.ts'

export function EntryFacts({ entry }: { entry: LedgerEntryView }) {
  const t = useWords(ledgerWords)
  const kindWord = useKindWord()
  const m = useWords(memberWords)
  const say = useBilingual()
  const language = useLanguage()
  const members = useQuery(ask('ledger.members')).data?.members ?? []
  const nameOf = (id: string) => {
    const known = members.find((member) => member.id === id)
    return known === undefined ? id : say(known.name)
  }
  const said = governanceSaid(entry).map(({ word, values }) =>
    m(word, { ...values, by: nameOf(values.by), member: nameOf(values.member) }),
  )
  const body = Object.entries(entry.body).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const key = `body-${name}`
    const title = key in ledgerWords.zh && text.length === 64 ? t(key as 'body-c') : name
    const isHex = /^[0-9a-f]{32,}$/.test(text)
    return fact(title, isHex ? <Digest value={text} whole /> : <span className="code">{text}</span>)
  })
  return (
    <Facts
      of={[
        fact(t('kind'), `${kindWord(entry.kind)} (${entry.kind})`),
        fact(m('inWords'), said.join(language === 'zh' ? '；' : '; ')),
        fact(t('time'), <TimeText time={entry.time} relative />),
        fact(t('id'), <Digest value={entry.id} whole />),
        fact(t('actor'), <Digest value={entry.actor} whole />),
        ...body,
        fact(t('leaf'), <Digest value={entry.leafHash} whole />),
        fact(t('leafSm3'), <Digest value={entry.leafHashSm3} whole />),
      ]}
    />
  )
}
