/** A file that a clerk hands in: a form of one field (RFC 7578), kept on the disk while it is checked. */
import { createWriteStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Bytes, Failure } from '@mingzheng/kernel'
import type { RandomAccess } from '@mingzheng/proof'

/** Larger packages are checked with the offline verifier. */
const LONGEST_UPLOAD = 2 * 1024 ** 3
/** Headers of the one part. */
const LONGEST_HEAD = 4096

/** Writes a form's body to `path`. Throws `too-large`. */
export async function receiveUpload(body: Readable, path: string, signal: AbortSignal): Promise<void> {
  let bytes = 0
  const limit = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length
      if (bytes <= LONGEST_UPLOAD) done(null, chunk)
      else done(new Failure('too-large', 'the file is too large to be checked here'))
    },
  })
  try {
    await pipeline(body, limit, createWriteStream(path, { mode: 0o600 }), { signal })
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

export interface UploadedFile {
  readonly source: RandomAccess
  close(): Promise<void>
}

/** The file inside the form, or `null` when it is no form of one file. */
export async function openUpload(path: string, contentType: string): Promise<UploadedFile | null> {
  const boundary = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^;\s"]{1,70}))/i.exec(contentType)
  const name = boundary?.[1] ?? boundary?.[2]
  if (name === undefined) return null
  const file = await open(path)
  const place = await findFile(file, name).catch(() => null)
  if (place === null) {
    await file.close()
    return null
  }
  const { start, size } = place
  const source: RandomAccess = {
    size,
    async read(offset, length, into) {
      if (offset < 0 || offset + length > size) throw new Failure('source-range', 'beyond the end of the file')
      const bytes: Bytes = into ?? new Uint8Array(length)
      const { bytesRead } = await file.read(bytes, 0, length, start + offset)
      if (bytesRead !== length) throw new Failure('source-range', 'the file became shorter while it was read')
      return bytes
    },
  }
  return { source, close: () => file.close() }
}

async function findFile(file: FileHandle, boundary: string): Promise<{ start: number; size: number } | null> {
  const { size: whole } = await file.stat()
  const head = Buffer.alloc(Math.min(LONGEST_HEAD, whole))
  await file.read(head, 0, head.length, 0)
  const begins = Buffer.from(`--${boundary}\r\n`)
  const blank = head.indexOf('\r\n\r\n')
  const end = Buffer.from(`\r\n--${boundary}--`)
  const tail = Buffer.alloc(Math.min(end.length + 2, whole))
  await file.read(tail, 0, tail.length, whole - tail.length)
  const at = tail.indexOf(end)
  if (!head.subarray(0, begins.length).equals(begins) || blank < 0 || at < 0) return null
  const start = blank + 4
  const size = whole - tail.length + at - start
  return size < 0 ? null : { start, size }
}
