/** When a proposal has passed. */
import type { ConsortiumPolicy, MemberRole } from '@mingzheng/proof'

export type Tally = 'passed' | 'open' | 'rejected'

/** Votes that a proposal needs: so many, and one of these roles among them (none: any). */
export interface VotesNeeded {
  readonly count: number
  readonly roles: readonly MemberRole[]
}

/**
 * More than half of those who may vote, at least as many as the trust policy's quorum asks for, and one of its roles among
 * them. `without` may not vote: the member whose emergency removal is asked for.
 */
export function votesNeeded({ members, quorum }: ConsortiumPolicy, without?: string | undefined): VotesNeeded {
  const voters = members.filter(({ id }) => id !== without)
  return {
    count: Math.min(Math.max(quorum.atLeast, Math.floor(voters.length / 2) + 1), voters.length),
    roles: quorum.anyOf.filter((role) => voters.some((voter) => voter.role === role)),
  }
}

/** Whether what was voted decides it. Members that have left since count no more. */
export function tally(
  policy: ConsortiumPolicy,
  yes: readonly string[],
  no: readonly string[],
  without?: string | undefined,
): Tally {
  const voters = policy.members.filter(({ id }) => id !== without)
  const { count, roles } = votesNeeded(policy, without)
  const meets = (those: typeof voters) =>
    those.length >= count && (roles.length === 0 || those.some(({ role }) => roles.includes(role)))
  if (meets(voters.filter(({ id }) => yes.includes(id)))) return 'passed'
  return meets(voters.filter(({ id }) => !no.includes(id))) ? 'open' : 'rejected'
}
