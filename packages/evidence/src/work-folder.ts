/**
 * A folder in which long work keeps what it has made, so that work cut off anywhere goes on where it was: each artefact
 * is made once, written whole (temporary name, fsync, rename, fsync of the folder), and read back ever after.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Bytes, Failure } from '@mingzheng/kernel'
import { syncFolder } from '@mingzheng/storage'

export interface WorkFolder {
  readonly path: string
  /** The artefact's bytes: read when it is there, else made by `make` and durable before this resolves. */
  once(name: string, make: () => Promise<Bytes> | Bytes): Promise<Bytes>
  /** The artefact, or null. */
  read(name: string): Promise<Bytes | null>
  /** The artefact is made anew when it is asked for next. */
  forget(name: string): Promise<void>
  /** Removes the folder: the work is finished and everything stands elsewhere. */
  remove(): Promise<void>
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM'])

/** A fault of the disk under the work by its name: `storage-full`, `storage-read-only`, `storage-fault`. */
export function namedDiskError(cause: unknown, path: string): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (cause instanceof Failure || code === undefined) return cause
  const options = { cause, field: path, remedy: 'see to the disk of the data folder; the work goes on by itself' }
  if (FULL.has(code)) return new Failure('storage-full', 'the disk has no room left', options)
  if (READ_ONLY.has(code)) return new Failure('storage-read-only', 'the disk cannot be written', options)
  if (code === 'EIO') return new Failure('storage-fault', 'the disk failed', options)
  return cause
}

/**
 * Writes `bytes` so that after a crash the file is whole or not there. Throws `storage-full`, `storage-read-only`,
 * `storage-fault`.
 */
export async function writeWhole(path: string, bytes: Bytes): Promise<void> {
  try {
    await write(path, bytes)
  } catch (error) {
    throw namedDiskError(error, path)
  }
}

async function write(path: string, bytes: Bytes): Promise<void> {
  const temporary = `${path}.writing`
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

async function readIfThere(path: string): Promise<Bytes | null> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

export async function openWorkFolder(path: string): Promise<WorkFolder> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw namedDiskError(error, path)
  })
  return {
    path,
    async once(name, make) {
      const file = join(path, name)
      const kept = await readIfThere(file)
      if (kept !== null) return kept
      const made = await make()
      await mkdir(dirname(file), { recursive: true })
      await writeWhole(file, made)
      return made
    },
    read: (name) => readIfThere(join(path, name)),
    async forget(name) {
      await rm(join(path, name), { force: true })
      await syncFolder(path)
    },
    remove: () => rm(path, { recursive: true, force: true }),
  }
}
