/** Files that are written once and never change. Two stores keep the same promises: a folder, and S3. */
import type { Bytes } from '@mingzheng/kernel'
import { storageFailure } from '../storage-failure.ts'

export interface BlobInfo {
  key: string
  bytes: number
}

/** What was written: size and both digests, computed from the bytes as they passed. */
export interface BlobReceipt {
  bytes: number
  sha256: Bytes
  sm3: Bytes
}

export interface PutOptions {
  /** The expected size; another one is refused as `blob-size-wrong` and nothing is kept. */
  bytes?: number
  signal?: AbortSignal
}

/** First and last byte, both inside. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * Promises of every store:
 * - When `put` resolves, the blob is durable and whole; when it throws, no reader ever sees a part of it. A put that
 *   failed for the store's sake may have happened: putting the same bytes again then says `blob-exists`.
 * - A key is written once. A second put throws `blob-exists`, also when two run at the same time: one wins.
 * - `open` throws `blob-missing` for what is not there, before the first byte; a reader keeps reading the bytes it began.
 * - `lock` keeps a blob from removal and change until the time given (S3: object lock where the bucket has it;
 *   otherwise `remove` here refuses). It is never shortened. A hold (S3: legal hold) does the same until it is lifted,
 *   beside the lock and independent of it.
 * - Errors are `Failure`s with storage codes. Sources are read once, never held whole in memory.
 */
export interface BlobStore {
  put(key: string, source: AsyncIterable<Bytes> | Iterable<Bytes>, options?: PutOptions): Promise<BlobReceipt>
  open(key: string, range?: ByteRange): Promise<AsyncIterable<Bytes>>
  /** Null when there is no such blob. */
  stat(key: string): Promise<BlobInfo | null>
  /** Blobs whose key begins with `prefix`, in byte order of the keys. */
  list(prefix: string): AsyncIterable<BlobInfo>
  lock(key: string, untilMs: number): Promise<void>
  /** Null when it is not locked. */
  lockedUntil(key: string): Promise<number | null>
  /** Lays a hold, or lifts it. Told again it changes nothing. */
  setHold(key: string, held: boolean): Promise<void>
  isHeld(key: string): Promise<boolean>
  /** Throws `blob-locked` while it is locked or held; removing what is not there is no error. */
  remove(key: string): Promise<void>
  /** Whether the store itself, not only this program, refuses to remove what is locked. */
  readonly locksEnforced: boolean
  close(): Promise<void>
}

const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/** Keys are slash-separated names of letters, digits, `.`, `_`, `-`; no name begins with a dot: no way out of the store. */
export function checkKey(key: string): string {
  const parts = key.split('/')
  if (key.length > 512 || parts.some((part) => !SEGMENT.test(part) || part.endsWith('.'))) {
    throw storageFailure('blob-key-malformed', 'not a blob key', {
      field: 'key',
      remedy: 'use names of a-z, 0-9, . _ - ',
    })
  }
  return key
}

/** A range that lies inside `size`, or `blob-range-wrong`. */
export function checkRange(range: ByteRange, size: number): void {
  const { start, end } = range
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end >= size) {
    throw storageFailure('blob-range-wrong', `bytes ${start}-${end} are not inside ${size}`, { field: 'range' })
  }
}
