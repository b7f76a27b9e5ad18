import { execFile } from 'node:child_process'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { type Clock, Failure, utcText } from '@mingzheng/kernel'
import { z } from 'zod'
import { BACKUP_DATA, DATABASE_DUMP, writeBackupManifest } from './backup-manifest.ts'
import { type CopiedFile, copyTree } from './copy-tree.ts'

export interface BackupPlan {
  readonly data: string
  readonly target: string
  readonly clock: Clock
  /** `DATABASE_URL` and `BLOBS_URL` are read from it. */
  readonly environment: NodeJS.ProcessEnv
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
  const { data, environment } = plan
  const target = resolve(plan.target)
  await checkFolders(data, target)
  const copy = copyTree(data, join(target, BACKUP_DATA), isLeftOut)
  await copy.update()
  let held: Awaited<ReturnType<typeof copy.update>> = { folders: [], files: [] }
  const external = environment.DATABASE_URL ?? ''
  const since = plan.clock.now()
  await plan.quietly(async () => {
    held = await copy.update()
    if (external !== '') await dumpDatabase(external, join(target, DATABASE_DUMP))
  })
  const stillMs = plan.clock.now() - since
  const files: CopiedFile[] = held.files
  const name = await writeBackupManifest(target, {
    version: 1,
    madeAt: utcText(plan.clock.now()),
    database: external === '' ? 'embedded' : 'dump',
    blobs: (environment.BLOBS_URL ?? '') === '' ? 'folder' : 'external',
    ...held,
  })
  return { name, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), stillMs }
}

// Sockets, tokens and process numbers of a running instance mean nothing elsewhere; a copied PostgreSQL is installed anew.
function isLeftOut(path: string): boolean {
  return (
    path === 'run' ||
    path === 'tools' ||
    /(^|\/)(socket|postgresql-[^/]+|starter\.json|postmaster\.(pid|opts))$/.test(path)
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

function dumpDatabase(url: string, file: string): Promise<void> {
  return new Promise((done, fail) => {
    execFile('pg_dump', ['--format=custom', `--file=${file}`, `--dbname=${url}`], (error) => {
      if (error === null) return done()
      fail(
        new Failure('database-dump-failed', `pg_dump failed: ${error.message.replaceAll(url, 'DATABASE_URL')}`, {
          remedy: 'apt-get install -y postgresql-client',
        }),
      )
    })
  })
}
