/**
 * What an installation keeps outside its folder: a database of its own address, packages in an S3 bucket. For a backup it is
 * brought into the copy of the folder; after a restore it goes where the deployment then says, which may be the folder.
 */
import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { evidenceMigrations } from '@mingzheng/evidence'
import { identityMigrations } from '@mingzheng/identity'
import { type Clock, equalBytes, Failure } from '@mingzheng/kernel'
import { monitoringMigrations } from '@mingzheng/monitoring'
import { inlineEngine } from '@mingzheng/proof'
import {
  type BlobStore,
  dumpDatabase,
  loadDatabase,
  openBlobs,
  openDatabase,
  storageMigrations,
} from '@mingzheng/storage'

export interface Outside {
  databaseUrl: string | null
  blobsUrl: string | null
  clock: Clock
}

const DUMP = 'database.jsonl'
const COPIES_AT_ONCE = 4

/** Copies blobs that `folder` does not have yet, with their locks and holds; nothing when they do not lie outside. */
export async function takeBlobs({ blobsUrl, clock }: Outside, folder: string): Promise<void> {
  if (blobsUrl === null) return
  const [from, to] = [await openBlobs({ url: blobsUrl, folder: '', clock }), await folderBlobs(folder, clock)]
  await copyBlobs(from, to)
}

/** Dumps the database into `folder`; nothing when it does not lie outside. The server must stand still. */
export async function takeDatabase({ databaseUrl }: Outside, folder: string): Promise<void> {
  if (databaseUrl === null) return
  const database = await openDatabase({ source: { url: databaseUrl }, poolSize: 2 })
  try {
    await dumpDatabase(database.system, join(folder, DUMP))
  } finally {
    await database.close()
  }
}

/**
 * Gives database and blobs of a data folder that was put back to where they are to be. Nothing is overwritten: a used database is
 * refused, and a blob that is there must be the same.
 */
export async function putOutside(outside: Outside, folder: string): Promise<void> {
  await putBlobs(outside, folder)
  // Last, since only an empty database is filled: whatever fails before may be tried again.
  await putDatabase(outside, folder)
}

async function putBlobs({ blobsUrl, clock }: Outside, folder: string): Promise<void> {
  if (blobsUrl === null || !(await isThere(join(folder, 'blobs')))) return
  const [from, to] = [await folderBlobs(folder, clock), await openBlobs({ url: blobsUrl, folder: '', clock })]
  await copyBlobs(from, to)
  await rm(join(folder, 'blobs'), { recursive: true })
}

async function putDatabase({ databaseUrl }: Outside, folder: string): Promise<void> {
  const dump = join(folder, DUMP)
  const embedded = { folder: join(folder, 'postgres') }
  const isDumped = await isThere(dump)
  if (!isDumped) {
    if (databaseUrl === null || !(await isThere(embedded.folder))) return
    const own = await openDatabase({ source: embedded, poolSize: 2 })
    try {
      await dumpDatabase(own.system, dump)
    } finally {
      await own.close()
    }
  }
  const source = databaseUrl === null ? embedded : { url: databaseUrl }
  const database = await openDatabase({ source, poolSize: 2 })
  try {
    const steps = [storageMigrations, identityMigrations, evidenceMigrations, monitoringMigrations]
    await loadDatabase(database.system, dump, ...steps)
  } finally {
    await database.close()
  }
  await rm(dump)
  if (databaseUrl !== null) await rm(embedded.folder, { recursive: true, force: true })
}

function folderBlobs(folder: string, clock: Clock): Promise<BlobStore> {
  return openBlobs({ url: null, folder: join(folder, 'blobs'), clock })
}

async function copyBlobs(from: BlobStore, to: BlobStore): Promise<void> {
  try {
    const list = from.list('')[Symbol.asyncIterator]()
    const work = async () => {
      for (let next = await list.next(); !next.done; next = await list.next()) await copyBlob(from, to, next.value)
    }
    await Promise.all(Array.from({ length: COPIES_AT_ONCE }, work))
  } finally {
    await from.close()
    await to.close()
  }
}

/** Written once means: the same key in both stores is the same blob, unless somebody else wrote there. */
async function copyBlob(from: BlobStore, to: BlobStore, { key, bytes }: { key: string; bytes: number }): Promise<void> {
  const there = await to.stat(key)
  if (there === null) await to.put(key, await from.open(key), { bytes })
  else if (!(await isSame(from, to, key))) {
    throw new Failure('blob-differs', `another blob stands at ${key}`, {
      field: key,
      remedy: 'name an empty bucket or folder: nothing is overwritten',
    })
  }
  const until = await from.lockedUntil(key)
  if (until !== null) await to.lock(key, until)
  if (await from.isHeld(key)) await to.setHold(key, true)
}

async function isSame(from: BlobStore, to: BlobStore, key: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all([from, to].map(async (store) => inlineEngine.digest(await store.open(key))))
  return equalBytes(ours!.sha256, theirs!.sha256)
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
