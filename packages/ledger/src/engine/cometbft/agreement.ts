/** Whether a member holds what the others hold, by their app hashes at the same heights. */
import { equalBytes, toHex } from '@mingzheng/kernel'
import type { Position } from './position-ring.ts'

/** What another member says that it holds. */
export interface PeerPositions {
  readonly member: string
  /** Rising heights, the newest last. */
  readonly positions: readonly Position[]
}

export type Agreement =
  | { readonly kind: 'agreed' }
  /** Fewer contradict than could be dishonest: they are named, and nothing else follows. */
  | { readonly kind: 'contradicted'; readonly height: number; readonly by: readonly string[] }
  /** So many contradict that one of them is honest: this member's state is not what the members agreed on. */
  | { readonly kind: 'outvoted'; readonly height: number; readonly by: readonly string[]; readonly detail: string }

/** How many of so many that vote may be dishonest: fewer than a third. */
function mostDishonest(members: number): number {
  return Math.floor((members - 1) / 3)
}

/**
 * The highest height that the members have reached, as far as they say: one that an honest one tells of, whoever lies.
 * `heights` are the others' claims; 0 when too few tell of any.
 */
export function believedHeight(heights: readonly number[], members: number): number {
  return [...heights].sort((a, b) => b - a)[mostDishonest(members)] ?? 0
}

/** @param members all that vote, this one included. */
export function compare(own: readonly Position[], peers: readonly PeerPositions[], members: number): Agreement {
  const dishonest = mostDishonest(members)
  let contradicted: Agreement = { kind: 'agreed' }
  for (const { height, appHash } of own) {
    const contrary = peers.flatMap(({ member, positions }) => {
      const theirs = positions.find((position) => position.height === height)
      return theirs === undefined || equalBytes(theirs.appHash, appHash) ? [] : [{ member, hash: theirs.appHash }]
    })
    if (contrary.length === 0) continue
    const by = contrary.map(({ member }) => member)
    if (contrary.length > dishonest) {
      const detail = `${by.join(', ')} hold ${toHex(contrary[0]!.hash)}, this member holds ${toHex(appHash)}`
      return { kind: 'outvoted', height, by, detail }
    }
    if (contradicted.kind === 'agreed') contradicted = { kind: 'contradicted', height, by }
  }
  return contradicted
}
