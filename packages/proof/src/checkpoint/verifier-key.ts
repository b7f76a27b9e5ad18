/**
 * Verifier keys of signed notes as text: `name+keyid+base64(type || key)`. Three types: Ed25519 (0x01, a log), timestamped
 * Ed25519 cosignature (0x04, a member; C2SP tlog-cosignature), SM2 (0xff `mingzheng.sm2.v1`; docs/formats/checkpoint.md).
 */
import {
  type Bytes,
  bigEndian,
  concat,
  digest,
  fromBase64,
  type PublicKey,
  toBase64,
  toHex,
  utf8,
  verifySignature,
} from '@mingzheng/kernel'
import { formatFailure } from '../format-failure.ts'
import { isKeyName, type Note, type NoteSignature, noteBytes } from './note.ts'

export type NoteKeyKind = 'ed25519' | 'cosignature' | 'sm2'

export interface VerifierKey {
  readonly kind: NoteKeyKind
  readonly name: string
  /** Four bytes as lower-case hex, computed from name, type and key. */
  readonly keyId: string
  readonly publicKey: PublicKey
}

/** Verdict over one signature line: who, and when where the line says so. */
export type LineVerdict = { readonly valid: true; readonly time: number | null } | { readonly valid: false }

/** Type byte, or 0xff with our identifier (C2SP signed-note, "Signature types"). */
const TYPE: Record<NoteKeyKind, Bytes> = {
  ed25519: Uint8Array.of(0x01),
  cosignature: Uint8Array.of(0x04),
  sm2: concat(Uint8Array.of(0xff), utf8('mingzheng.sm2.v1')),
}
const KINDS: readonly NoteKeyKind[] = ['ed25519', 'cosignature', 'sm2']
/** 9999-12-31T23:59:59Z: beyond it a time could not be printed. */
const LAST_SECOND = 253_402_300_799n

/** A verifier key; the key id is computed. Throws `vkey-malformed` for a wrong name or key. */
export function makeVerifierKey(kind: NoteKeyKind, name: string, publicKey: PublicKey): VerifierKey {
  const algorithm = kind === 'sm2' ? 'sm2' : 'ed25519'
  const wanted = kind === 'sm2' ? 65 : 32
  if (!isKeyName(name) || publicKey.algorithm !== algorithm || publicKey.bytes.length !== wanted) {
    throw formatFailure('vkey-malformed', 'the name or the key does not fit the kind of verifier key')
  }
  if (kind === 'sm2' && publicKey.bytes[0] !== 4) {
    throw formatFailure('vkey-malformed', 'an SM2 key is an uncompressed point')
  }
  const hashed = digest('sha256', concat(utf8(name), Uint8Array.of(0x0a), TYPE[kind], publicKey.bytes))
  return { kind, name, keyId: toHex(hashed.subarray(0, 4)), publicKey }
}

/** Text of a verifier key. */
export function formatVerifierKey({ kind, name, keyId, publicKey }: VerifierKey): string {
  return `${name}+${keyId}+${toBase64(concat(TYPE[kind], publicKey.bytes))}`
}

/** Reads a verifier key in its one spelling, key id included. Throws `vkey-malformed`. */
export function parseVerifierKey(text: string): VerifierKey {
  // The base64 part may hold `+` itself; the name may not.
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text)
  if (match === null) throw formatFailure('vkey-malformed', 'a verifier key is name+keyid+base64')
  let blob: Bytes
  try {
    blob = fromBase64(match[3]!)
  } catch (cause) {
    throw formatFailure('vkey-malformed', 'the key is not canonical base64', { cause })
  }
  const kind = KINDS.find((candidate) => startsWith(blob, TYPE[candidate]))
  if (kind === undefined) throw formatFailure('vkey-malformed', 'a type of key that is not known here')
  const bytes = blob.slice(TYPE[kind].length)
  const key = makeVerifierKey(kind, match[1]!, { algorithm: kind === 'sm2' ? 'sm2' : 'ed25519', bytes })
  if (key.keyId !== match[2]) throw formatFailure('vkey-malformed', 'the key id is not that of this name and key')
  return key
}

/** Whether the line names this key. A line that does must verify. */
export function namesKey(line: NoteSignature, key: VerifierKey): boolean {
  return line.name === key.name && line.keyId === key.keyId
}

/** Judges one line that names the key. `time` is in milliseconds, and only cosignatures carry it. */
export function verifyLine(note: Pick<Note, 'text'>, line: NoteSignature, key: VerifierKey): LineVerdict {
  if (!namesKey(line, key)) return { valid: false }
  const text = noteBytes(note)
  if (key.kind !== 'cosignature') {
    return verifySignature(key.publicKey, text, line.signature) ? { valid: true, time: null } : { valid: false }
  }
  const seconds = cosignatureSeconds(line.signature)
  if (seconds === null) return { valid: false }
  if (!verifySignature(key.publicKey, cosignedBytes(text, seconds), line.signature.subarray(8))) return { valid: false }
  return { valid: true, time: seconds * 1000 }
}

/** The second at which a `cosignature/v1` says that it was made; `null` when it has no such form. Proves nothing. */
export function cosignatureSeconds(signature: Bytes): number | null {
  if (signature.length !== 8 + 64) return null
  const seconds = BigInt(`0x${toHex(signature.subarray(0, 8))}`)
  return seconds > LAST_SECOND ? null : Number(seconds)
}

/** What a `cosignature/v1` signs. */
export function cosignedBytes(text: Bytes, seconds: number): Bytes {
  return concat(utf8(`cosignature/v1\ntime ${seconds}\n`), text)
}

/** The eight bytes of time before the signature of a cosignature. */
export function timeBytes(seconds: number): Bytes {
  return bigEndian(seconds, 8)
}

function startsWith(bytes: Bytes, prefix: Bytes): boolean {
  return toHex(bytes.subarray(0, prefix.length)) === toHex(prefix)
}
