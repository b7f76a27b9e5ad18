/** What the consortium is deciding and how it came to its policy, as its ledger holds it. */
import type { GovernanceView, PolicyView } from '@mingzheng/api'
import { type Clock, toHex, utcText } from '@mingzheng/kernel'
import type {
  FollowingProposal,
  GovernanceOverview,
  GovernanceProposal,
  HttpLedger,
  ReachableLedger,
} from '@mingzheng/ledger'
import { decodeEntry, describePolicy, parsePolicy, policyId, type TrustPolicy } from '@mingzheng/proof'
import type { Handlers } from '../http/handler.ts'

export function governanceRoute<P>(
  ledger: Pick<ReachableLedger, 'entries' | 'policy'>,
  governance: HttpLedger['governance'] | null,
  clock: Clock,
): Handlers<P, 'ledger.governance'> {
  return {
    'ledger.governance': async () => {
      const overview = governance === null ? null : await governance()
      if (overview === null) return nothingDecided(ledger.policy, governance !== null)
      return {
        consortium: true,
        delayMs: overview.delayMs,
        windowMs: overview.windowMs,
        ...proposalsOf(overview, clock.now()),
        policies: await policiesOf(ledger, overview),
        software: overview.software.map(({ member, version }) => ({ member, version })),
        votedSoftware: overview.votedSoftware,
      }
    },
  }
}

function nothingDecided(policy: TrustPolicy, consortium: boolean): GovernanceView {
  const policies = [{ ...policyView(policy), since: 0, from: null }]
  const nothing = { delayMs: null, windowMs: null, proposals: [], decided: [], software: [], votedSoftware: null }
  return { consortium, ...nothing, policies }
}

async function policiesOf(
  ledger: Pick<ReachableLedger, 'entries'>,
  { policies }: GovernanceOverview,
): Promise<GovernanceView['policies']> {
  const views = policies.map(async ({ policy, since }) => {
    const [first] = await ledger.entries(since, 1)
    const from = first === undefined ? null : utcText(decodeEntry(first.entry).time)
    return { ...policyView(parsePolicy(new Uint8Array(policy))), since, from }
  })
  return (await Promise.all(views)).reverse()
}

function policyView(policy: TrustPolicy): PolicyView {
  return {
    id: policyId(policy),
    members: policy.members.map(({ id, name, role }) => ({ id, name, role })),
    quorum: { atLeast: policy.quorum.atLeast, anyOf: [...policy.quorum.anyOf] },
    words: { zh: describePolicy(policy, 'zh'), en: describePolicy(policy, 'en') },
  }
}

type Proposals = Pick<GovernanceView, 'proposals' | 'decided'>

/** Those that wait, and those that do not; about this consortium and about other ledgers alike. */
function proposalsOf({ proposals, decided, following }: GovernanceOverview, now: number): Proposals {
  const own = [...proposals, ...decided].map(proposalView)
  const all = [...own, ...following.map((one) => followingView(one, now))]
  const byTime = all.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  const waits = ({ state, due }: (typeof all)[number]) => state === 'open' || (state === 'passed' && due !== null)
  return { proposals: byTime.filter(waits), decided: byTime.filter((one) => !waits(one)).reverse() }
}

function proposalView(proposal: GovernanceProposal): GovernanceView['proposals'][number] {
  const { kind, state, due, member, name, version, height, policy } = proposal
  return {
    ...parts(proposal),
    ...{ kind, state, due: due === null ? null : utcText(due), member, name, version, height },
    policy: policy === null ? null : policyView(parsePolicy(new Uint8Array(policy))),
  }
}

/** What passes about another ledger is in effect with the vote that passes it; what is open too long can be voted on no more. */
function followingView(proposal: FollowingProposal, now: number): GovernanceView['proposals'][number] {
  const { kind, origin, state, expires } = proposal
  const said = state === 'passed' ? 'active' : state === 'open' && expires < now ? 'expired' : state
  const nothing = { due: null, member: null, version: null, height: null, policy: null }
  return { ...parts(proposal), ...nothing, kind, state: said, name: origin }
}

function parts({ id, by, at, yes, no, expires, subject, needed }: GovernanceProposal | FollowingProposal) {
  return {
    ...{ id: toHex(id), by, at: utcText(at), yes: [...yes], no: [...no], expires: utcText(expires), subject },
    needed: { count: needed.count, roles: [...needed.roles] },
  }
}
