/** Checks inclusion and consistency proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2); the trees are those of RFC 6962. */
import { type Bytes, type DigestName, equalBytes } from '@mingzheng/kernel'
import { HASH_BYTES, merkleHash } from './merkle-hash.ts'

export interface InclusionClaim {
  name: DigestName
  index: number
  size: number
  leafHash: Bytes
  /** Leaf's sibling first. */
  path: readonly Bytes[]
  root: Bytes
}

/** Whether the leaf stands at `index` in the tree of `size` leaves with this root. Wrong shapes are `false`. */
export function verifyInclusion({ name, index, size, leafHash, path, root }: InclusionClaim): boolean {
  if (!isSize(size) || !isSize(index) || index >= size || root.length !== HASH_BYTES) return false
  if (leafHash.length !== HASH_BYTES || path.some((hash) => hash.length !== HASH_BYTES)) return false
  const { node } = merkleHash(name)
  let at = index
  let last = size - 1
  let hash = leafHash
  for (const sibling of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = node(sibling, hash)
      // A last node without a sibling climbs until it is a right child.
      while (at % 2 === 0 && at !== 0) {
        at /= 2
        last = half(last)
      }
    } else {
      hash = node(hash, sibling)
    }
    at = half(at)
    last = half(last)
  }
  return last === 0 && equalBytes(hash, root)
}

export interface ConsistencyClaim {
  name: DigestName
  from: number
  to: number
  fromRoot: Bytes
  toRoot: Bytes
  path: readonly Bytes[]
}

/**
 * Whether the tree of `from` leaves begins the tree of `to`. From the empty tree, and between equal sizes, the path must
 * be empty; the roots must then be the empty tree's, or equal. Wrong shapes are `false`.
 */
export function verifyConsistency({ name, from, to, fromRoot, toRoot, path }: ConsistencyClaim): boolean {
  if (!isSize(from) || !isSize(to) || from > to || path.some((hash) => hash.length !== HASH_BYTES)) return false
  if (fromRoot.length !== HASH_BYTES || toRoot.length !== HASH_BYTES) return false
  const { node, empty } = merkleHash(name)
  if (from === to) return path.length === 0 && equalBytes(fromRoot, toRoot) && (to > 0 || equalBytes(toRoot, empty))
  if (from === 0) return path.length === 0 && equalBytes(fromRoot, empty)
  let at = from - 1
  let last = to - 1
  while (at % 2 === 1) {
    at = half(at)
    last = half(last)
  }
  // Where the old tree is perfect its root is the first hash, and the proof leaves it out.
  const hashes = at === 0 ? [fromRoot, ...path] : path
  const first = hashes[0]
  if (first === undefined) return false
  let old = first
  let now = first
  for (const sibling of hashes.slice(1)) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      old = node(sibling, old)
      now = node(sibling, now)
      while (at % 2 === 0 && at !== 0) {
        at /= 2
        last = half(last)
      }
    } else {
      now = node(now, sibling)
    }
    at = half(at)
    last = half(last)
  }
  return last === 0 && equalBytes(old, fromRoot) && equalBytes(now, toRoot)
}

const isSize = (value: number) => Number.isSafeInteger(value) && value >= 0
const half = (value: number) => Math.floor(value / 2)
