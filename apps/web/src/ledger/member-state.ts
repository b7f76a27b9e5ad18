/** What is to be said of a member, in one word and one sentence; the worst first. */
import type { LedgerMembers, MemberHoldingsView } from '@mingzheng/api'
import type { Meaning } from '../design/tokens.ts'

export type MemberStateName =
  | 'agrees'
  | 'own'
  | 'away'
  | 'silent'
  | 'broken'
  | 'differs'
  | 'halted'
  | 'behind'
  | 'lost'
  | 'stalled'
  | 'unasked'

export const MEANINGS: Readonly<Record<MemberStateName, Meaning>> = {
  agrees: 'proven',
  own: 'proven',
  away: 'watch',
  silent: 'watch',
  broken: 'must',
  differs: 'must',
  halted: 'must',
  behind: 'watch',
  lost: 'watch',
  stalled: 'watch',
  unasked: 'plain',
}

/** Stalls of the other members' making: the member itself is well. */
const WAITING = ['quorum-lost', 'quorum-missing']

export function memberState(
  member: MemberHoldingsView,
  { consortium }: Pick<LedgerMembers, 'consortium'>,
): MemberStateName {
  if (member.evidence === 'broken') return 'broken'
  if (member.agrees === false) return 'differs'
  if (member.state === 'halted') return 'halted'
  if (!consortium) return 'own'
  if (!member.reached && member.evidence !== 'proven') return 'away'
  if (member.evidence === 'silent') return 'silent'
  if (member.evidence === 'short' || member.state === 'behind') return 'behind'
  if (member.agrees === true) return 'agrees'
  if (WAITING.includes(member.state)) return 'lost'
  if (member.state !== 'ready') return 'stalled'
  return 'unasked'
}

/** How many members must be here so that new entries are ordered: more than two thirds. */
export function neededToOrder(members: number): number {
  return Math.floor((2 * members) / 3) + 1
}

/** Whether fewer members of a consortium are here than order new entries. */
export function fewerThanOrder({ consortium, members }: Pick<LedgerMembers, 'consortium' | 'members'>): boolean {
  return consortium && members.filter(({ reached }) => reached).length < neededToOrder(members.length)
}
