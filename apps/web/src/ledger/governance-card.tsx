/** Whether anything waits for votes, on the explorer; the whole stands on its own page. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { Status } from '../design/status.tsx'
import { useWords } from '../i18n/words.ts'
import { governanceWords } from './governance-words.ts'

export function GovernanceCard() {
  const t = useWords(governanceWords)
  const governance = useQuery({ ...ask('ledger.governance'), refetchInterval: 10_000 })
  if (governance.data?.consortium !== true) return null
  const count = governance.data.proposals.length
  const aside = (
    <Link to="/ledger/governance" className="small no-print">
      {t('open')} <Icon name="arrow" size={13} />
    </Link>
  )
  return (
    <Card title={t('card')} aside={aside}>
      {count === 0 ? (
        <p className="second small">{t('cardNone')}</p>
      ) : (
        <Status meaning="watch">{t('cardSome', { count })}</Status>
      )}
    </Card>
  )
}
