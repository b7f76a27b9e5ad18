/** What one trust policy changes of the one before it, as the keys of sentences. */
import type { PolicyView } from '@mingzheng/api'

export type PolicyChangeSaid =
  | { readonly word: 'changeJoined' | 'changeLeft'; readonly member: string; readonly role: string }
  | { readonly word: 'changeRole'; readonly member: string; readonly role: string }
  | { readonly word: 'changeQuorum'; readonly quorum: PolicyView['quorum'] }
  /** Keys, addresses, roots or words. */
  | { readonly word: 'changeOther' }

export function policyChanges(former: PolicyView, next: PolicyView): PolicyChangeSaid[] {
  const before = new Map(former.members.map((member) => [member.id, member]))
  const after = new Map(next.members.map((member) => [member.id, member]))
  const said: PolicyChangeSaid[] = []
  for (const { id, role } of next.members) {
    const was = before.get(id)
    if (was === undefined) said.push({ word: 'changeJoined', member: id, role })
    else if (was.role !== role) said.push({ word: 'changeRole', member: id, role })
  }
  for (const { id, role } of former.members) {
    if (!after.has(id)) said.push({ word: 'changeLeft', member: id, role })
  }
  const same =
    former.quorum.atLeast === next.quorum.atLeast && former.quorum.anyOf.join(' ') === next.quorum.anyOf.join(' ')
  if (!same) said.push({ word: 'changeQuorum', quorum: next.quorum })
  return said.length === 0 && former.id !== next.id ? [{ word: 'changeOther' }] : said
}
