/** The newest blocks of a consortium as they come, and whether the members hold the same after each. */
import type { LedgerMembers } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Status } from '../design/status.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { memberWords } from './member-words.ts'

const SHOWN = 6

export function BlocksCard() {
  const t = useWords(memberWords)
  const say = useBilingual()
  const language = useLanguage()
  const blocks = useQuery({ ...ask('ledger.blocks'), refetchInterval: 2000 })
  const members = useQuery(ask('ledger.members')).data?.members ?? []
  const found = blocks.data?.blocks ?? []
  if (found.length === 0) return null
  const nameOf = (id: string) => {
    const member: LedgerMembers['members'][number] | undefined = members.find((one) => one.id === id)
    return member === undefined ? id : say(member.name)
  }
  return (
    <Card title={t('blocks')}>
      <p className="second small">{t('blocksText')}</p>
      <ol className="blocks">
        {found.slice(0, SHOWN).map(({ height, appHash, same, other }) => (
          <li key={height}>
            <Link to="/ledger/members" search={{ block: height }}>
              #{formatNumber(height, language)}
            </Link>
            <Digest value={appHash} />
            {other.length === 0 ? (
              <Status meaning={same.length === members.length ? 'proven' : 'plain'}>
                {t('blockSame', { same: same.length, count: Math.max(members.length, same.length) })}
              </Status>
            ) : (
              <Status meaning="must">{t('blockOther', { names: other.map(nameOf).join('、') })}</Status>
            )}
          </li>
        ))}
      </ol>
    </Card>
  )
}
