/** One entry of the ledger: what it holds, and its receipt, checked here. */
import { type AnswerOf, ProblemError } from '@mingzheng/api'
import { fromBase64 } from '@mingzheng/kernel'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { checkReceipts } from './check-receipt.ts'
import { EntryFacts } from './entry-facts.tsx'
import { FormerEntry } from './former-entry.tsx'
import './ledger.css'
import { ReceiptResults } from './receipt-result.tsx'
import { saveFile } from './save-file.ts'
import { WitnessesCard } from './witnesses-card.tsx'
import { ledgerWords } from './words.ts'

const route = getRouteApi('/frame/ledger/$index')

export function EntryPage() {
  const t = useWords(ledgerWords)
  const { index } = route.useParams()
  const { at, number } = route.useSearch()
  const params = { index: Number(index) }
  const entry = useQuery(ask('ledger.entry', { params }))
  const receipt = useQuery(ask('ledger.receipt', { params }))
  // Another ledger's index is not this one's: there is something else, or nothing.
  const missing = entry.error instanceof ProblemError && entry.error.problem.status === 404
  const isOther = missing || (entry.data !== undefined && Date.parse(entry.data.time) !== Date.parse(at ?? ''))
  if (at !== undefined && isOther) return <FormerEntry index={params.index} at={at} number={number} />
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
