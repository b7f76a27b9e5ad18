/** Why nothing can be fixed now, and what becomes of what was accepted. */
import type { LedgerStatus } from '@mingzheng/api'
import { Alert } from 'antd'
import { useWords } from '../i18n/words.ts'
import { memberWords } from './member-words.ts'

const WORDS: Readonly<Record<string, keyof (typeof memberWords)['zh']>> = {
  'quorum-lost': 'lostNow',
  'quorum-missing': 'missingNow',
  behind: 'behindNow',
  halted: 'haltedNow',
  'engine-down': 'downNow',
  'clock-behind': 'clockNow',
  'clock-stepped': 'clockNow',
  'storage-full': 'diskNow',
  'storage-read-only': 'diskNow',
  'storage-fault': 'diskNow',
  'signer-fault': 'signerNow',
}

export function StallNotice({ status, fewHere }: { status: LedgerStatus; fewHere: boolean }) {
  const t = useWords(memberWords)
  if (status.state === 'ready' && !fewHere) return null
  // A node with nothing to order does not notice by itself that it could not.
  const code = status.reason?.split(':')[0] ?? 'quorum-lost'
  const word = WORDS[code]
  const grave = code === 'halted' || code.startsWith('storage-')
  return (
    <Alert
      className="ledger-stall"
      type={grave ? 'error' : 'warning'}
      showIcon
      role="status"
      title={word === undefined ? (status.reason ?? '') : t(word)}
    />
  )
}
