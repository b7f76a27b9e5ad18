/**
 * A folder in which long work keeps what it has made, so that work cut off anywhere goes on where it was: each artefact
 * is made once, written whole (temporary name, fsync, rename, fsync of the folder), and read back ever after.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Bytes } from '@mingzheng/kernel'

export interface WorkFolder {
  readonly path: string
  /** The artefact's bytes: read when it is there, else made by `make` and durable before this resolves. */
  once(name: string, make: () => Promise<Bytes> | Bytes): Promise<Bytes>
  /** The artefact, or null. */
  read(name: string): Promise<Bytes | null>
  /** Removes the folder: the work is finished and everything stands elsewhere. */
  remove(): Promise<void>
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes `bytes` so that after a crash the file is whole or not there. */
export async function writeWhole(path: string, bytes: Bytes): Promise<void> {
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
  await mkdir(path, { recursive: true })
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
    remove: () => rm(path, { recursive: true, force: true }),
  }
}
