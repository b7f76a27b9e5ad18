/** What every member of the ledger holds, at any size: the audit view's table. */
import type { LedgerMembers, MemberHoldingsView } from '@mingzheng/api'
import { refuse, toHex, utcText } from '@mingzheng/kernel'
import type { HttpLedger, LedgerClientStatus, MemberHoldings, ReachableLedger } from '@mingzheng/ledger'
import { decodeEntry, describePolicy, type PolicyMember, parseSignedCheckpoint, policyId } from '@mingzheng/proof'
import type { Handlers } from '../http/handler.ts'

/** An answer is given to everybody who asks within so long: each question goes to every member. */
const LASTS_MS = 1000

export function membersRoute<P>(
  ledger: ReachableLedger,
  members: HttpLedger['members'] | null,
  now: () => number,
): Handlers<P, 'ledger.members'> {
  let last: { size: number | null; at: number; answer: Promise<LedgerMembers> } | null = null
  return {
    'ledger.members': async ({ query }) => {
      const size = query.size ?? null
      const { size: newest } = await ledger.status()
      if (size !== null && size > newest) {
        return refuse('input-wrong', `the ledger has ${newest} entries`, { field: 'size' })
      }
      if (last === null || last.size !== size || now() - last.at > LASTS_MS || now() < last.at) {
        last = { size, at: now(), answer: compared(ledger, members, size) }
        last.answer.catch(() => {
          last = null
        })
      }
      return last.answer
    },
  }
}

async function compared(
  ledger: ReachableLedger,
  ask: HttpLedger['members'] | null,
  size: number | null,
): Promise<LedgerMembers> {
  const { policy } = ledger
  const status = await ledger.status()
  const wanted = size ?? status.witnessedSize
  const holdings = ask === null ? embeddedHoldings(status, wanted) : await ask(wanted)
  const own = holdings.find(({ agrees }) => agrees === true)?.at?.roots ?? null
  return {
    consortium: ask !== null,
    origin: policy.origin,
    policyId: policyId(policy),
    size: wanted,
    newestSize: status.size,
    root: own === null ? null : toHex(own.sha256),
    rootSm3: own === null ? null : toHex(own.sm3),
    quorum: {
      atLeast: policy.quorum.atLeast,
      anyOf: [...policy.quorum.anyOf],
      words: { zh: describePolicy(policy, 'zh'), en: describePolicy(policy, 'en') },
    },
    members: (policy.members as readonly PolicyMember[]).map((member) =>
      view(
        member,
        holdings.find(({ id }) => id === member.id),
      ),
    ),
    previous: await previousOf(ledger),
  }
}

/** The operator's own log is all there is. */
function embeddedHoldings(status: LedgerClientStatus, size: number): MemberHoldings[] {
  const newest = size === status.size
  const roots = newest ? { sha256: status.root, sm3: status.rootSm3 } : null
  return status.members.map(({ id, witnessedSize, witnessedAt }) => ({
    id,
    reached: true,
    height: null,
    size: status.size,
    witnessedSize,
    witnessedAt,
    state: status.reason?.code ?? 'ready',
    detail: '',
    at: { size, roots },
    agrees: newest ? true : null,
  }))
}

function view(member: PolicyMember, held: MemberHoldings | undefined): MemberHoldingsView {
  const roots = held?.at?.roots ?? null
  const at = held?.witnessedAt ?? null
  return {
    id: member.id,
    name: member.name,
    role: member.role,
    independent: member.independent,
    url: 'url' in member ? (member.url ?? null) : null,
    reached: held?.reached ?? false,
    height: held?.height ?? null,
    size: held?.size ?? null,
    witnessedSize: held?.witnessedSize ?? 0,
    witnessedAt: at === null ? null : utcText(at),
    state: held?.state ?? 'unreached',
    detail: held?.detail ?? '',
    root: roots === null ? null : toHex(roots.sha256),
    rootSm3: roots === null ? null : toHex(roots.sm3),
    agrees: held?.agrees ?? null,
  }
}

async function previousOf(ledger: ReachableLedger): Promise<LedgerMembers['previous']> {
  const [first] = await ledger.entries(0, 1)
  const text = first === undefined ? undefined : decodeEntry(first.entry).body.q
  if (typeof text !== 'string') return null
  const { checkpoint } = parseSignedCheckpoint(text)
  return { origin: checkpoint.origin, size: checkpoint.size }
}
