/** The right edge of a growing tree: enough to append leaves and to say the root, in 32 bytes per set bit of the size. */
import type { Bytes, DigestName } from '@mingzheng/kernel'
import { formatFailure } from '../format-failure.ts'
import { HASH_BYTES, type MerkleHash, merkleHash } from './merkle-hash.ts'

/** Called for each subtree that an appended leaf completes, from the leaf (level 0) upwards: `MTH(D[index*2^level : (index+1)*2^level])`. */
export type NodeVisitor = (level: number, index: number, hash: Bytes) => void

/**
 * Appends in amortised two hashes a leaf. `nodes` are the roots of the perfect subtrees from left (largest) to right,
 * one for each set bit of `size`; storing them and the size is storing the whole state.
 */
export class CompactRange {
  readonly hash: MerkleHash
  #size: number
  #nodes: Bytes[]

  /** Empty, or as stored. Throws `range-malformed` when the nodes do not fit the size. */
  constructor(name: DigestName, size = 0, nodes: readonly Bytes[] = []) {
    if (!Number.isSafeInteger(size) || size < 0 || nodes.length !== bitCount(size)) {
      throw formatFailure('range-malformed', 'a range has one node for each set bit of its size')
    }
    if (nodes.some((node) => node.length !== HASH_BYTES)) throw formatFailure('range-malformed', 'a node has 32 bytes')
    this.hash = merkleHash(name)
    this.#size = size
    this.#nodes = [...nodes]
  }

  get size(): number {
    return this.#size
  }

  /** Those of this moment: whoever stores them with the size may do so after the range has grown on. */
  get nodes(): readonly Bytes[] {
    return [...this.#nodes]
  }

  /** Appends one leaf by its hash (`merkleHash(name).leaf(data)`). */
  append(leafHash: Bytes, visit?: NodeVisitor): void {
    let index = this.#size
    let hash = leafHash
    visit?.(0, index, hash)
    for (let level = 1; index % 2 === 1; level++) {
      hash = this.hash.node(this.#nodes.pop()!, hash)
      index = (index - 1) / 2
      visit?.(level, index, hash)
    }
    this.#nodes.push(hash)
    this.#size++
  }

  /** The RFC 6962 root of all leaves so far. */
  root(): Bytes {
    let root: Bytes | undefined
    for (let i = this.#nodes.length - 1; i >= 0; i--) {
      root = root === undefined ? this.#nodes[i]! : this.hash.node(this.#nodes[i]!, root)
    }
    return root ?? this.hash.empty
  }

  /** An independent copy: to try a batch and drop it. */
  clone(): CompactRange {
    return new CompactRange(this.hash.name, this.#size, this.#nodes)
  }
}

/** Root of a whole list of leaf data. */
export function treeRoot(name: DigestName, leaves: Iterable<Bytes>): Bytes {
  const range = new CompactRange(name)
  for (const data of leaves) range.append(range.hash.leaf(data))
  return range.root()
}

function bitCount(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}
