/** Hashes of RFC 6962 trees (section 2.1), over SHA-256 as there or over SM3 for the national profile. */
import { type Bytes, type DigestName, digest } from '@mingzheng/kernel'

/** Bytes of every hash in a tree. */
export const HASH_BYTES = 32

/** Leaf and node hashing of one tree; pure, and the answers are fresh arrays. */
export interface MerkleHash {
  readonly name: DigestName
  /** `H(0x00 || data)`. */
  leaf(data: Bytes): Bytes
  /** `H(0x01 || left || right)`; both have 32 bytes. */
  node(left: Bytes, right: Bytes): Bytes
  /** `H()`: the root of the tree without leaves. */
  readonly empty: Bytes
}

const LONGEST_REUSED_LEAF = 1024

function createMerkleHash(name: DigestName): MerkleHash {
  // One buffer for all nodes, and one view for leaves of the same length: an allocation would cost as much as the hash.
  const node = new Uint8Array(1 + 2 * HASH_BYTES)
  node[0] = 1
  const leaf = new Uint8Array(1 + LONGEST_REUSED_LEAF)
  let view = leaf
  return {
    name,
    leaf(data) {
      if (data.length > LONGEST_REUSED_LEAF) {
        const own = new Uint8Array(1 + data.length)
        own.set(data, 1)
        return digest(name, own)
      }
      leaf.set(data, 1)
      // Neighbours in a log are mostly of one length.
      if (view.length !== 1 + data.length) view = leaf.subarray(0, 1 + data.length)
      return digest(name, view)
    },
    node(left, right) {
      node.set(left, 1)
      node.set(right, 1 + HASH_BYTES)
      return digest(name, node)
    },
    empty: digest(name, new Uint8Array()),
  }
}

const HASHES: Record<DigestName, MerkleHash> = { sha256: createMerkleHash('sha256'), sm3: createMerkleHash('sm3') }

/** The tree hashing over a digest. */
export function merkleHash(name: DigestName): MerkleHash {
  return HASHES[name]
}
