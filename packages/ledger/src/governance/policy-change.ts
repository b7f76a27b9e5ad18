/** Whether a proposed trust policy changes exactly what its proposal says, and nothing beside. */
import { canonicalJson, type JsonValue, type Refusal, refuse, unreachable } from '@mingzheng/kernel'
import { type ConsortiumPolicy, policyId } from '@mingzheng/proof'

/**
 * `admit` one more member; `expel` one, after the delay; `remove` one at once, without its own vote, because its keys are stolen;
 * `role` of one; `rotate` keys, address or name of one; `terms`: everything that is not a member.
 */
export const POLICY_CHANGES = ['admit', 'expel', 'remove', 'role', 'rotate', 'terms'] as const
export type PolicyChange = (typeof POLICY_CHANGES)[number]

type Member = ConsortiumPolicy['members'][number]

/** What a member may change by `rotate`; its id and role stay. */
const ROTATED = ['name', 'cosignerKey', 'sm2Key', 'logKey', 'sm2LogKey', 'gatewayKey', 'boxKey', 'url', 'independent']

/**
 * Why `next` is not the change of `former` that `kind` of `member` names, or `null` when it is. Order of members counts: an
 * admitted one stands last, the others keep their places.
 */
export function refuseChange(
  kind: PolicyChange,
  member: string | undefined,
  former: ConsortiumPolicy,
  next: ConsortiumPolicy,
): Refusal | null {
  const wrong = (detail: string) => refuse('policy-change-wrong', detail)
  if (next.former !== policyId(former)) return refuse('policy-stale', 'the policy does not succeed the present one')
  if (next.origin !== former.origin) return wrong('a policy of another log')
  if (next.members.some(({ gatewayKey }) => gatewayKey === undefined)) return wrong('a member has no gateway key')
  const gateways = next.members.map(({ gatewayKey }) => gatewayKey)
  if (new Set(gateways).size !== gateways.length) return wrong('two members have one gateway key')
  if (kind === 'terms') return same(former.members, next.members) ? null : wrong('the members differ')
  if (member === undefined) return wrong('no member is named')
  if (!same(rest(former), rest(next))) return wrong('more than a member differs')
  const { before, after } = { before: find(former, member), after: find(next, member) }
  switch (kind) {
    case 'admit': {
      if (before !== undefined || after === undefined) return wrong(`${member} is not admitted by it`)
      if (!same([...former.members, after], next.members)) return wrong('another member differs')
      return same(former.quorum, next.quorum) ? null : wrong('the quorum differs')
    }
    case 'expel':
    case 'remove': {
      if (before === undefined || after !== undefined) return wrong(`${member} is not removed by it`)
      const remaining = former.members.filter(({ id }) => id !== member)
      if (!same(remaining, next.members)) return wrong('another member differs')
      return same(quorumWithout(former, member), next.quorum) ? null : wrong('the quorum is not what remains of it')
    }
    case 'role':
    case 'rotate': {
      if (before === undefined || after === undefined) return wrong(`${member} is not in both`)
      const others = (policy: ConsortiumPolicy) => policy.members.map((one) => (one.id === member ? null : one))
      if (!same(others(former), others(next))) return wrong('another member differs')
      if (!same(former.quorum, next.quorum)) return wrong('the quorum differs')
      const fields = kind === 'role' ? ['role'] : ROTATED
      if (same(before, after)) return wrong('nothing differs')
      return same(omit(before, fields), omit(after, fields)) ? null : wrong(`more of ${member} differs`)
    }
    default:
      return unreachable(kind)
  }
}

/** The quorum when one member is gone: never easier to meet than it must be. */
export function quorumWithout({ quorum, members }: ConsortiumPolicy, member: string): ConsortiumPolicy['quorum'] {
  const remaining = members.filter(({ id }) => id !== member)
  return {
    ...quorum,
    atLeast: Math.min(quorum.atLeast, remaining.length),
    anyOf: quorum.anyOf.filter((role) => remaining.some((one) => one.role === role)),
  }
}

function find(policy: ConsortiumPolicy, member: string): Member | undefined {
  return policy.members.find(({ id }) => id === member)
}

function rest(policy: ConsortiumPolicy): object {
  return omit(policy, ['members', 'quorum', 'former'])
}

function omit(value: object, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !fields.includes(name)))
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue)
}
