/** Governance in the reader's words: names of members present and gone, spans of time, what a policy changes. */
import type { GovernanceView, PolicyView, ProposalView } from '@mingzheng/api'
import { formatNumber } from '../i18n/formats.ts'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { governanceWords } from './governance-words.ts'
import { memberWords } from './member-words.ts'
import { policyChanges } from './policy-changes.ts'
import { useRoleWord, useRuleSaid } from './use-members.ts'

/** A member's name as the newest policy that knows it says; its id where none does. */
export function useMemberName({ policies, proposals }: GovernanceView): (id: string) => string {
  const say = useBilingual()
  const known = [...policies, ...proposals.flatMap(({ policy }) => policy ?? [])]
  return (id) => {
    const member = known.flatMap(({ members }) => members).find((one) => one.id === id)
    return member === undefined ? id : say(member.name)
  }
}

/** What a proposal asks for, as a sentence. */
export function useProposalSaid(of: GovernanceView): (proposal: ProposalView) => string {
  const t = useWords(governanceWords)
  const m = useWords(memberWords)
  const say = useBilingual()
  const language = useLanguage()
  const nameOf = useMemberName(of)
  return ({ kind, by, member, subject, name, version, height }) => {
    if (kind === 'expel' && by === member) return t('leaving', { by: nameOf(by) })
    return m(`propose-${kind}`, {
      by: nameOf(by),
      member: subject !== null ? say(subject) : member === null ? (name ?? '') : nameOf(member),
      name: name ?? '',
      version: version ?? '',
      height: height === null ? '' : formatNumber(height, language),
    })
  }
}

const UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1000],
] as const

/** A span in its largest whole unit. */
export function useDuration(): (ms: number) => string {
  const t = useWords(governanceWords)
  return (ms) => {
    const [unit, length] = UNITS.find(([, one]) => ms >= one && ms % one === 0) ?? UNITS[3]
    return t(unit, { count: Math.round(ms / length) })
  }
}

/** Each change that a policy makes of the one before it, as a sentence. */
export function useChangesSaid(of: GovernanceView): (former: PolicyView, next: PolicyView) => string[] {
  const t = useWords(governanceWords)
  const role = useRoleWord()
  const rule = useRuleSaid()
  const nameOf = useMemberName(of)
  return (former, next) =>
    policyChanges(former, next).map((change) => {
      if (change.word === 'changeQuorum') return t(change.word, { rule: rule(change.quorum) })
      if (change.word === 'changeOther') return t(change.word)
      return t(change.word, { member: nameOf(change.member), role: role(change.role) })
    })
}
