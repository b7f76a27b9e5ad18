/** Checks inclusion and consistency proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2); the trees are those of RFC 6962. */
import { type Bytes, concat, type DigestName, digestInto, equalBytes } from '@mingzheng/kernel'
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
  if (path.some((hash) => hash.length !== HASH_BYTES)) return false
  return verifyInclusionOf({ name, index, size, leafHash, hashes: concat(...path), root })
}

/** What is hashed of a node (RFC 6962 section 2.1): 0x01, the left and the right child. Reused, as a climb never pauses. */
const NODE = { sha256: new Uint8Array(1 + 2 * HASH_BYTES), sm3: new Uint8Array(1 + 2 * HASH_BYTES) }
NODE.sha256[0] = 1
NODE.sm3[0] = 1
const LEFT = 1
const RIGHT = 1 + HASH_BYTES

/** The upper half of a path that led to the root: where it was joined, by which hash, and the hashes above. */
interface KnownPath {
  readonly last: number
  readonly hash: Bytes
  readonly above: Bytes
}

/**
 * Upper halves of paths that were verified under one root of one size, by the place where they begin. A leaf whose path runs
 * into one of them, byte for byte, needs no more hashing. Belongs to one tree and one root; forgets all when full.
 */
export type KnownPaths = Map<number, KnownPath>

const MOST_KNOWN_PATHS = 4096

/** As `verifyInclusion`, with the path's hashes one after another, for whoever checks very many. */
export function verifyInclusionOf(
  claim: Omit<InclusionClaim, 'path'> & { hashes: Bytes },
  known?: KnownPaths,
): boolean {
  const { name, index, size, leafHash, hashes, root } = claim
  if (!isSize(size) || !isSize(index) || index >= size || root.length !== HASH_BYTES) return false
  if (leafHash.length !== HASH_BYTES || hashes.length % HASH_BYTES !== 0) return false
  const joinAt = Math.floor(hashes.length / HASH_BYTES / 2) * HASH_BYTES
  let join: { at: number; path: KnownPath } | undefined
  let at = index
  let last = size - 1
  const node = NODE[name]
  let side = at % 2 === 1 || at === last ? RIGHT : LEFT
  node.set(leafHash, side)
  for (let from = 0; from < hashes.length; from += HASH_BYTES) {
    if (last === 0) return false
    if (from === joinAt) {
      const seen = known?.get(at)
      const reached = node.subarray(side, side + HASH_BYTES)
      const above = hashes.subarray(from)
      // The same place, hash and hashes above: the same climb to the same root.
      if (seen?.last === last && equalBytes(seen.hash, reached) && equalBytes(seen.above, above)) return true
      if (known !== undefined) join = { at, path: { last, hash: reached.slice(), above: above.slice() } }
    }
    const other = side === RIGHT ? LEFT : RIGHT
    for (let i = 0; i < HASH_BYTES; i++) node[other + i] = hashes[from + i]!
    // A last node without a sibling climbs until it is a right child.
    while (side === RIGHT && at % 2 === 0 && at !== 0) {
      at /= 2
      last = half(last)
    }
    at = half(at)
    last = half(last)
    side = at % 2 === 1 || at === last ? RIGHT : LEFT
    digestInto(name, node, node, side)
  }
  if (last !== 0 || !equalBytes(node.subarray(side, side + HASH_BYTES), root)) return false
  if (known !== undefined && join !== undefined) {
    if (known.size >= MOST_KNOWN_PATHS) known.clear()
    known.set(join.at, join.path)
  }
  return true
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
