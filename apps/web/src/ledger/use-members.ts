/** The members' words on screen: names, roles, and what is said of each. */
import type { LedgerMembers, MemberHoldingsView } from '@mingzheng/api'
import { formatNumber } from '../i18n/formats.ts'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { reportWords } from '../report/words.ts'
import { memberState, neededToOrder } from './member-state.ts'
import { memberWords } from './member-words.ts'

export function useRoleWord(): (role: string) => string {
  const r = useWords(reportWords)
  return (role) => {
    const key = `role-${role}`
    return key in reportWords.zh ? r(key as 'role-court') : role
  }
}

/** The result in a word, and the sentence that explains it. */
export function useMemberSaid(): (member: MemberHoldingsView, of: LedgerMembers) => { word: string; text: string } {
  const t = useWords(memberWords)
  const language = useLanguage()
  return (member, of) => {
    const state = memberState(member, of)
    if (state === 'own') return { word: t('agrees'), text: t('own') }
    const shown =
      state === 'differs' ? of.size : state === 'behind' ? (member.size ?? member.witnessedSize) : member.witnessedSize
    return {
      word: t(state),
      text: t(`${state}Text`, { size: formatNumber(shown, language), detail: member.detail || member.state }),
    }
  }
}

/** How many of the members agree, in a sentence; who does not is named. */
export function useAgreement(): (of: LedgerMembers) => { good: boolean; text: string } {
  const t = useWords(memberWords)
  const say = useBilingual()
  return (of) => {
    const count = of.members.length
    const states = of.members.map((member) => memberState(member, of))
    const wrong = of.members.filter((_, i) => ['differs', 'broken', 'halted'].includes(states[i]!))
    if (!of.consortium) return { good: true, text: t('oneMember') }
    if (wrong.length > 0)
      return { good: false, text: t('disagree', { names: wrong.map(({ name }) => say(name)).join('、') }) }
    const agree = states.filter((state) => state === 'agrees').length
    return agree === count
      ? { good: true, text: t('allAgree', { count }) }
      : { good: false, text: t('someAgree', { agree, count }) }
  }
}

/** Whose signatures are enough, in a sentence. */
export function useRuleSaid(): (quorum: { readonly atLeast: number; readonly anyOf: readonly string[] }) => string {
  const t = useWords(memberWords)
  const role = useRoleWord()
  const language = useLanguage()
  return ({ atLeast, anyOf }) => {
    const roles = anyOf.length === 0 ? '' : t('quorumRoles', { roles: anyOf.map(role).join(t('or')) })
    return `${t('quorumShort', { count: atLeast })}${roles}${language === 'zh' ? '。' : '.'}`
  }
}

/** Whose signatures are enough, and how many members are here, in sentences. */
export function useQuorumSaid(): (of: LedgerMembers) => string[] {
  const t = useWords(memberWords)
  const ruleSaid = useRuleSaid()
  const language = useLanguage()
  return ({ quorum, members, consortium }) => {
    const rule = ruleSaid(quorum)
    if (!consortium) return [rule]
    const here = members.filter(({ reached }) => reached).length
    const dot = language === 'zh' ? '；' : '; '
    const end = language === 'zh' ? '。' : '.'
    return [
      rule,
      `${t('quorumNow', { here, count: members.length })}${dot}${t('ordering', { need: neededToOrder(members.length) })}${end}`,
    ]
  }
}
