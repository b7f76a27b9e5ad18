/** A blob as a source of random access, for reading packages where they lie. */
import { type Bytes, concat, Failure } from '@mingzheng/kernel'
import type { RandomAccess } from '@mingzheng/proof'
import type { BlobStore } from '@mingzheng/storage'

/** Throws `package-missing` when custody has lost the blob. */
export async function blobAccess(blobs: BlobStore, key: string): Promise<RandomAccess> {
  const info = await blobs.stat(key)
  if (info === null) {
    throw new Failure('package-missing', 'the package is not in custody', { remedy: 'restore it from a backup' })
  }
  return {
    size: info.bytes,
    async read(offset, length) {
      if (length === 0) return new Uint8Array()
      const chunks: Bytes[] = []
      for await (const chunk of await blobs.open(key, { start: offset, end: offset + length - 1 })) chunks.push(chunk)
      return concat(...chunks)
    },
  }
}
