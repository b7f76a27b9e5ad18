/**
 * Which subtrees an inclusion or consistency proof (RFC 6962 sections 2.1.1 and 2.1.2) is made of. Each hash of a proof
 * is the root of a range of leaves, folded from the perfect subtrees that a log stores.
 */
import type { Bytes, DigestName } from '@mingzheng/kernel'
import { formatFailure } from '../format-failure.ts'
import { merkleHash } from './merkle-hash.ts'

/** The perfect subtree over leaves `index * 2^level` up to, not including, `(index + 1) * 2^level`. */
export interface NodeAt {
  readonly level: number
  readonly index: number
}

/** One list of perfect subtrees, from left to right, for each hash of the proof in its order. */
export type ProofPlan = NodeAt[][]

/** Plan of the inclusion proof of leaf `index` in the tree of `size` leaves, leaf's sibling first. Throws `proof-range`. */
export function planInclusion(index: number, size: number): ProofPlan {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw formatFailure('proof-range', `there is no leaf ${index} in a tree of ${size}`)
  }
  const plan: ProofPlan = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start)
    if (index < middle) {
      plan.push(perfectSubtrees(middle, end))
      end = middle
    } else {
      plan.push(perfectSubtrees(start, middle))
      start = middle
    }
  }
  return plan.reverse()
}

/** Plan of the proof that the tree of `from` leaves begins the tree of `to`. Empty when either is trivial. Throws `proof-range`. */
export function planConsistency(from: number, to: number): ProofPlan {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to) {
    throw formatFailure('proof-range', `a tree of ${from} leaves does not begin one of ${to}`)
  }
  if (from === 0 || from === to) return []
  const plan: ProofPlan = []
  let start = 0
  let end = to
  while (end !== from) {
    const middle = start + largestPowerBelow(end - start)
    if (from <= middle) {
      plan.push(perfectSubtrees(middle, end))
      end = middle
    } else {
      plan.push(perfectSubtrees(start, middle))
      start = middle
    }
  }
  // The verifier knows the old root: the last hash is left out where it would be just that.
  if (start !== 0) plan.push(perfectSubtrees(start, end))
  return plan.reverse()
}

/** The perfect subtrees that make up leaves `start` up to `end`, left to right; `start` is a multiple of the largest. */
function perfectSubtrees(start: number, end: number): NodeAt[] {
  const nodes: NodeAt[] = []
  let at = start
  while (at < end) {
    let level = 0
    let width = 1
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2
      level++
    }
    nodes.push({ level, index: at / width })
    at += width
  }
  return nodes
}

/** The hashes of a planned proof. `hashAt` is asked for each node once. */
export function foldPlan(name: DigestName, plan: ProofPlan, hashAt: (node: NodeAt) => Bytes): Bytes[] {
  return plan.map((nodes) => foldRange(name, nodes.map(hashAt)))
}

/** Root over the roots of adjacent perfect subtrees, left (larger) to right. */
export function foldRange(name: DigestName, roots: Bytes[]): Bytes {
  const hash = merkleHash(name)
  const last = roots.at(-1)
  if (last === undefined) return hash.empty
  return roots.slice(0, -1).reduceRight((right, left) => hash.node(left, right), last)
}

function largestPowerBelow(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}
