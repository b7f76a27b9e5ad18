/** What the consortium is deciding and how it came to its policy, as its ledger holds it. */
import type { GovernanceView, PolicyView } from '@mingzheng/api'
import { toHex, utcText } from '@mingzheng/kernel'
import type { GovernanceOverview, HttpLedger, ReachableLedger, WaitingProposal } from '@mingzheng/ledger'
import { decodeEntry, describePolicy, parsePolicy, policyId, type TrustPolicy } from '@mingzheng/proof'
import type { Handlers } from '../http/handler.ts'

export function governanceRoute<P>(
  ledger: Pick<ReachableLedger, 'entries' | 'policy'>,
  governance: HttpLedger['governance'] | null,
): Handlers<P, 'ledger.governance'> {
  return {
    'ledger.governance': async () => {
      const overview = governance === null ? null : await governance()
      if (overview === null) return nothingDecided(ledger.policy, governance !== null)
      return {
        consortium: true,
        delayMs: overview.delayMs,
        windowMs: overview.windowMs,
        proposals: overview.proposals.map(proposalView),
        policies: await policiesOf(ledger, overview),
        software: overview.software.map(({ member, version }) => ({ member, version })),
        votedSoftware: overview.votedSoftware,
      }
    },
  }
}

function nothingDecided(policy: TrustPolicy, consortium: boolean): GovernanceView {
  const policies = [{ ...policyView(policy), since: 0, from: null }]
  const nothing = { delayMs: null, windowMs: null, proposals: [], software: [], votedSoftware: null }
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

function proposalView(proposal: WaitingProposal): GovernanceView['proposals'][number] {
  const { id, kind, by, at, yes, no, state, due, expires, member, name, version, height, policy, needed } = proposal
  return {
    ...{ id: toHex(id), kind, by, at: utcText(at), yes: [...yes], no: [...no], state },
    ...{ due: due === null ? null : utcText(due), expires: utcText(expires), member, name, version, height },
    policy: policy === null ? null : policyView(parsePolicy(new Uint8Array(policy))),
    needed: { count: needed.count, roles: [...needed.roles] },
  }
}
