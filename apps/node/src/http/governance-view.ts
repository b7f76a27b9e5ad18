/** What the consortium is deciding, as a member's own node tells its people. */
import { type JsonValue, toHex, utcText } from '@mingzheng/kernel'
import { GovernanceRecords, type MemberLedger } from '@mingzheng/ledger'

export interface GovernanceView {
  readonly proposals: readonly JsonValue[]
  readonly members: readonly JsonValue[]
  readonly software: string | null
}

/** Proposals that are open or wait for their effect, and what each member says that it runs. */
export function governanceView(ledger: Pick<MemberLedger, 'read'>): GovernanceView {
  const records = new GovernanceRecords({ get: (key) => ledger.read('governance', key) })
  // Nothing was decided before the first block.
  if (records.rules === null) return { proposals: [], members: [], software: null }
  const proposals = records.waiting.map((id) => {
    const { kind, by, at, yes, no, state, due, member, name, version, height } = records.proposal(id)!
    const about = member ?? (version === null ? name : `${name} ${version}, ${height}`)
    return {
      id: toHex(id),
      kind,
      about: about ?? '',
      by,
      at: utcText(at),
      yes: [...yes],
      no: [...no],
      state,
      due: due === null ? null : utcText(due),
    }
  })
  const members = records.policy.members.map(({ id }) => ({ id, software: records.announced(id)?.software ?? null }))
  return { proposals, members, software: records.software }
}
