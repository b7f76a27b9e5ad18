import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Failure, manualClock, randomBytes, toHex } from '@mingzheng/kernel'
import { sql } from 'kysely'
import { openFolderStore } from './blob/folder-store.ts'
import { type Database, openDatabase } from './database.ts'
import { openSmallDisk, type SmallDisk } from './small-disk.ts'

const MIB = 1024 * 1024
const probe = openSmallDisk(MIB)
probe?.remove()
const mountable = probe === null ? { skip: 'mounting a small disk needs root' } : {}

async function onDisk(bytes: number, body: (disk: SmallDisk) => Promise<void>): Promise<void> {
  const disk = openSmallDisk(bytes)
  assert.ok(disk !== null)
  try {
    await body(disk)
  } finally {
    disk.remove()
  }
}

/** Writes until `enough` writes in a row have failed. Answers what was acknowledged, and the codes met. */
async function writeUntilFailing(db: Database<unknown>, write: (n: number) => Promise<unknown>, enough: number) {
  const acknowledged: number[] = []
  const codes = new Set<string>()
  for (let n = 1, failed = 0; failed < enough && n < 20_000; n++) {
    try {
      await write(n)
      acknowledged.push(n)
      failed = 0
    } catch (error) {
      codes.add((error as Failure).code)
      failed++
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return { acknowledged, codes, db }
}

async function untilWritten(write: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < 300; i++) {
    try {
      await write()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  assert.fail('writing never resumed')
}

describe('a full disk', mountable, () => {
  test('under the database is named, loses nothing acknowledged, and writing resumes by itself', () =>
    onDisk(160 * MIB, async (disk) => {
      const db = await openDatabase<unknown>({ source: { folder: `${disk.folder}/db` }, settings: { fsync: 'off' } })
      await sql`create table a (n int primary key, t text)`.execute(db.system)
      disk.fill(4 * MIB)
      const write = (n: number) => sql`insert into a values (${n}, ${toHex(randomBytes(20_000))})`.execute(db.system)
      const { acknowledged, codes } = await writeUntilFailing(db, write, 5)
      assert.ok(codes.size > 0)
      for (const code of codes) assert.match(code, /^database-(disk-full|unavailable)$/)
      disk.empty()
      await untilWritten(() => sql`insert into a values (1000000, '')`.execute(db.system))
      const { rows } = await sql<{ n: number }>`select n from a order by n`.execute(db.system)
      const kept = new Set(rows.map((row) => row.n))
      assert.deepEqual(
        acknowledged.filter((n) => !kept.has(n)),
        [],
      )
      await db.close()
    }))

  test('that leaves no room for the journal stops the database, which comes back with everything', () =>
    onDisk(160 * MIB, async (disk) => {
      const settings = { fsync: 'off', max_wal_size: '32MB', min_wal_size: '32MB', wal_recycle: 'off' }
      const db = await openDatabase<unknown>({ source: { folder: `${disk.folder}/db` }, settings })
      await sql`create table a (n int primary key, t text)`.execute(db.system)
      await sql`insert into a values (0, '')`.execute(db.system)
      disk.fill(1 * MIB)
      // One row over and over: the table hardly grows, the journal does.
      const write = (n: number) =>
        sql`update a set n = ${n}, t = ${toHex(randomBytes(900))} where n = ${n - 1}`.execute(db.system)
      let last = 0
      const codes = new Set<string>()
      for (let failed = 0; failed < 3 && last < 30_000; ) {
        try {
          const done = await write(last + 1)
          if (done.numAffectedRows === 1n) last++
          failed = 0
        } catch (error) {
          codes.add((error as Failure).code)
          failed++
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }
      for (const code of codes) assert.match(code, /^database-(disk-full|unavailable)$/)
      assert.ok(codes.size > 0)
      disk.empty()
      await untilWritten(() => sql`insert into a values (1000000, '')`.execute(db.system))
      const { rows } = await sql<{ n: number }>`select max(n) as n from a where n < 1000000`.execute(db.system)
      // The write that failed may have happened: it was not acknowledged, nor may it be missed.
      assert.ok(rows[0]!.n === last || rows[0]!.n === last + 1)
      await db.close()
    }))

  test('under the blobs is named, keeps no half-written file, and the same put succeeds when there is room', () =>
    onDisk(8 * MIB, async (disk) => {
      const store = await openFolderStore({ folder: `${disk.folder}/blobs`, clock: manualClock(0) })
      await store.put('kept', [randomBytes(MIB)])
      disk.fill(MIB)
      const big = Array.from({ length: 4 }, () => randomBytes(MIB))
      await assert.rejects(store.put('big', big), (error: Failure) => error.code === 'blob-storage-full')
      assert.equal(await store.stat('big'), null)
      disk.empty()
      await store.put('big', big)
      assert.equal((await store.stat('kept'))!.bytes, MIB)
    }))
})

describe('a read-only disk', mountable, () => {
  test('under the blobs is named, still reads, and is written again when it can be', () =>
    onDisk(8 * MIB, async (disk) => {
      const store = await openFolderStore({ folder: `${disk.folder}/blobs`, clock: manualClock(0) })
      await store.put('kept', [randomBytes(10)])
      disk.readOnly(true)
      await assert.rejects(
        store.put('new', [randomBytes(10)]),
        (error: Failure) => error.code === 'blob-storage-read-only',
      )
      assert.equal((await store.stat('kept'))!.bytes, 10)
      disk.readOnly(false)
      await store.put('new', [randomBytes(10)])
    }))
})
