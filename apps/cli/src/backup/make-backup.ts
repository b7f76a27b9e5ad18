import { mkdir, readdir, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { type Clock, Failure, utcText } from '@mingzheng/kernel'
import { z } from 'zod'
import { BACKUP_DATA, DATABASE_DUMP, writeBackupManifest } from './backup-manifest.ts'
import { copyTree, digestTree } from './copy-tree.ts'
import type { OutsideProgram } from './outside-program.ts'

export interface BackupPlan {
  readonly data: string
  readonly target: string
  readonly clock: Clock
  /** `DATABASE_URL` and `BLOBS_URL` are read from it. */
  readonly environment: NodeJS.ProcessEnv
  /** Brings what they name into the copy. */
  readonly outside: OutsideProgram
  /** Leaves the packages of `BLOBS_URL` where they are: for whoever copies the bucket by its own means. */
  readonly withoutBucket: boolean
  /** Runs `work` while nothing changes the data: with the server stopped in order. */
  quietly(work: () => Promise<void>): Promise<void>
}

export const backupDoneSchema = z.object({
  /** SHA-256 of the manifest: the backup's name. */
  name: z.string(),
  files: z.number(),
  bytes: z.number(),
  /** How long the instance did not answer, its stop and start included, in milliseconds. */
  stillMs: z.number(),
})
export type BackupDone = z.infer<typeof backupDoneSchema>

/**
 * Copies a data folder: most of it while the instance works, what changed since while it stands still. A backup without its
 * manifest is not finished. It holds the keys: whoever has it can sign for the installation.
 */
export async function makeBackup(plan: BackupPlan): Promise<BackupDone> {
  const { data, environment, outside } = plan
  const target = resolve(plan.target)
  await checkFolders(data, target)
  const copied = join(target, BACKUP_DATA)
  const elsewhere = {
    database: (environment.DATABASE_URL ?? '') !== '',
    blobs: (environment.BLOBS_URL ?? '') !== '',
  }
  const takesBlobs = elsewhere.blobs && !plan.withoutBucket
  const copy = copyTree(data, copied, (path) => isLeftOut(path, elsewhere))
  await copy.update()
  if (takesBlobs) await outside('take-blobs', copied)
  let held: Awaited<ReturnType<typeof copy.update>> = { folders: [], files: [] }
  const since = plan.clock.now()
  await plan.quietly(async () => {
    held = await copy.update()
    if (elsewhere.database) await outside('take-database', copied)
    if (takesBlobs) await outside('take-blobs', copied)
  })
  const stillMs = plan.clock.now() - since
  // What another program wrote is read back: the manifest names what truly stands in the copy.
  const brought = await digestTree(copied, (path) => !isBrought(path, elsewhere))
  const folders = [...held.folders, ...brought.folders]
  const files = [...held.files, ...brought.files]
  const name = await writeBackupManifest(target, {
    version: 1,
    madeAt: utcText(plan.clock.now()),
    database: elsewhere.database ? 'dump' : 'embedded',
    blobs: elsewhere.blobs && !takesBlobs ? 'external' : 'folder',
    folders,
    files,
  })
  return { name, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), stillMs }
}

interface Elsewhere {
  readonly database: boolean
  readonly blobs: boolean
}

// Sockets, tokens and process numbers of a running instance mean nothing elsewhere; a copied PostgreSQL is installed anew. What a
// deployment left behind when it moved its database or packages elsewhere is not what it works with.
function isLeftOut(path: string, elsewhere: Elsewhere): boolean {
  return (
    path === 'run' ||
    path === 'tools' ||
    (path === 'postgres' && elsewhere.database) ||
    isBrought(path, elsewhere) ||
    /(^|\/)(socket|postgresql-[^/]+|starter\.json|postmaster\.(pid|opts))$/.test(path)
  )
}

function isBrought(path: string, elsewhere: Elsewhere): boolean {
  return (
    (elsewhere.database && path === DATABASE_DUMP) ||
    (elsewhere.blobs && (path === 'blobs' || path.startsWith('blobs/')))
  )
}

/** Throws `data-missing` where there is no installation to copy. */
export async function requireData(data: string): Promise<void> {
  if ((await stat(data).catch(() => null)) !== null) return
  throw new Failure('data-missing', `there is no data folder ${data}`, { field: '--data', remedy: './mingzheng up' })
}

async function checkFolders(data: string, target: string): Promise<void> {
  await requireData(data)
  if (`${target}${sep}`.startsWith(`${resolve(data)}${sep}`)) {
    throw new Failure('backup-inside-data', 'a backup inside the data would be lost with it', { field: 'FOLDER' })
  }
  await mkdir(target, { recursive: true, mode: 0o700 })
  if ((await readdir(target)).length > 0) {
    throw new Failure('backup-target-used', `${target} is not empty`, { field: 'FOLDER', remedy: 'name a new folder' })
  }
}
