/** Where a package is read from: a file, a blob of a browser, memory. */
import { type Bytes, Failure } from '@mingzheng/kernel'

/** Random access to bytes that do not change while they are read. */
export interface RandomAccess {
  /** Length in bytes. */
  readonly size: number
  /**
   * Exactly `length` bytes from `offset`; a range outside the source throws `source-range`. A source may put them into
   * `into`, which has that length, and return it: whoever reads a large file chunk by chunk then needs one chunk of memory.
   */
  read(offset: number, length: number, into?: Bytes): Promise<Bytes>
}

/** Bytes per read when a member is streamed: the memory that a verification needs grows with this alone. */
export const CHUNK_BYTES = 1 << 20

/** A source over bytes in memory. The array is not copied. */
export function memorySource(bytes: Bytes): RandomAccess {
  return {
    size: bytes.length,
    async read(offset, length) {
      requireRange(bytes.length, offset, length)
      return bytes.subarray(offset, offset + length)
    },
  }
}

/** A source over a browser's `Blob` or `File` (Node has them too); nothing is loaded before it is read. */
export function blobSource(blob: Blob): RandomAccess {
  return {
    size: blob.size,
    async read(offset, length) {
      requireRange(blob.size, offset, length)
      const bytes = new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer())
      if (bytes.length !== length) throw new Failure('source-range', 'the file became shorter while it was read')
      return bytes
    },
  }
}

/** Throws `source-range` unless the range lies within `size` bytes. */
function requireRange(size: number, offset: number, length: number): void {
  const fits = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0
  if (!fits || offset + length > size) throw new Failure('source-range', 'the range lies outside the source')
}

/**
 * The bytes of a range in chunks of at most `CHUNK_BYTES`. With `buffer` (of `CHUNK_BYTES`) a chunk is good only until the
 * next one is asked for; without it each chunk has memory of its own and may be kept.
 */
export async function* readRange(
  source: RandomAccess,
  offset: number,
  length: number,
  buffer?: Bytes,
): AsyncGenerator<Bytes> {
  for (let at = 0; at < length; at += CHUNK_BYTES) {
    const bytes = Math.min(CHUNK_BYTES, length - at)
    yield await source.read(offset + at, bytes, buffer?.subarray(0, bytes))
  }
}
