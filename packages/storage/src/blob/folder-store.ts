/** Blobs in a folder: written aside, synced, then given their name, which is synced too. */
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { Bytes, Clock } from '@mingzheng/kernel'
import { namedFileError, storageFailure } from '../storage-failure.ts'
import { syncFolder } from '../sync-folder.ts'
import { type BlobInfo, type BlobReceipt, type BlobStore, checkKey, checkRange, type PutOptions } from './blob-store.ts'
import { digesting } from './digesting.ts'

export interface FolderStoreOptions {
  folder: string
  clock: Clock
  /** For tests of faults: called at each step of a put; what it throws is what the system would have thrown. */
  interrupt?: (step: 'write' | 'sync' | 'name' | 'sync-name') => void
}

/** Writes are gathered to this size: a system call a chunk would cost more than the digests. */
const WRITE_BYTES = 1024 * 1024
const LEFTOVER_MS = 24 * 3_600_000

/** Opens (and makes) a folder of blobs. Files of puts that never finished are removed when they are a day old. */
export async function openFolderStore(options: FolderStoreOptions): Promise<BlobStore> {
  const { folder, clock } = options
  const interrupt = options.interrupt ?? (() => undefined)
  const blobs = join(folder, 'blobs')
  const incoming = join(folder, 'incoming')
  const locks = join(folder, 'locks')
  const holds = join(folder, 'holds')
  for (const part of [blobs, incoming, locks, holds]) await mkdir(part, { recursive: true, mode: 0o700 })
  await removeLeftovers(incoming, clock)
  const pathOf = (root: string, key: string) => join(root, ...checkKey(key).split('/'))

  async function writeAside(file: string, source: AsyncIterable<Bytes>): Promise<void> {
    const handle = await open(file, 'wx', 0o400)
    try {
      let waiting: Bytes[] = []
      let size = 0
      const flush = async () => {
        interrupt('write')
        if (size > 0) await writeAll(handle, waiting)
        waiting = []
        size = 0
      }
      for await (const chunk of source) {
        // A source may reuse its buffer once it is asked for the next chunk.
        waiting.push(chunk.length >= WRITE_BYTES ? chunk : chunk.slice())
        size += chunk.length
        if (size >= WRITE_BYTES) await flush()
      }
      await flush()
      interrupt('sync')
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  /** A small file that says something of a blob: whole or not there, durable. */
  async function note(root: string, key: string, text: string): Promise<void> {
    const path = pathOf(root, key)
    if (!(await exists(pathOf(blobs, key)))) throw storageFailure('blob-missing', `there is no blob ${key}`)
    const aside = join(incoming, randomBytes(12).toString('hex'))
    try {
      await makeFolders(root, dirname(path))
      await writeNote(aside, text)
      await rename(aside, path)
      await syncFolder(dirname(path))
    } catch (error) {
      // On a full disk neither a file nor its handle may be left over.
      await rm(aside, { force: true }).catch(() => undefined)
      throw namedFileError(error, key)
    }
  }

  async function lockedUntil(key: string): Promise<number | null> {
    const until = await readLock(pathOf(locks, key))
    return until !== null && until > clock.now() ? until : null
  }

  async function put(
    key: string,
    source: AsyncIterable<Bytes> | Iterable<Bytes>,
    how: PutOptions = {},
  ): Promise<BlobReceipt> {
    const path = pathOf(blobs, key)
    const aside = join(incoming, randomBytes(12).toString('hex'))
    const passing = digesting(source, how)
    try {
      if (await exists(path)) {
        // Whoever finds his own bytes here, after a put that failed at its end, may rely on them from now on.
        await syncFolder(dirname(path))
        throw taken(key)
      }
      await writeAside(aside, passing.source)
      const receipt = passing.receipt()
      await makeFolders(blobs, dirname(path))
      interrupt('name')
      await giveName(aside, path, key)
      interrupt('sync-name')
      await syncFolder(dirname(path))
      return receipt
    } catch (error) {
      throw namedFileError(error, key)
    } finally {
      await rm(aside, { force: true }).catch(() => undefined)
    }
  }

  return {
    locksEnforced: false,
    put,
    async open(key, range) {
      const path = pathOf(blobs, key)
      try {
        const handle = await open(path, 'r')
        try {
          if (range !== undefined) checkRange(range, (await handle.stat()).size)
        } catch (error) {
          await handle.close()
          throw error
        }
        const part = range === undefined ? {} : { start: range.start, end: range.end }
        return createReadStream('', { fd: handle, autoClose: true, highWaterMark: 256 * 1024, ...part })
      } catch (error) {
        throw namedFileError(error, key)
      }
    },
    async stat(key) {
      const found = await stat(pathOf(blobs, key)).catch((error: { code?: string }) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
        throw namedFileError(error, key)
      })
      return found === null || !found.isFile() ? null : { key, bytes: found.size }
    },
    list: (prefix) => listFolder(blobs, '', prefix),
    async lock(key, untilMs) {
      await note(locks, key, String(Math.max(untilMs, (await readLock(pathOf(locks, key))) ?? 0)))
    },
    lockedUntil,
    async setHold(key, held) {
      const path = pathOf(holds, key)
      if (held) return note(holds, key, '')
      await rm(path, { force: true })
      await syncFolder(dirname(path)).catch(() => undefined)
    },
    isHeld: async (key) => exists(pathOf(holds, key)),
    async remove(key) {
      const kept = (await lockedUntil(key)) !== null || (await exists(pathOf(holds, key)))
      if (kept) throw storageFailure('blob-locked', `${key} is locked`, { field: key })
      const path = pathOf(blobs, key)
      await rm(path, { force: true }).catch((error: unknown) => {
        throw namedFileError(error, key)
      })
      await rm(pathOf(locks, key), { force: true })
      await syncFolder(dirname(path)).catch(() => undefined)
    },
    close: async () => undefined,
  }
}

async function writeAll(handle: FileHandle, parts: Bytes[]): Promise<void> {
  const total = parts.reduce((sum, part) => sum + part.length, 0)
  const { bytesWritten } = await handle.writev(parts)
  if (bytesWritten === total) return
  // A short write: what is left goes out piece by piece.
  const rest = Buffer.concat(parts).subarray(bytesWritten)
  for (let at = 0; at < rest.length; ) at += (await handle.write(rest, at)).bytesWritten
}

/** Gives the file its name only if nobody has it; a rename would silently take it from another. */
async function giveName(from: string, to: string, key: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const code = (error as { code?: string }).code
    if (code === 'EEXIST') throw taken(key)
    // File systems without hard links (FAT, some network shares): the check before is then all there is.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    if (await exists(to)) throw taken(key)
    await rename(from, to)
    return
  }
  await unlink(from).catch(() => undefined)
}

function taken(key: string) {
  return storageFailure('blob-exists', `there is already a blob ${key}`, { field: key })
}

/** Makes folders below `root`, each one's name synced in its parent. */
async function makeFolders(root: string, folder: string): Promise<void> {
  const missing: string[] = []
  for (let at = folder; at !== root && at.startsWith(root + sep) && !(await exists(at)); at = dirname(at))
    missing.unshift(at)
  for (const path of missing) {
    await mkdir(path, { mode: 0o700 }).catch((error: { code?: string }) => {
      if (error.code !== 'EEXIST') throw error
    })
    await syncFolder(dirname(path))
  }
}

async function* listFolder(root: string, at: string, prefix: string): AsyncIterable<BlobInfo> {
  const entries = await readdir(join(root, at), { withFileTypes: true }).catch(() => [])
  const named = entries.map((entry) => ({ entry, name: entry.isDirectory() ? `${entry.name}/` : entry.name }))
  named.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const { entry, name } of named) {
    const key = at === '' ? name : `${at}${name}`
    if (!key.startsWith(prefix) && !(entry.isDirectory() && prefix.startsWith(key))) continue
    if (entry.isDirectory()) yield* listFolder(root, key, prefix)
    else yield { key, bytes: (await stat(join(root, key))).size }
  }
}

async function readLock(path: string): Promise<number | null> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return /^\d+$/.test(text) ? Number(text) : null
}

async function writeNote(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function removeLeftovers(incoming: string, clock: Clock): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name)
    const found = await stat(path).catch(() => null)
    if (found !== null && found.mtimeMs < clock.now() - LEFTOVER_MS) await rm(path, { force: true })
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
