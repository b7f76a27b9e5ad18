/** What is computed over every member while it streams by: length, CRC-32 (for the ZIP), SHA-256, SM3. */
import { type Bytes, createDigest, digest } from '@mingzheng/kernel'
import { crc32 } from './crc32.ts'

export interface MemberDigests {
  bytes: number
  /** CRC-32 as ZIP wants it (unsigned). */
  crc32: number
  /** 32 bytes each. */
  sha256: Bytes
  sm3: Bytes
}

/**
 * Who computes the digests of a stream. The default goes one after the other on the calling thread, in browsers too;
 * apps/verifier has one that uses a worker thread. An engine must not keep a chunk after it asked for the next.
 */
export interface DigestEngine {
  digest(chunks: AsyncIterable<Bytes>): Promise<MemberDigests>
}

/** Digests on the calling thread. Memory: one chunk. */
export const inlineEngine: DigestEngine = {
  async digest(chunks) {
    const sha256 = createDigest('sha256')
    const sm3 = createDigest('sm3')
    let crc = 0
    let bytes = 0
    for await (const chunk of chunks) {
      sha256.update(chunk)
      sm3.update(chunk)
      crc = crc32(chunk, crc)
      bytes += chunk.length
    }
    return { bytes, crc32: crc, sha256: sha256.digest(), sm3: sm3.digest() }
  },
}

/** Digests of bytes in memory. */
export function digestBytes(bytes: Bytes): MemberDigests {
  return { bytes: bytes.length, crc32: crc32(bytes), sha256: digest('sha256', bytes), sm3: digest('sm3', bytes) }
}
