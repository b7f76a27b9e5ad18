/** What this member says of the other ledgers that its ledger follows: as the contract has it, and as its relay found it last. */
import { type JsonValue, toHex, utcText } from '@mingzheng/kernel'
import { ChainRecords, type MemberLedger } from '@mingzheng/ledger'
import { policyId } from '@mingzheng/proof'
import type { ChainRelay } from './relay.ts'

export function chainRecords(ledger: Pick<MemberLedger, 'read'>): ChainRecords {
  return new ChainRecords({ get: (key) => ledger.read('chains', key) })
}

/** In the order in which they were registered. */
export function chainsView(ledger: Pick<MemberLedger, 'read'>, relay: Pick<ChainRelay, 'states'>): JsonValue[] {
  const records = chainRecords(ledger)
  const states = relay.states()
  return records.origins.map((origin) => {
    const chain = records.chain(origin)!
    const policy = records.policyOf(chain)
    const found = states.find((state) => state.origin === origin)
    const { last } = chain
    return {
      origin,
      name: policy.name,
      demo: policy.demo,
      policyId: policyId(policy),
      policyChanges: chain.policies.length - 1,
      // Without a round yet it counts as what the ledger has.
      state: found?.state ?? chain.state,
      since: found === undefined ? null : utcText(found.since),
      seen: found?.seen ?? null,
      recorded:
        last === null
          ? null
          : {
              size: last.size,
              root: toHex(last.sha256),
              rootSm3: toHex(last.sm3),
              index: last.index,
              time: utcText(last.time),
            },
      checkpoints: chain.checkpoints,
      equivocations: [...chain.equivocations],
      quorum: { atLeast: policy.quorum.atLeast, anyOf: [...policy.quorum.anyOf] },
      members: policy.members.map(({ id, name, role, url }) => {
        const shown = found?.members.find((member) => member.id === id)
        return { id, name, role, url: url ?? null, shows: shown?.state ?? null, size: shown?.size ?? null }
      }),
    }
  })
}

/** Open proposals to register or retire a ledger. */
export function chainProposals(ledger: Pick<MemberLedger, 'read'>): JsonValue[] {
  const records = chainRecords(ledger)
  return records.waiting.flatMap((id) => {
    const proposal = records.proposal(id)
    if (proposal === null) return []
    const { kind, origin, by, at, yes, no, state } = proposal
    const votes = { yes: [...yes], no: [...no] }
    return { id: toHex(id), kind: `chain-${kind}`, about: origin, by, at: utcText(at), ...votes, state, due: null }
  })
}
