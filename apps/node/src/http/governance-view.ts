/** What the consortium is deciding, as a member's own node tells its people and its platform. */
import { type Bytes, type JsonValue, toHex, utcText } from '@mingzheng/kernel'
import { GovernanceRecords, governanceOverview, type MemberLedger } from '@mingzheng/ledger'
import { fingerprint } from '../ceremony/member-request.ts'

export interface GovernanceView {
  readonly proposals: readonly JsonValue[]
  readonly members: readonly JsonValue[]
  readonly software: string | null
}

/** Proposals that are open or wait for their effect, and what each member says that it runs. */
export function governanceView(ledger: Pick<MemberLedger, 'read' | 'keys'>): GovernanceView {
  const found = governanceOverview(ledger)
  const records = new GovernanceRecords({ get: (key) => ledger.read('governance', key) })
  if (found === null) return { proposals: [], members: [], software: null }
  const proposals = found.proposals.map(({ id, kind, by, at, yes, no, state, due, member, name, version, height }) => ({
    id: toHex(id),
    kind,
    about: member ?? (version === null ? (name ?? '') : `${name} ${version}, ${height}`),
    by,
    at: utcText(at),
    yes: [...yes],
    no: [...no],
    state,
    due: due === null ? null : utcText(due),
    fingerprint: fingerprintOf(records, id),
  }))
  const members = found.software.map(({ member, version }) => ({ id: member, software: version }))
  return { proposals, members, software: found.votedSoftware }
}

/** What members read out to each other before they vote on new keys. */
function fingerprintOf(records: GovernanceRecords, id: Bytes): string | null {
  const { member, policy, consensusKey } = records.proposal(id)!
  const proposed = policy === null ? undefined : records.document(policy)?.members.find((one) => one.id === member)
  return proposed === undefined || consensusKey === null ? null : fingerprint(proposed, consensusKey)
}
