/** SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016), one shot and streaming; the same answers in Node and browsers. */
import { native } from '#native'
import { type Bytes, concat } from './bytes.ts'

export type DigestName = 'sha256' | 'sm3'

/** Both digests of the same bytes, 32 bytes each: every file and commitment carries the pair. */
export interface DigestPair {
  sha256: Bytes
  sm3: Bytes
}

/** A digest under way. `digest()` ends it; it must not be used afterwards. */
export interface RunningDigest {
  update(chunk: Bytes): RunningDigest
  digest(): Bytes
}

/** Length of either digest in bytes. */
export const DIGEST_BYTES = 32

/** The 32-byte digest of `bytes`. */
export function digest(name: DigestName, bytes: Bytes): Bytes {
  return native.digest(name, bytes)
}

/** Writes the 32-byte digest of `bytes` into `target` at `offset` (`target` may be `bytes`): for hashing without allocating. */
export function digestInto(name: DigestName, bytes: Bytes, target: Bytes, offset: number): void {
  native.digestInto(name, bytes, target, offset)
}

/** Starts a streaming digest. */
export function createDigest(name: DigestName): RunningDigest {
  return native.createDigest(name)
}

/** SHA-256 and SM3 of the same bytes. */
export function digestPair(bytes: Bytes): DigestPair {
  return { sha256: digest('sha256', bytes), sm3: digest('sm3', bytes) }
}

const BLOCK_BYTES = 64

/** HMAC (RFC 2104) over either digest; both have 64-byte blocks. */
export function hmac(name: DigestName, key: Bytes, message: Bytes): Bytes {
  const block = new Uint8Array(BLOCK_BYTES)
  block.set(key.length > BLOCK_BYTES ? digest(name, key) : key)
  const inner = digest(
    name,
    concat(
      block.map((b) => b ^ 0x36),
      message,
    ),
  )
  return digest(
    name,
    concat(
      block.map((b) => b ^ 0x5c),
      inner,
    ),
  )
}
