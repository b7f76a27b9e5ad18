/** When a proposal has passed. */
import type { ConsortiumPolicy } from '@mingzheng/proof'

export type Tally = 'passed' | 'open' | 'rejected'

/**
 * More than half of those who may vote, at least as many as the trust policy's quorum asks for, and one of its roles among
 * them. `without` may not vote: the member whose emergency removal is asked for. Members that have left since count no more.
 */
export function tally(
  { members, quorum }: ConsortiumPolicy,
  yes: readonly string[],
  no: readonly string[],
  without?: string | undefined,
): Tally {
  const voters = members.filter(({ id }) => id !== without)
  const needed = Math.min(Math.max(quorum.atLeast, Math.floor(voters.length / 2) + 1), voters.length)
  const roles = quorum.anyOf.filter((role) => voters.some((voter) => voter.role === role))
  const meets = (those: typeof voters) =>
    those.length >= needed && (roles.length === 0 || those.some(({ role }) => roles.includes(role)))
  if (meets(voters.filter(({ id }) => yes.includes(id)))) return 'passed'
  return meets(voters.filter(({ id }) => !no.includes(id))) ? 'open' : 'rejected'
}
