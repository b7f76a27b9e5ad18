/** Who witnessed an entry, and when: the signatures of its receipt, checked in this browser. */
import type { AnswerOf } from '@mingzheng/api'
import { fromBase64 } from '@mingzheng/kernel'
import { useQuery } from '@tanstack/react-query'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { useBilingual } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { checkReceipts } from './check-receipt.ts'
import { memberWords } from './member-words.ts'
import { useQuorumSaid, useRoleWord } from './use-members.ts'

export function WitnessesCard({ receipt }: { receipt: AnswerOf<'ledger.receipt'> }) {
  const t = useWords(memberWords)
  const say = useBilingual()
  const role = useRoleWord()
  const quorum = useQuorumSaid()
  const status = useQuery(ask('ledger.status'))
  const members = useQuery(ask('ledger.members'))
  const checked = useQuery({
    queryKey: ['witnesses', receipt.index, receipt.proof] as const,
    queryFn: () => checkReceipts(new Uint8Array(fromBase64(receipt.entry)), [receipt.proof]),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const verification = checked.data?.[0]?.verification
  if (checked.isError) return <p className="meaning-must small">{t('checkFailed')}</p>
  if (verification === undefined || status.data === undefined) return <BonesList rows={4} />
  const good = verification.verdict === 'verified'
  const signed = new Map(verification.signers.map((signer) => [signer.member.id, signer]))
  return (
    <Card title={t('witnessedBy')}>
      <p className="second small">{good ? t('witnessedText') : t('checkFailed')}</p>
      <ul className="witnesses">
        {status.data.members.map((member) => {
          const time = signed.get(member.id)?.time ?? null
          return (
            <li key={member.id}>
              <div>
                <strong>{say(member.name)}</strong> <span className="quiet small">{role(member.role)}</span>
              </div>
              {signed.has(member.id) ? (
                <Status meaning={good ? 'proven' : 'watch'}>
                  {time === null ? t('witnessed') : <TimeText time={new Date(time).toISOString()} />}
                </Status>
              ) : (
                <Status meaning="plain">{t('notSigned')}</Status>
              )}
            </li>
          )
        })}
      </ul>
      {members.data !== undefined && <p className="second small members-policy">{quorum(members.data)[0]}</p>}
    </Card>
  )
}
