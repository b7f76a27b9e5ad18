/** The RFC 6962 tree (SHA-256) over the parts of a sealed file: one root names the file, and any part is proved by its path. */
import type { Bytes } from '@mingzheng/kernel'
import { CompactRange } from '../merkle/compact-range.ts'
import { HASH_BYTES, merkleHash } from '../merkle/merkle-hash.ts'
import { foldPlan, planInclusion } from '../merkle/proof-plan.ts'
import { verifyInclusionOf } from '../merkle/verify-proof.ts'

const NAME = 'sha256'

/** Grows by one part at a time; holds 64 bytes of hashes a part. */
export class PartTree {
  readonly #range = new CompactRange(NAME)
  readonly #levels: Bytes[][] = []

  append(part: Bytes): void {
    this.appendHash(merkleHash(NAME).leaf(part))
  }

  /** Appends a part by its leaf hash. */
  appendHash(leafHash: Bytes): void {
    this.#range.append(leafHash, (level, _index, hash) => {
      const row = this.#levels[level]
      if (row === undefined) this.#levels[level] = [hash]
      else row.push(hash)
    })
  }

  get size(): number {
    return this.#range.size
  }

  root(): Bytes {
    return this.#range.root()
  }

  /** The inclusion path of a part, hashes one after another. Throws `proof-range`. */
  path(index: number): Bytes {
    const hashes = foldPlan(NAME, planInclusion(index, this.size), ({ level, index: at }) => this.#levels[level]![at]!)
    const joined = new Uint8Array(hashes.length * HASH_BYTES)
    for (const [i, hash] of hashes.entries()) joined.set(hash, i * HASH_BYTES)
    return joined
  }
}

/** The tree of all parts of a source. */
export async function partTreeOf(parts: AsyncIterable<Bytes> | Iterable<Bytes>): Promise<PartTree> {
  const tree = new PartTree()
  for await (const part of parts) tree.append(part)
  return tree
}

/** Bytes of the path of part `index` among `parts`: known from the two numbers alone. Throws `proof-range`. */
export function partPathBytes(index: number, parts: number): number {
  return planInclusion(index, parts).length * HASH_BYTES
}

/** Whether this is part `index` of the file with this root and number of parts. */
export function isPart(
  part: Bytes,
  { index, parts, path, root }: { index: number; parts: number; path: Bytes; root: Bytes },
): boolean {
  const leafHash = merkleHash(NAME).leaf(part)
  return verifyInclusionOf({ name: NAME, index, size: parts, leafHash, hashes: path, root })
}
