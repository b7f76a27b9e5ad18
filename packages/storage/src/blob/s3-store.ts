/** Blobs in an S3 bucket: streamed in parts, visible only when complete, locked by the bucket where it can. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Bytes, Clock } from '@mingzheng/kernel'
import { storageFailure } from '../storage-failure.ts'
import { type BlobReceipt, type BlobStore, checkKey, checkRange, type PutOptions } from './blob-store.ts'
import { digesting } from './digesting.ts'
import { namedS3Error } from './s3-error.ts'
import { openS3Locks } from './s3-locks.ts'

export interface S3StoreOptions {
  client: S3Client
  bucket: string
  /** Folder of the bucket that is ours, without slashes at its ends; empty for the whole bucket. */
  prefix: string
  clock: Clock
  /** Size of a part: at least 5 MiB by S3's rules; 10,000 parts bound a blob. Default 16 MiB (160 GB). */
  partBytes?: number
}

const DEFAULT_PART_BYTES = 16 * 1024 * 1024

/** Opens a store in a bucket that exists. The client is the store's own and is destroyed with it. */
export async function openS3Store(options: S3StoreOptions): Promise<BlobStore> {
  const { client, bucket, clock } = options
  const partBytes = options.partBytes ?? DEFAULT_PART_BYTES
  const root = options.prefix === '' ? '' : `${options.prefix}/`
  const blobs = `${root}blobs/`
  const at = (key: string) => ({ Bucket: bucket, Key: blobs + checkKey(key) })
  const locks = await openS3Locks({ client, bucket, root, at })
  const busy = new Map<string, Promise<unknown>>()

  async function stat(key: string) {
    const where = at(key)
    try {
      const head = await client.send(new HeadObjectCommand(where))
      return { key, bytes: head.ContentLength ?? 0 }
    } catch (error) {
      const named = namedS3Error(error, key)
      if (named.code === 'blob-missing') return null
      throw named
    }
  }

  async function upload(key: string, source: AsyncIterable<Bytes>, finish: () => BlobReceipt): Promise<BlobReceipt> {
    if ((await stat(key)) !== null)
      throw storageFailure('blob-exists', `there is already a blob ${key}`, { field: key })
    const where = at(key)
    const parts = partsOf(source, partBytes)
    const first = (await parts.next()).value ?? new Uint8Array(0)
    if (first.length < partBytes) {
      const receipt = finish()
      await onlyIfNew((condition) =>
        client.send(new PutObjectCommand({ ...where, Body: first, ContentLength: first.length, ...condition })),
      )
      return receipt
    }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(where))
    try {
      const done: { ETag: string | undefined; PartNumber: number }[] = []
      for (let body: Bytes | undefined = first; body !== undefined; body = (await parts.next()).value) {
        const PartNumber = done.length + 1
        const part = { ...where, UploadId, PartNumber, Body: body, ContentLength: body.length }
        const { ETag } = await client.send(new UploadPartCommand(part))
        done.push({ ETag, PartNumber })
      }
      const receipt = finish()
      const MultipartUpload = { Parts: done }
      await onlyIfNew((condition) =>
        client.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload, ...condition })),
      )
      return receipt
    } catch (error) {
      await client.send(new AbortMultipartUploadCommand({ ...where, UploadId })).catch(() => undefined)
      throw error
    }
  }

  // What lies on nothing is not asked for: of what was removed in a bucket with versions, servers answer with errors.
  async function lockedUntil(key: string): Promise<number | null> {
    const until = (await stat(key)) === null ? null : await locks.until(key)
    return until !== null && until > clock.now() ? until : null
  }

  async function isHeld(key: string): Promise<boolean> {
    return (await stat(key)) !== null && locks.isHeld(key)
  }

  async function requireThere(key: string): Promise<void> {
    if ((await stat(key)) === null) throw storageFailure('blob-missing', `there is no blob ${key}`, { field: key })
  }

  return {
    locksEnforced: locks.enforced,
    async put(key, source, how: PutOptions = {}) {
      checkKey(key)
      // Servers that ignore If-None-Match still give a key once as far as this program is concerned.
      const before = busy.get(key)
      const passing = digesting(source, how)
      const mine = (async () => {
        await before?.catch(() => undefined)
        return upload(key, passing.source, passing.receipt)
      })()
      busy.set(key, mine)
      try {
        return await mine
      } catch (error) {
        throw namedS3Error(error, key)
      } finally {
        if (busy.get(key) === mine) busy.delete(key)
      }
    },
    async open(key, range) {
      const found = await stat(key)
      if (found === null) throw storageFailure('blob-missing', `there is no blob ${key}`, { field: key })
      if (range !== undefined) checkRange(range, found.bytes)
      const part = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` }
      try {
        const { Body } = await client.send(new GetObjectCommand({ ...at(key), ...part }))
        return Body as AsyncIterable<Bytes>
      } catch (error) {
        throw namedS3Error(error, key)
      }
    },
    stat,
    async *list(prefix) {
      let ContinuationToken: string | undefined
      do {
        const request = { Bucket: bucket, Prefix: blobs + prefix, ...(ContinuationToken && { ContinuationToken }) }
        const page = await client.send(new ListObjectsV2Command(request)).catch((error: unknown) => {
          throw namedS3Error(error, prefix)
        })
        for (const { Key, Size } of page.Contents ?? []) {
          if (Key !== undefined) yield { key: Key.slice(blobs.length), bytes: Size ?? 0 }
        }
        ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined
      } while (ContinuationToken !== undefined)
    },
    async lock(key, untilMs) {
      await requireThere(key)
      const already = await locks.until(key)
      if (already === null || already < untilMs) await locks.lock(key, untilMs)
    },
    lockedUntil,
    async setHold(key, held) {
      if (held) await requireThere(key)
      if ((await locks.isHeld(key)) !== held) await locks.setHold(key, held)
    },
    isHeld,
    async remove(key) {
      const kept = (await lockedUntil(key)) !== null || (await isHeld(key))
      if (kept) throw storageFailure('blob-locked', `${key} is locked`, { field: key })
      try {
        await client.send(new DeleteObjectCommand(at(key)))
        await locks.forget(key)
      } catch (error) {
        throw namedS3Error(error, key)
      }
    },
    close: async () => client.destroy(),
  }
}

/** Asks the server to refuse a taken key; a server that does not know the question is not asked. */
async function onlyIfNew<Answer>(send: (condition: { IfNoneMatch?: '*' }) => Promise<Answer>): Promise<Answer> {
  try {
    return await send({ IfNoneMatch: '*' })
  } catch (error) {
    if ((error as { name?: string }).name !== 'NotImplemented') throw error
    return send({})
  }
}

/** Gathers chunks into parts of exactly `size` bytes; the last may be shorter. */
async function* partsOf(source: AsyncIterable<Bytes>, size: number): AsyncGenerator<Bytes, undefined> {
  let part = new Uint8Array(size)
  let filled = 0
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(size - filled, chunk.length - at)
      part.set(chunk.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled === size) {
        yield part
        part = new Uint8Array(size)
        filled = 0
      }
    }
  }
  if (filled > 0) yield part.subarray(0, filled)
}
