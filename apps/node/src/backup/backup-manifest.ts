/** `backup.json` of a member's backup: every file with its digest, and what the ledger in it was proved to hold. docs/formats/member-backup.md */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'

export const MANIFEST = 'backup.json'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const natural = z.number().int().min(0)
const schema = z.strictObject({
  version: z.literal(1),
  member: z.string(),
  origin: z.string(),
  /** UTC. */
  at: z.string(),
  height: natural,
  size: natural,
  witnessedSize: natural,
  root: hex,
  rootSm3: hex,
  state: hex,
  files: z.array(z.strictObject({ path: z.string(), bytes: natural, sha256: hex })),
})

export type BackupManifest = z.infer<typeof schema>
export type BackupFile = BackupManifest['files'][number]

/** Every file below a folder, by its path with `/`, sorted; the manifest itself is not one of them. */
export async function filesBelow(folder: string): Promise<BackupFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files: BackupFile[] = []
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')
    if (path !== MANIFEST) files.push({ path, ...(await digestOf(join(folder, path))) })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Reads the manifest and compares every file. Throws `backup-broken` with the first path that is not as it says. */
export async function readWholeBackup(folder: string): Promise<BackupManifest> {
  let manifest: BackupManifest
  try {
    manifest = schema.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')))
  } catch (cause) {
    throw broken(`${folder} is no whole backup of a member: ${(cause as Error).message}`, MANIFEST, cause)
  }
  const there = new Map((await filesBelow(folder)).map((file) => [file.path, file]))
  for (const { path, bytes, sha256 } of manifest.files) {
    const file = there.get(path)
    if (file === undefined) throw broken(`${path} is missing`, path)
    if (file.bytes !== bytes || file.sha256 !== sha256) throw broken(`${path} is not what was backed up`, path)
    there.delete(path)
  }
  const [more] = there.keys()
  if (more !== undefined) throw broken(`${more} was not backed up`, more)
  return manifest
}

function broken(message: string, field: string, cause?: unknown): Failure {
  return new Failure('backup-broken', message, { field, remedy: 'take another backup', cause })
}

async function digestOf(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}
