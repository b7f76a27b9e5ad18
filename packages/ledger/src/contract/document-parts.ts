/** Documents longer than an item: put on the ledger in parts, kept in a contract's state, found again by their digest. */
import { type Bytes, type CborValue, concat, digest, equalBytes, toHex } from '@mingzheng/kernel'

/** Longest part of a document: an item with it fits a transaction, a value of state holds it. */
export const DOCUMENT_PART_BYTES = 8192
/** A policy of 32 members with all its roots fits. */
export const MOST_DOCUMENT_PARTS = 64

type Read = (key: string) => CborValue | undefined
type Write = (key: string, value: CborValue | undefined) => void

/** The document below `prefix` whose SHA-256 is `id`; `null` while parts are missing. */
export function assembleDocument(get: Read, prefix: string, id: Bytes): Bytes | null {
  const parts: Bytes[] = []
  for (let i = 0; i < MOST_DOCUMENT_PARTS; i++) {
    const part = get(`${prefix}/${i}`)
    if (!(part instanceof Uint8Array)) break
    parts.push(part)
  }
  const bytes = concat(...parts)
  return equalBytes(digest('sha256', bytes), id) ? bytes : null
}

/** Removes every part below `prefix`. */
export function removeDocument(get: Read, set: Write, prefix: string): void {
  for (let i = 0; get(`${prefix}/${i}`) !== undefined; i++) set(`${prefix}/${i}`, undefined)
}

/** Keeps a document whole, as `document/<digest>/<i>`. */
export function keepDocument(set: Write, bytes: Bytes): void {
  const name = toHex(digest('sha256', bytes))
  for (const { i, x } of documentParts(bytes)) set(`document/${name}/${i}`, x)
}

/** A document's parts, in their order, as items carry them. */
export function documentParts(bytes: Bytes): { readonly i: number; readonly x: Bytes }[] {
  return Array.from({ length: Math.ceil(bytes.length / DOCUMENT_PART_BYTES) }, (_, i) => ({
    i,
    x: bytes.slice(i * DOCUMENT_PART_BYTES, (i + 1) * DOCUMENT_PART_BYTES),
  }))
}
