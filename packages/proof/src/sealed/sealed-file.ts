/**
 * A file sealed to one reader, part by part, so that any size needs the memory of one part: HPKE (RFC 9180, base mode,
 * X25519, HKDF-SHA256, export only) agrees on a key, and STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, "Online authenticated
 * encryption and its nonce-reuse misuse-resistance", 2015) seals 64 KiB at a time with AES-256-GCM. A part that is changed,
 * moved, left out, of another file, or behind the last one does not open. docs/formats/sealed-file.md.
 */
import { CipherSuite, DhkemX25519HkdfSha256, ExportOnly, HkdfSha256 } from '@hpke/core'
import { type Bytes, concat, equalBytes, utf8 } from '@mingzheng/kernel'
import { formatFailure } from '../format-failure.ts'
import { BOX_KEY_BYTES } from './box-key.ts'

/** Plain bytes of every part but the last, which may be shorter and is empty only in an empty file. */
export const SEALED_PLAIN_BYTES = 65_536
const TAG_BYTES = 16
/** Sealed bytes of every part but the first (the header) and the last. */
export const SEALED_PART_BYTES = SEALED_PLAIN_BYTES + TAG_BYTES
const MAGIC = utf8('mingzheng.seal.1')
/** The first part: what it is, and HPKE's encapsulated key. */
export const SEALED_HEADER_BYTES = MAGIC.length + BOX_KEY_BYTES
const NONCE_BYTES = 12

const suite = () => new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new ExportOnly() })
const info = (context: Bytes) => concat(MAGIC, Uint8Array.of(0), context)
const EXPORT = utf8('parts')

/** What seals a file: whoever keeps it can make the same parts again, and open them. A secret. */
export interface Sealing {
  readonly header: Bytes
  /** AES-256 key of the parts. */
  readonly key: Bytes
}

/**
 * Begins to seal a file to a box key. `context` says what the file is (such as a custody holding's id) and must be known to
 * whoever opens it: a file put in another's place does not open. Throws `sealed-malformed` for a key that is none.
 */
export async function newSealing(to: Bytes, context: Bytes): Promise<Sealing> {
  if (to.length !== BOX_KEY_BYTES) throw formatFailure('sealed-malformed', 'a box key has 32 bytes')
  try {
    const hpke = suite()
    const recipientPublicKey = await hpke.kem.deserializePublicKey(view(to))
    const sender = await hpke.createSenderContext({ recipientPublicKey, info: view(info(context)) })
    const key = new Uint8Array(await sender.export(view(EXPORT), 32))
    return { header: concat(MAGIC, new Uint8Array(sender.enc)), key }
  } catch (cause) {
    throw formatFailure('sealed-malformed', 'not a box key', { cause })
  }
}

/** The sealing that a header speaks of. Throws `sealed-malformed`; a key that is not the reader's shows at the first part. */
export async function readSealing(header: Bytes, privateKey: Bytes, context: Bytes): Promise<Sealing> {
  if (header.length !== SEALED_HEADER_BYTES || !equalBytes(header.subarray(0, MAGIC.length), MAGIC)) {
    throw formatFailure('sealed-malformed', 'not the header of a sealed file')
  }
  try {
    const hpke = suite()
    const recipient = await hpke.createRecipientContext({
      recipientKey: await hpke.kem.deserializePrivateKey(view(privateKey)),
      enc: view(header.subarray(MAGIC.length)),
      info: view(info(context)),
    })
    return { header: header.slice(), key: new Uint8Array(await recipient.export(view(EXPORT), 32)) }
  } catch (cause) {
    throw formatFailure('sealed-malformed', 'the header does not hold a key', { cause })
  }
}

/** Parts of a sealed file, header included, and its bytes, for `plain` bytes. */
export function sealedSize(plain: number): { parts: number; bytes: number } {
  const parts = Math.max(1, Math.ceil(plain / SEALED_PLAIN_BYTES))
  return { parts: 1 + parts, bytes: SEALED_HEADER_BYTES + plain + parts * TAG_BYTES }
}

/** Plain bytes of a sealed file of so many bytes. Throws `sealed-malformed` where no file has that size. */
export function plainSize(sealed: number): number {
  const body = sealed - SEALED_HEADER_BYTES
  const parts = Math.ceil(body / SEALED_PART_BYTES)
  const plain = body - parts * TAG_BYTES
  if (!Number.isSafeInteger(sealed) || plain < 0 || sealedSize(plain).bytes !== sealed) {
    throw formatFailure('sealed-malformed', `no sealed file has ${sealed} bytes`)
  }
  return plain
}

/** Where part `index` of a sealed file of `bytes` lies. */
export function sealedPartAt(index: number, bytes: number): { start: number; end: number } {
  if (index === 0) return { start: 0, end: SEALED_HEADER_BYTES }
  const start = SEALED_HEADER_BYTES + (index - 1) * SEALED_PART_BYTES
  return { start, end: Math.min(bytes, start + SEALED_PART_BYTES) }
}

/** Seals and opens the parts behind the header, in any order. Parts count from 1, as the header is part 0. */
export async function partCipher({ key }: Sealing): Promise<PartCipher> {
  const imported = await crypto.subtle.importKey('raw', view(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
  const algorithm = (index: number, last: boolean) => ({ name: 'AES-GCM', iv: view(nonce(index, last)) })
  return {
    async seal(index, plain, last) {
      return new Uint8Array(await crypto.subtle.encrypt(algorithm(index, last), imported, view(plain)))
    },
    async open(index, part, last) {
      const shaped = last
        ? part.length >= TAG_BYTES && part.length <= SEALED_PART_BYTES
        : part.length === SEALED_PART_BYTES
      if (!shaped || (last && index > 1 && part.length === TAG_BYTES)) {
        throw formatFailure('sealed-broken', `part ${index} has a wrong length`)
      }
      try {
        return new Uint8Array(await crypto.subtle.decrypt(algorithm(index, last), imported, view(part)))
      } catch (cause) {
        throw formatFailure('sealed-broken', `part ${index} does not open`, { cause })
      }
    },
  }
}

export interface PartCipher {
  seal(index: number, plain: Bytes, last: boolean): Promise<Bytes>
  /** Throws `sealed-broken` for a part that was changed, moved, or sealed for another file or reader. */
  open(index: number, part: Bytes, last: boolean): Promise<Bytes>
}

/** 11 bytes of counter and one that says whether it is the last (as in age v1). */
function nonce(index: number, last: boolean): Bytes {
  const bytes = new Uint8Array(NONCE_BYTES)
  const numbers = new DataView(bytes.buffer)
  numbers.setUint32(3, Math.floor((index - 1) / 2 ** 32))
  numbers.setUint32(7, (index - 1) % 2 ** 32)
  bytes[NONCE_BYTES - 1] = last ? 1 : 0
  return bytes
}

/** WebCrypto's types want an array over a buffer of its own kind. */
function view(bytes: Bytes): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}
