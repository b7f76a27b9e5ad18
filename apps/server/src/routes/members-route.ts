/**
 * What every member of the ledger holds, at any size: the audit view's table. A member's roots are computed from the log that
 * its node serves to everybody, never taken from what it says.
 */
import type { LedgerMembers, MemberHoldingsView } from '@mingzheng/api'
import { refuse, toHex, utcText } from '@mingzheng/kernel'
import {
  type HttpLedger,
  type LedgerClientStatus,
  type MemberHoldings,
  type PublicRoots,
  type ReachableLedger,
  readPublicRoots,
} from '@mingzheng/ledger'
import { decodeEntry, describePolicy, type PolicyMember, parseSignedCheckpoint, policyId } from '@mingzheng/proof'
import type { Handlers } from '../http/handler.ts'
import { appHashOf, ownLog, rootsServedBy, urlOf } from './public-logs.ts'

/** An answer is given to everybody who asks within so long: each question goes to every member. */
const LASTS_MS = 1000

export function membersRoute<P>(
  ledger: ReachableLedger,
  members: HttpLedger['members'] | null,
  now: () => number,
): Handlers<P, 'ledger.members'> {
  let last: { asked: string; at: number; answer: Promise<LedgerMembers> } | null = null
  return {
    'ledger.members': async ({ query }) => {
      const size = query.size ?? null
      const block = query.block ?? null
      const { size: newest } = await ledger.status()
      if (size !== null && size > newest) {
        return refuse('input-wrong', `the ledger has ${newest} entries`, { field: 'size' })
      }
      const asked = `${size}/${block}`
      if (last === null || last.asked !== asked || now() - last.at > LASTS_MS || now() < last.at) {
        last = { asked, at: now(), answer: compared(ledger, members, size, block) }
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
  block: number | null,
): Promise<LedgerMembers> {
  const { policy } = ledger
  const status = await ledger.status()
  const wanted = size ?? status.witnessedSize
  const members = policy.members as readonly PolicyMember[]
  const [holdings, own, served] = await Promise.all([
    ask === null ? embeddedHoldings(status, wanted) : ask(wanted),
    readPublicRoots(ownLog(ledger), policy, wanted),
    Promise.all(members.map((member) => rootsServedBy(member, policy, wanted))),
  ])
  const reached = holdings.flatMap(({ height }) => height ?? [])
  const blockHeight = block ?? (reached.length === 0 ? null : Math.min(...reached))
  // Who did not answer before would only be waited for again.
  const isHere = (id: string) => holdings.some((one) => one.id === id && one.reached)
  const appHashes = await Promise.all(
    members.map((member) => (isHere(member.id) ? appHashOf(member, blockHeight) : null)),
  )
  const reference = own.kind === 'proven' ? own : null
  return {
    consortium: ask !== null,
    origin: policy.origin,
    policyId: policyId(policy),
    size: wanted,
    newestSize: status.size,
    blockHeight,
    root: reference === null ? null : toHex(reference.sha256),
    rootSm3: reference === null ? null : toHex(reference.sm3),
    quorum: {
      atLeast: policy.quorum.atLeast,
      anyOf: [...policy.quorum.anyOf],
      words: { zh: describePolicy(policy, 'zh'), en: describePolicy(policy, 'en') },
    },
    members: members.map((member, i) => {
      const told = holdings.find(({ id }) => id === member.id)
      // The embedded ledger's one member is this platform itself.
      const roots = ask === null ? own : served[i]!
      return view({ member, told, roots, reference, asked: ask !== null, appHash: appHashes[i] ?? null })
    }),
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

interface Seen {
  member: PolicyMember
  /** What its node says of itself. */
  told: MemberHoldings | undefined
  /** What its log, as served, proves. */
  roots: PublicRoots | null
  reference: { readonly sha256: Uint8Array; readonly sm3: Uint8Array } | null
  asked: boolean
  appHash: string | null
}

function view({ member, told, roots, reference, asked, appHash }: Seen): MemberHoldingsView {
  const at = told?.witnessedAt ?? null
  const proven = roots?.kind === 'proven' ? roots : null
  const same = (one: Uint8Array, other: Uint8Array) => toHex(one) === toHex(other)
  return {
    id: member.id,
    name: member.name,
    role: member.role,
    independent: member.independent,
    url: urlOf(member),
    reached: told?.reached ?? false,
    height: told?.height ?? null,
    size: told?.size ?? null,
    witnessedSize: told?.witnessedSize ?? 0,
    witnessedAt: at === null ? null : utcText(at),
    state: told?.state ?? 'unreached',
    detail: told?.detail ?? '',
    evidence: roots === null || (!asked && proven === null) ? 'unasked' : roots.kind,
    appHash,
    root: proven === null ? null : toHex(proven.sha256),
    rootSm3: proven === null ? null : toHex(proven.sm3),
    agrees:
      roots?.kind === 'broken'
        ? false
        : proven === null || reference === null
          ? null
          : same(proven.sha256, reference.sha256) && same(proven.sm3, reference.sm3),
  }
}

async function previousOf(ledger: ReachableLedger): Promise<LedgerMembers['previous']> {
  const [first] = await ledger.entries(0, 1)
  const text = first === undefined ? undefined : decodeEntry(first.entry).body.q
  if (typeof text !== 'string') return null
  const { checkpoint } = parseSignedCheckpoint(text)
  return { origin: checkpoint.origin, size: checkpoint.size }
}
