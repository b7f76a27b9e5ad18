/** The bytes of a snapshot's chunks. docs/formats/snapshot.md. */
import { type Bytes, equalBytes, fromUtf8, utf8 } from '@mingzheng/kernel'
import { CompactRange, formatEntryBundle, merkleHash, type Profile } from '@mingzheng/proof'
import { StateDigest } from '../contract/state-digest.ts'
import type { LogChunk } from './manifest.ts'

/** An entry with its leaf hashes in both trees. */
export interface HashedEntry {
  readonly bytes: Bytes
  readonly leaf: { readonly [profile in Profile]: Bytes }
}

/** Entries one after the other, each with two bytes of length before it, as in C2SP entry bundles. */
export function formatLogChunk(entries: readonly Bytes[]): Bytes {
  return formatEntryBundle(entries)
}

/** Entries of a chunk, or `null` when they are not the subtree that the manifest names. */
export async function readLogChunk(
  bytes: Bytes,
  { level, sha256, sm3 }: LogChunk,
  breathe: () => Promise<void>,
): Promise<HashedEntry[] | null> {
  const entries = cut(bytes, 2 ** level)
  if (entries === null) return null
  const trees = { sha256: new CompactRange('sha256'), sm3: new CompactRange('sm3') }
  const hashed: HashedEntry[] = []
  for (const entry of entries) {
    const leaf = { sha256: merkleHash('sha256').leaf(entry), sm3: merkleHash('sm3').leaf(entry) }
    trees.sha256.append(leaf.sha256)
    trees.sm3.append(leaf.sm3)
    hashed.push({ bytes: entry, leaf })
    if (hashed.length % 256 === 0) await breathe()
  }
  return equalBytes(trees.sha256.root(), sha256) && equalBytes(trees.sm3.root(), sm3) ? hashed : null
}

/** Exactly so many entries, or `null`. */
function cut(bytes: Bytes, count: number): Bytes[] | null {
  const entries: Bytes[] = []
  let at = 0
  while (entries.length < count && at + 2 <= bytes.length) {
    const end = at + 2 + bytes[at]! * 256 + bytes[at + 1]!
    if (end > bytes.length) return null
    entries.push(bytes.slice(at + 2, end))
    at = end
  }
  return entries.length === count && at === bytes.length ? entries : null
}

export type Pair = readonly [key: string, value: Bytes]

/** Key and value one after the other: two bytes of length and the key, four bytes of length and the value, big-endian. */
export class StateSlice {
  readonly digest = new StateDigest()
  #parts: Bytes[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  add(key: string, value: Bytes): void {
    const name = utf8(key)
    const head = new Uint8Array(6 + name.length)
    const view = new DataView(head.buffer)
    view.setUint16(0, name.length)
    head.set(name, 2)
    view.setUint32(2 + name.length, value.length)
    this.#parts.push(head, value)
    this.#bytes += head.length + value.length
    this.digest.change(key, undefined, value)
  }

  format(): Bytes {
    const out = new Uint8Array(this.#bytes)
    let at = 0
    for (const part of this.#parts) {
      out.set(part, at)
      at += part.length
    }
    return out
  }
}

/** Pairs of a slice, or `null` when their digest is not the manifest's. */
export function readStateSlice(bytes: Bytes, vector: Bytes): Pair[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const pairs: Pair[] = []
  const sum = new StateDigest()
  try {
    for (let at = 0; at < bytes.length; ) {
      const nameEnd = at + 2 + view.getUint16(at)
      const end = nameEnd + 4 + view.getUint32(nameEnd)
      if (end > bytes.length) return null
      const key = fromUtf8(bytes.subarray(at + 2, nameEnd))
      const value = bytes.slice(nameEnd + 4, end)
      sum.change(key, undefined, value)
      pairs.push([key, value])
      at = end
    }
  } catch {
    return null
  }
  return equalBytes(sum.vector(), vector) ? pairs : null
}
