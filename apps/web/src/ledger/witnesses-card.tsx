/** Who witnessed an entry, and when: the signatures of its receipt, checked in this browser. */
import type { AnswerOf } from '@mingzheng/api'
import { fromBase64 } from '@mingzheng/kernel'
import { useQuery } from '@tanstack/react-query'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { useWords } from '../i18n/words.ts'
import { checkWitnesses } from './check-receipt.ts'
import { memberWords } from './member-words.ts'
import { WitnessList } from './witness-list.tsx'

export function WitnessesCard({ receipt }: { receipt: AnswerOf<'ledger.receipt'> }) {
  const t = useWords(memberWords)
  const checked = useQuery({
    queryKey: ['witnesses', receipt.index, receipt.proof] as const,
    queryFn: () => checkWitnesses(new Uint8Array(fromBase64(receipt.entry)), [receipt.proof, receipt.proofSm3]),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Card title={t('witnessedBy')}>
      {checked.isError ? (
        <p className="meaning-must small">{t('checkFailed')}</p>
      ) : checked.data === undefined ? (
        <BonesList rows={4} />
      ) : (
        <WitnessList of={checked.data} />
      )}
    </Card>
  )
}
