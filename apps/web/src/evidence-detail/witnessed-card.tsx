/** Who witnessed this piece of evidence: the receipts in its package and the policy beside them, checked in this browser. */
import { addressOf, type EvidenceDetail } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { useWords } from '../i18n/words.ts'
import { checkWitnesses } from '../ledger/check-receipt.ts'
import '../ledger/ledger.css'
import { memberWords } from '../ledger/member-words.ts'
import { WitnessList } from '../ledger/witness-list.tsx'

export function WitnessedCard({ evidence: { number, editions } }: { evidence: EvidenceDetail }) {
  const t = useWords(memberWords)
  const newest = editions.findLast(({ standing }) => standing.state === 'witnessed')
  const edition = newest?.edition ?? 0
  const checked = useQuery({
    queryKey: ['evidence.witnesses', number, edition] as const,
    queryFn: ({ signal }) => readWitnesses(number, edition, signal),
    enabled: newest !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (newest === undefined) return null
  const aside = editions.length > 1 ? <span className="quiet small">{t('ofEdition', { n: edition })}</span> : undefined
  return (
    <Card title={t('witnessedBy')} aside={aside}>
      {checked.isError ? (
        <>
          <p className="meaning-must small">{t('witnessesUnread')}</p>
          <Button size="small" onClick={() => void checked.refetch()}>
            {t('again')}
          </Button>
        </>
      ) : checked.data === undefined ? (
        <BonesList rows={5} />
      ) : (
        <WitnessList of={checked.data} />
      )}
    </Card>
  )
}

async function readWitnesses(number: string, edition: number, signal: AbortSignal) {
  const read = async (path: string) => {
    const response = await fetch(addressOf('evidence.file', { params: { number }, query: { path, edition } }), {
      signal,
    })
    if (!response.ok) throw new Error(`${path}: status ${response.status}`)
    return new Uint8Array(await response.arrayBuffer())
  }
  const [entry, proof, proofSm3, policy] = await Promise.all([
    read('proof/entry.cbor'),
    read('proof/receipt.tlog-proof'),
    read('proof/receipt-sm3.tlog-proof'),
    read('proof/policy.json'),
  ])
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  return checkWitnesses(entry, [text(proof), text(proofSm3)], policy)
}
