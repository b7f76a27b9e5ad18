/** What the consortium is deciding, as a member's own node tells its people and its platform. */
import { type JsonValue, toHex, utcText } from '@mingzheng/kernel'
import { type GovernanceOverview, GovernanceRecords, governanceOverview, type MemberLedger } from '@mingzheng/ledger'

/** `null` before the first block. */
export function governanceOf(ledger: Pick<MemberLedger, 'read'>): GovernanceOverview | null {
  return governanceOverview(new GovernanceRecords({ get: (key) => ledger.read('governance', key) }))
}

export interface GovernanceView {
  readonly proposals: readonly JsonValue[]
  readonly members: readonly JsonValue[]
  readonly software: string | null
}

/** Proposals that are open or wait for their effect, and what each member says that it runs. */
export function governanceView(ledger: Pick<MemberLedger, 'read'>): GovernanceView {
  const found = governanceOf(ledger)
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
  }))
  const members = found.software.map(({ member, version }) => ({ id: member, software: version }))
  return { proposals, members, software: found.votedSoftware }
}
