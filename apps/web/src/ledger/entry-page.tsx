/** One entry of the ledger: what it holds, and its receipt, checked here. */
import type { AnswerOf, LedgerEntryView } from '@mingzheng/api'
import { fromBase64 } from '@mingzheng/kernel'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { checkReceipts } from './check-receipt.ts'
import './ledger.css'
import { governanceSaid } from './governance-said.ts'
import { memberWords } from './member-words.ts'
import { ReceiptResults } from './receipt-result.tsx'
import { saveFile } from './save-file.ts'
import { useKindWord } from './use-kind-word.ts'
import { WitnessesCard } from './witnesses-card.tsx'
import { ledgerWords } from './words.ts'

const route = getRouteApi('/frame/ledger/$index')

export function EntryPage() {
  const t = useWords(ledgerWords)
  const { index } = route.useParams()
  const { at } = route.useSearch()
  const params = { index: Number(index) }
  const entry = useQuery(ask('ledger.entry', { params }))
  const receipt = useQuery(ask('ledger.receipt', { params }))
  const other = at !== undefined && entry.data !== undefined && Date.parse(entry.data.time) !== Date.parse(at)
  if (other) return <Empty icon="ledger" title={t('formerLedger')} text={t('formerLedgerText')} />
  if (entry.isError) return <ProblemView error={entry.error} onRetry={() => void entry.refetch()} />
  return (
    <>
      <PageHeader
        before={
          <Link to="/ledger" className="small no-print">
            <Icon name="back" size={13} /> {t('title')}
          </Link>
        }
        title={t('entryTitle', { index })}
        text={t('entryText')}
      />
      <div className="ledger">
        <Card title={t('body')}>
          {entry.data === undefined ? <BonesList rows={8} /> : <EntryFacts entry={entry.data} />}
        </Card>
        <div className="ledger-side">
          {receipt.data !== undefined && <WitnessesCard receipt={receipt.data} />}
          <Card title={t('receipt')}>
            {receipt.isError ? (
              <ProblemView error={receipt.error} onRetry={() => void receipt.refetch()} />
            ) : receipt.data === undefined ? (
              <BonesList rows={5} />
            ) : (
              <Receipt receipt={receipt.data} />
            )}
          </Card>
        </div>
      </div>
    </>
  )
}

function EntryFacts({ entry }: { entry: LedgerEntryView }) {
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

function Receipt({ receipt }: { receipt: AnswerOf<'ledger.receipt'> }) {
  const t = useWords(ledgerWords)
  const check = useMutation({
    mutationFn: () => checkReceipts(new Uint8Array(fromBase64(receipt.entry)), [receipt.proof, receipt.proofSm3]),
  })
  const checkpoint = receipt.proof.slice(receipt.proof.indexOf('\n\n') + 2)
  return (
    <div className="receipt">
      <p className="second">{t('receiptText')}</p>
      <div className="receipt-acts no-print">
        <Button type="primary" icon={<Icon name="verify" />} loading={check.isPending} onClick={() => check.mutate()}>
          {t('checkNow')}
        </Button>
        <Button onClick={() => saveFile('entry.cbor', new Uint8Array(fromBase64(receipt.entry)))}>
          {t('downloadEntry')}
        </Button>
        <Button onClick={() => saveFile('receipt.tlog-proof', receipt.proof)}>{t('downloadProof')}</Button>
        <Button onClick={() => saveFile('receipt-sm3.tlog-proof', receipt.proofSm3)}>{t('downloadProofSm3')}</Button>
      </div>
      {check.data !== undefined && <ReceiptResults results={check.data} />}
      {check.isError && <p className="meaning-must small break">{check.error.message}</p>}
      <details>
        <summary>{t('rawCheckpoint')}</summary>
        <pre className="code receipt-raw">{checkpoint}</pre>
      </details>
    </div>
  )
}
