/**
 * The small file system on which the ledger stands. Injected, so that tests can let it fail in pairs: fails and did not
 * persist, fails but did persist. Every failure is a named one.
 */
import {
  closeSync,
  close as closeTask,
  fdatasync,
  fstatSync,
  fsync,
  mkdirSync,
  openSync,
  open as openTask,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { Bytes } from '@mingzheng/kernel'
import { ledgerFailure } from '../failure-codes.ts'
import { StoreThread } from './store-thread.ts'

/** A file that only grows. */
export interface AppendFile {
  /** Writes at the end; readable at once, durable after `sync`. A failure may leave any part of it behind. */
  append(bytes: Bytes): void
  /** Makes everything appended durable. After a failure nothing is known about any byte since the last success. */
  sync(): Promise<void>
  close(): void
}

/** A file that is kept open for reading, whatever becomes of its name. */
export interface OpenFile {
  /** `length` bytes from `offset`, fewer at the end. */
  read(offset: number, length: number): Bytes
  close(): void
}

/** Promises: a rename is atomic; `sync` of a file makes its bytes durable, of a folder its names. Paths are absolute. */
export interface LedgerFiles {
  /** Names in a folder, sorted; empty when there is none. */
  list(folder: string): string[]
  /** Bytes of a file, or `null` when there is none. */
  size(path: string): number | null
  /** `length` bytes from `offset`, fewer at the end of the file. Throws when there is no file. */
  read(path: string, offset?: number, length?: number): Bytes
  /** The same, or `null` when there is no file. With `room`, which is as long as `length`, the answer may be a part of it. */
  find(path: string, offset: number, length?: number, room?: Bytes): Bytes | null
  /** Opens a file for reading more than once; `null` when there is none. */
  open(path: string): OpenFile | null
  /** Creates or replaces, folders included; not durable by itself. */
  write(path: string, bytes: Bytes): void
  /** The same without blocking; with `durable` the bytes are durable (the name is after `sync` of its folder). */
  store(path: string, bytes: Bytes, durable: boolean): Promise<void>
  /** A new file, folders included. */
  create(path: string): AppendFile
  rename(from: string, to: string): void
  /** A file or an empty folder; what is not there is fine. */
  remove(path: string): void
  sync(path: string): Promise<void>
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM'])

export type StorageCode = 'storage-full' | 'storage-read-only' | 'storage-fault'

/** What a fault of the disk means to the ledger. Failures that have a name already keep it. */
export function storageCode(error: unknown): StorageCode {
  const { code, errcode } = error as { code?: string; errcode?: number }
  // SQLite's own result codes: SQLITE_FULL 13, SQLITE_READONLY 8 (sqlite.org/rescode.html).
  if (FULL.has(code ?? '') || code === 'storage-full' || errcode === 13) return 'storage-full'
  const primary = errcode === undefined ? 0 : errcode & 0xff
  if (READ_ONLY.has(code ?? '') || code === 'storage-read-only' || primary === 8) return 'storage-read-only'
  return 'storage-fault'
}

/** A fault of the disk as the reason of a stall. */
export function storageStall(error: unknown): { code: StorageCode; detail: string } {
  return { code: storageCode(error), detail: (error as Error).message }
}

/** Runs an operation on the disk; what it throws becomes a named failure with the path. */
export function named<T>(path: string, operation: () => T): T {
  try {
    return operation()
  } catch (cause) {
    throw ledgerFailure(storageCode(cause), `${path}: ${String((cause as Error).message)}`, { cause })
  }
}

async function namedLater<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (cause) {
    throw ledgerFailure(storageCode(cause), `${path}: ${String((cause as Error).message)}`, { cause })
  }
}

const opened = promisify(openTask)
const closed = promisify(closeTask)
const synced = promisify(fsync)
const dataSynced = promisify(fdatasync)

/** The real file system, with a thread of its own for whole files. */
export function openDiskFiles(): LedgerFiles & { close(): Promise<void> } {
  const thread = new StoreThread()
  return {
    ...diskFiles,
    store: (path, bytes, durable) => namedLater(path, () => thread.store(path, bytes, durable)),
    close: () => thread.close(),
  }
}

const diskFiles: Omit<LedgerFiles, 'store'> = {
  list: (folder) =>
    named(folder, () => (statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder).sort())),
  size: (path) => named(path, () => statSync(path, { throwIfNoEntry: false })?.size ?? null),
  read: (path, offset = 0, length) => named(path, () => readOpened(openSync(path, 'r'), offset, length)),
  find: (path, offset, length, room) =>
    named(path, () => {
      const file = openThere(path)
      return file === null ? null : readOpened(file, offset, length, room)
    }),
  open: (path) =>
    named(path, () => {
      const file = openThere(path)
      if (file === null) return null
      return {
        read: (offset, length) => named(path, () => readInto(file, unfilled(length), offset)),
        close: () => named(path, () => closeSync(file)),
      }
    }),
  write: (path, bytes) =>
    named(path, () => {
      try {
        writeFileSync(path, bytes)
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOENT') throw error
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, bytes)
      }
    }),
  create: (path) =>
    named(path, () => {
      mkdirSync(dirname(path), { recursive: true })
      const file = openSync(path, 'wx')
      return {
        append: (bytes) =>
          named(path, () => {
            for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
          }),
        sync: () => namedLater(path, () => dataSynced(file)),
        close: () => named(path, () => closeSync(file)),
      }
    }),
  rename: (from, to) => named(to, () => renameSync(from, to)),
  remove: (path) => named(path, () => rmSync(path, { force: true, recursive: true })),
  sync: (path) =>
    namedLater(path, async () => {
      // Windows cannot open a folder, whose names it orders by itself, and syncs a file only for who may write it.
      const isWindows = process.platform === 'win32'
      if (isWindows && statSync(path).isDirectory()) return
      const file = await opened(path, isWindows ? 'r+' : 'r')
      try {
        await synced(file)
      } finally {
        await closed(file)
      }
    }),
}

function openThere(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null
    throw error
  }
}

/** Reads and closes. */
function readOpened(file: number, offset: number, length?: number, room?: Bytes): Bytes {
  try {
    return readInto(file, room ?? unfilled(length ?? fstatSync(file).size - offset), offset)
  } finally {
    closeSync(file)
  }
}

function readInto(file: number, out: Bytes, offset: number): Bytes {
  let have = 0
  while (have < out.length) {
    const got = readSync(file, out, have, out.length - have, offset + have)
    if (got === 0) break
    have += got
  }
  return out.subarray(0, have)
}

/** To be written over from the beginning; an array that is filled with zeroes first costs as much as reading it does. */
function unfilled(length: number): Bytes {
  return new Uint8Array(Buffer.allocUnsafeSlow(Math.max(0, length)).buffer)
}
