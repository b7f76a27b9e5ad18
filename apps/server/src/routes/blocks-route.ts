/** The newest blocks as the members' nodes keep them, compared by their app hashes. */
import type { LedgerBlock } from '@mingzheng/api'
import type { HttpLedger, ReachableLedger } from '@mingzheng/ledger'
import type { PolicyMember } from '@mingzheng/proof'
import type { Handlers } from '../http/handler.ts'
import { positionsOf } from './public-logs.ts'

const BLOCKS = 12
/** An answer is given to everybody who asks within so long. */
const LASTS_MS = 1000

export function blocksRoute<P>(
  ledger: Pick<ReachableLedger, 'policy'>,
  members: HttpLedger['members'] | null,
  now: () => number,
): Handlers<P, 'ledger.blocks'> {
  let last: { at: number; blocks: Promise<LedgerBlock[]> } | null = null
  async function newest(): Promise<LedgerBlock[]> {
    const heights = members === null ? [] : (await members(null)).flatMap(({ height }) => height ?? [])
    if (heights.length === 0) return []
    const from = Math.max(1, Math.max(...heights) - BLOCKS + 1)
    const asked = (ledger.policy.members as readonly PolicyMember[]).map(async (member) => ({
      id: member.id,
      positions: await positionsOf(member, from),
    }))
    return compareBlocks(await Promise.all(asked)).slice(0, BLOCKS)
  }
  return {
    'ledger.blocks': async () => {
      if (last === null || now() - last.at > LASTS_MS || now() < last.at) {
        last = { at: now(), blocks: newest() }
        last.blocks.catch(() => {
          last = null
        })
      }
      return { blocks: await last.blocks }
    },
  }
}

interface Told {
  readonly id: string
  readonly positions: readonly { readonly height: number; readonly appHash: string }[]
}

/** Newest first; the app hash is the one that most say, of equal ones the first in the members' order. */
export function compareBlocks(told: readonly Told[]): LedgerBlock[] {
  const heights = new Map<number, Map<string, string[]>>()
  for (const { id, positions } of told) {
    for (const { height, appHash } of positions) {
      const hashes = heights.get(height) ?? new Map<string, string[]>()
      hashes.set(appHash, [...(hashes.get(appHash) ?? []), id])
      heights.set(height, hashes)
    }
  }
  return [...heights]
    .sort(([a], [b]) => b - a)
    .map(([height, hashes]) => {
      const [first, ...rest] = [...hashes].sort((a, b) => b[1].length - a[1].length)
      return { height, appHash: first![0], same: first![1], other: rest.flatMap(([, ids]) => ids) }
    })
}
