/** What an entry of governance says, as the key of its sentence; `null` for other entries. docs/formats/governance-contract.md. */
import type { LedgerEntryView } from '@mingzheng/api'
import { memberWords } from './member-words.ts'

type Word = keyof (typeof memberWords)['zh']

export interface GovernanceSaid {
  readonly word: Word
  /** Ids of members; names of others. */
  readonly values: Readonly<Record<'by' | 'member' | 'name' | 'version' | 'height', string>>
}

export function governanceSaid({ kind, body }: Pick<LedgerEntryView, 'kind' | 'body'>): GovernanceSaid[] {
  const text = (key: string) => (['string', 'number'].includes(typeof body[key]) ? String(body[key]) : '')
  const values = {
    by: text('b') || text('m'),
    member: text('m'),
    name: text('w') || text('n'),
    version: text('v'),
    height: text('h'),
  }
  const say = (word: string): GovernanceSaid[] => (word in memberWords.zh ? [{ word: word as Word, values }] : [])
  const ofLedger = { ...values, by: text('m'), member: text('o') }
  const sayOfLedger = (word: Word): GovernanceSaid[] => [{ word, values: ofLedger }]
  const ofVote = (): GovernanceSaid[] => {
    if (text('x') === 'passed') return say('outcome-active')
    return text('x') === '' ? [] : say(`outcome-${text('x')}`)
  }
  const outcome = () => (text('o') === '' ? [] : say(`outcome-${text('o')}`))
  switch (kind) {
    case 'governance.propose':
      return say(`propose-${text('k')}`)
    case 'governance.vote':
      return [...say(body.y === true ? 'voteYes' : 'voteNo'), ...outcome()]
    case 'governance.withdraw':
      return say('withdrew')
    case 'governance.outcome':
      return outcome()
    case 'governance.policy':
      return say(body.e === true ? 'policyEmergency' : 'policyChanged')
    case 'governance.misbehaviour':
      return say('misbehaved')
    case 'chains.propose':
      return [...sayOfLedger(body.k === 'retire' ? 'propose-retire' : 'propose-register'), ...ofVote()]
    case 'chains.vote':
      return [...say(body.y === true ? 'voteYes' : 'voteNo'), ...ofVote()]
    default:
      return []
  }
}
