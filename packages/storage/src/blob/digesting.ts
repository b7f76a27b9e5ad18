/** Counts and digests bytes as they pass, so that a file is read once. */
import { type Bytes, createDigest } from '@mingzheng/kernel'
import { storageFailure } from '../storage-failure.ts'
import type { BlobReceipt, PutOptions } from './blob-store.ts'

export interface DigestingSource {
  source: AsyncIterable<Bytes>
  /** To be asked after the last byte; throws `blob-size-wrong` when another size was promised. */
  receipt(): BlobReceipt
}

export function digesting(source: AsyncIterable<Bytes> | Iterable<Bytes>, options: PutOptions): DigestingSource {
  const sha256 = createDigest('sha256')
  const sm3 = createDigest('sm3')
  let bytes = 0
  let receipt: BlobReceipt | null = null
  const wrong = () =>
    storageFailure('blob-size-wrong', `${options.bytes} bytes were announced, ${bytes} came`, { field: 'bytes' })
  async function* pass(): AsyncGenerator<Bytes> {
    for await (const chunk of source) {
      options.signal?.throwIfAborted()
      if (chunk.length === 0) continue
      bytes += chunk.length
      if (options.bytes !== undefined && bytes > options.bytes) throw wrong()
      sha256.update(chunk)
      sm3.update(chunk)
      yield chunk
    }
  }
  return {
    source: pass(),
    receipt() {
      if (options.bytes !== undefined && bytes !== options.bytes) throw wrong()
      receipt ??= { bytes, sha256: sha256.digest(), sm3: sm3.digest() }
      return receipt
    },
  }
}
