/** An entry that is on another ledger than this one: what proves it instead, and what is known of it by its certificate's number. */
import { addressOf, ProblemError, problemSchema } from '@mingzheng/api'
import { fromBase64 } from '@mingzheng/kernel'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Card } from '../design/card.tsx'
import { Empty } from '../design/empty.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { EntryFacts } from './entry-facts.tsx'
import { saveFile } from './save-file.ts'
import { ledgerWords } from './words.ts'

const RECEIPTS = ['proof/receipt.tlog-proof', 'proof/receipt-sm3.tlog-proof']

/** `at`: its ledger time, `index` its place there; `number`: of its certificate, where that is known. */
export function FormerEntry({ index, at, number }: { index: number; at: string; number: string | undefined }) {
  const t = useWords(ledgerWords)
  const found = useQuery({
    ...ask('ledger.lookup', { query: number === undefined ? {} : { number } }),
    enabled: number !== undefined,
  })
  const entry = found.data?.entries.find((one) => one.index === index && Date.parse(one.time) === Date.parse(at))
  return (
    <>
      <Empty
        icon="ledger"
        title={t('formerLedger')}
        text={t('formerLedgerText')}
        action={number === undefined ? undefined : <Proofs number={number} />}
      />
      {entry !== undefined && (
        <Card title={t('formerEntry', { index })}>
          <EntryFacts entry={entry} />
        </Card>
      )}
    </>
  )
}

function Proofs({ number }: { number: string }) {
  const t = useWords(ledgerWords)
  const me = useMe()
  const renew = useMutation({
    mutationFn: () => api.call('evidence.renewal', { params: { number }, query: {} }),
    onSuccess: ({ fileName, renewal }) => saveFile(fileName, new Uint8Array(fromBase64(renewal))),
  })
  const receipt = useMutation({
    mutationFn: async (path: string) => {
      const answer = await fetch(addressOf('evidence.file', { params: { number }, query: { path } }))
      if (!answer.ok) throw new ProblemError(problemSchema.parse(await answer.json()))
      saveFile(path.slice(path.indexOf('/') + 1), await answer.text())
    },
  })
  return (
    <>
      <div className="receipt-acts no-print">
        <Button href={`/verify/${number}`} icon={<Icon name="verify" />}>
          {t('formerVerify')}
        </Button>
        {may(me, 'evidence.read') && (
          <>
            <Button href={`/evidence/${number}`} icon={<Icon name="file" />}>
              {t('formerEvidence')}
            </Button>
            {RECEIPTS.map((path, i) => (
              <Button key={path} onClick={() => receipt.mutate(path)}>
                {t(i === 0 ? 'downloadProof' : 'downloadProofSm3')}
              </Button>
            ))}
          </>
        )}
        {may(me, 'evidence.download') && (
          <Button type="primary" loading={renew.isPending} onClick={() => renew.mutate()}>
            {t('formerRenew')}
          </Button>
        )}
      </div>
      <FormProblem error={renew.error ?? receipt.error} />
    </>
  )
}
