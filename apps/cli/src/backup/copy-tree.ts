import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BackupManifest } from './backup-manifest.ts'

export type CopiedFile = BackupManifest['files'][number]
type Folder = BackupManifest['folders'][number]

/** A copy whose files changed this shortly before are copied again: a write in the same tick leaves no trace in the times. */
const SETTLED_MS = 2000

/** A copy of a folder that can be brought up to date: what did not change since is not read again. */
export interface TreeCopy {
  /** Copies everything that is new or changed and removes what is gone. Answers what the copy then holds, in order of paths. */
  update(): Promise<{ folders: Folder[]; files: CopiedFile[] }>
}

interface Known extends CopiedFile {
  readonly modifiedAt: number
  readonly copiedAt: number
}

/** A copy of `from` in `to`, without what `leaveOut` says (paths relative to `from`, with `/`). Only files and folders are copied. */
export function copyTree(from: string, to: string, leaveOut: (path: string) => boolean): TreeCopy {
  const known = new Map<string, Known>()
  const update = async () => {
    const folders: Folder[] = []
    const files: CopiedFile[] = []
    const seen = new Set<string>()
    for await (const { path, kind } of entriesOf(from, '', leaveOut)) {
      const state = await stat(join(from, path)).catch(ignoreMissing)
      if (state === null) continue
      const mode = state.mode & 0o7777
      if (kind === 'folder') {
        await mkdir(join(to, path), { recursive: true, mode: 0o700 })
        folders.push({ path, mode })
        continue
      }
      seen.add(path)
      const before = known.get(path)
      if (before !== undefined && isSettled(before, state.size, state.mtimeMs)) {
        files.push({ path, bytes: before.bytes, mode, sha256: before.sha256 })
        continue
      }
      const copiedAt = Date.now()
      const copied = await copyFile(join(from, path), join(to, path)).catch(ignoreMissing)
      if (copied === null) continue
      known.set(path, { path, mode, ...copied, modifiedAt: state.mtimeMs, copiedAt })
      files.push({ path, mode, ...copied })
    }
    for (const path of known.keys()) {
      if (seen.has(path)) continue
      await rm(join(to, path), { force: true })
      known.delete(path)
    }
    return { folders, files }
  }
  return { update }
}

function isSettled(before: Known, bytes: number, modifiedAt: number): boolean {
  return before.bytes === bytes && before.modifiedAt === modifiedAt && before.copiedAt - modifiedAt > SETTLED_MS
}

/** Copies one file, makes it durable, and tells the length and digest of what was written. */
export async function copyFile(from: string, to: string): Promise<{ bytes: number; sha256: string }> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  let bytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  await pipeline(createReadStream(from), count, createWriteStream(to, { mode: 0o600, flush: true }))
  return { bytes, sha256: hash.digest('hex') }
}

/** What stands in a folder, but for what `leaveOut` says; every file is read. */
export async function digestTree(
  root: string,
  leaveOut: (path: string) => boolean,
): Promise<{ folders: Folder[]; files: CopiedFile[] }> {
  const folders: Folder[] = []
  const files: CopiedFile[] = []
  for await (const { path, kind } of entriesOf(root, '', leaveOut)) {
    const { mode, size: bytes } = await stat(join(root, path))
    if (kind === 'folder') folders.push({ path, mode: mode & 0o7777 })
    else {
      const hash = createHash('sha256')
      for await (const chunk of createReadStream(join(root, path))) hash.update(chunk as Buffer)
      files.push({ path, bytes, mode: mode & 0o7777, sha256: hash.digest('hex') })
    }
  }
  return { folders, files }
}

/** Puts the files of a backup where they belong; a digest that differs throws by `damaged` before anything is used. */
export async function putBack(
  from: string,
  to: string,
  manifest: BackupManifest,
  damaged: (path: string) => Error,
): Promise<void> {
  for (const { path } of manifest.folders) await mkdir(join(to, path), { recursive: true, mode: 0o700 })
  for (const { path, bytes, sha256, mode } of manifest.files) {
    const copied = await copyFile(join(from, path), join(to, path)).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === 'ENOENT' ? damaged(path) : cause
    })
    if (copied.bytes !== bytes || copied.sha256 !== sha256) throw damaged(path)
    await chmod(join(to, path), mode)
  }
  const now = new Date()
  for (const { path, mode } of manifest.folders) {
    await chmod(join(to, path), mode)
    await utimes(join(to, path), now, now)
  }
}

async function* entriesOf(
  root: string,
  below: string,
  leaveOut: (path: string) => boolean,
): AsyncGenerator<{ path: string; kind: 'folder' | 'file' }> {
  const entries = (await readdir(join(root, below), { withFileTypes: true }).catch(ignoreMissing)) ?? []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (leaveOut(path)) continue
    if (entry.isDirectory()) {
      yield { path, kind: 'folder' }
      yield* entriesOf(root, path, leaveOut)
    } else if (entry.isFile()) yield { path, kind: 'file' }
  }
}

// While the instance still works, files come and go under the first pass; the second, with it stopped, sees what remains.
function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
