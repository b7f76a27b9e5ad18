/** What every member holds: asked of each, compared with what stands here. The audit view's source. */
import { equalBytes, fromHex } from '@mingzheng/kernel'
import type { MemberHoldings } from '@mingzheng/ledger'
import { publicDetail } from './health.ts'
import { askHoldings, type Holdings } from './http/peers.ts'
import type { OpenNode } from './run/open-node.ts'

/** What this member says of itself to the others. */
export async function ownHoldings(node: OpenNode, size: number | null): Promise<Holdings> {
  const status = await node.ledger.status()
  const wanted = size ?? status.witnessedSize
  const roots = node.ledger.rootsAt(wanted)
  const hex = (bytes: Uint8Array | undefined) => (bytes === undefined ? null : Buffer.from(bytes).toString('hex'))
  return {
    member: node.configuration.member,
    height: node.ledger.height,
    size: status.size,
    witnessedSize: status.witnessedSize,
    state: status.reason?.code ?? 'ready',
    detail: publicDetail(status.reason),
    at: { size: wanted, sha256: hex(roots?.sha256), sm3: hex(roots?.sm3) },
  }
}

/** Every member's holdings at a size (`null`: this node's witnessed size), in the policy's order. */
export async function holdingsOfAll(node: OpenNode, size: number | null): Promise<MemberHoldings[]> {
  const status = await node.ledger.status()
  const wanted = size ?? status.witnessedSize
  const own = node.ledger.rootsAt(wanted)
  return Promise.all(
    node.ledger.policy.members.map(async ({ id }): Promise<MemberHoldings> => {
      const signed = status.members.find((member) => member.id === id)
      const witnessed = { witnessedSize: signed?.witnessedSize ?? 0, witnessedAt: signed?.witnessedAt ?? null }
      const told = await holdingsOf(node, id, wanted)
      if (told === null) {
        const nothing = { height: null, size: null, at: null, agrees: null }
        return { id, reached: false, ...nothing, ...witnessed, state: 'unreached', detail: '' }
      }
      const { height, size: has, state, detail, at } = told
      const roots =
        at === null || at.size !== wanted || at.sha256 === null || at.sm3 === null
          ? null
          : { sha256: fromHex(at.sha256), sm3: fromHex(at.sm3) }
      const agrees =
        roots === null || own === null ? null : equalBytes(roots.sha256, own.sha256) && equalBytes(roots.sm3, own.sm3)
      return { id, reached: true, height, size: has, ...witnessed, state, detail, at: { size: wanted, roots }, agrees }
    }),
  )
}

async function holdingsOf(node: OpenNode, id: string, size: number): Promise<Holdings | null> {
  if (id === node.configuration.member) return ownHoldings(node, size)
  const address = node.others.find((other) => other.id === id)
  if (address === undefined) return null
  try {
    const told = await askHoldings(address, size)
    return told.member === id ? told : null
  } catch {
    return null
  }
}
