import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJson, digest, encodeJson, Failure, type JsonValue, toHex } from '@mingzheng/kernel'
import { z } from 'zod'

const mode = z.number().int().min(0).max(0o7777)
const path = z
  .string()
  .min(1)
  .refine(
    (text) => !text.startsWith('/') && !text.includes('\\') && text.split('/').every((part) => !/^\.{0,2}$/.test(part)),
  )

const backupSchema = z.strictObject({
  version: z.literal(1),
  /** RFC 3339, UTC. */
  madeAt: z.iso.datetime(),
  /** `embedded`: its cluster is among the files; `dump`: the dump of an external one is. */
  database: z.enum(['embedded', 'dump']),
  /** `folder`: packages are among the files, wherever they lay; `external`: they were left in the bucket. */
  blobs: z.enum(['folder', 'external']),
  folders: z.array(z.strictObject({ path, mode })),
  files: z.array(
    z.strictObject({ path, bytes: z.number().int().min(0), mode, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
})

/** What a backup holds, file by file; docs/formats/backup.md. */
export type BackupManifest = z.infer<typeof backupSchema>

export const BACKUP_MANIFEST = 'backup.json'
/** Folder of a backup in which the data folder's files lie. */
export const BACKUP_DATA = 'data'
/** The dump of an external database, among the data folder's files. */
export const DATABASE_DUMP = 'database.jsonl'

/** Writes the manifest, the last file of a backup; answers its SHA-256, by which a backup can be named. */
export async function writeBackupManifest(folder: string, manifest: BackupManifest): Promise<string> {
  const bytes = encodeJson(manifest as unknown as JsonValue)
  await writeFile(join(folder, BACKUP_MANIFEST), bytes, { mode: 0o600, flush: true })
  return toHex(digest('sha256', bytes))
}

/** Reads a backup's manifest; throws `backup-unfinished` where there is none and `backup-damaged` where it is not one. */
export async function readBackupManifest(folder: string): Promise<BackupManifest> {
  const bytes = await readFile(join(folder, BACKUP_MANIFEST)).catch((cause: unknown) => {
    throw new Failure('backup-unfinished', `${folder} holds no finished backup`, { field: 'FOLDER', cause })
  })
  try {
    return backupSchema.parse(decodeJson(bytes))
  } catch (cause) {
    throw new Failure('backup-damaged', `${join(folder, BACKUP_MANIFEST)} is not a backup's manifest`, { cause })
  }
}
