import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { identityMigrations } from '@mingzheng/identity'
import { Failure, issueCertificateNumber, manualClock, parseProvinceCode, utf8 } from '@mingzheng/kernel'
import { type BlobStore, type Database, openBlobs } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import { evidenceMigrations } from '../register/migrations.ts'
import type { EvidenceTables } from '../register/schema.ts'
import { createKeepingService, type KeepingOptions } from './keeping-service.ts'
import { keepBlob } from './kept-blobs.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 10, 24, 8)
const RETENTION = 3653 * DAY

describe('keeping what is fixed', () => {
  let folder: string
  let database: Database<EvidenceTables>
  let blobs: BlobStore
  const clock = manualClock(START)
  let errors: unknown[]
  let serial = 0

  beforeEach(async () => {
    clock.set(START)
    errors = []
    folder = await mkdtemp(join(tmpdir(), 'mz-keeping-'))
    database = await testDatabase<EvidenceTables>(identityMigrations, evidenceMigrations)
    blobs = await openBlobs({ url: null, folder, clock })
  })
  afterEach(async () => {
    await database.close()
    await blobs.close()
    await rm(folder, { recursive: true })
  })

  const keeping = (change: Partial<KeepingOptions> = {}) =>
    createKeepingService({
      db: database.system,
      clock,
      blobs,
      retentionMs: RETENTION,
      idleMs: 5,
      onError: (error) => errors.push(error),
      ...change,
    })
  const newNumber = () =>
    issueCertificateNumber(new Uint8Array(32), parseProvinceCode('330000'), 2026, ++serial) as string
  const enter = (number: string, blobKey: string, countsFrom = START, until = countsFrom + RETENTION) =>
    keepBlob(database.system, { blobKey, number, countsFrom, until, locked: false })
  const put = (key: string) => blobs.put(key, [utf8(key)])
  const until = async (key: string) => blobs.lockedUntil(key)
  const hold = (number: string, id: string, lifted: Date | null = null) =>
    database.system
      .insertInto('custody_legal_hold')
      .values({
        id,
        number,
        organisation_id: 'o',
        reason: 'r',
        placed_at: new Date(clock.now()),
        placed_by: 'p',
        lifted_at: lifted,
        lifted_by: null,
      })
      .execute()

  /** A row of the register, for a hold to lie upon. */
  async function evidence(): Promise<string> {
    const number = newNumber()
    const at = new Date(START)
    const words = { title: '', url: '', host: '', cause: '', case_reference: '', officer_name: '', manifest_sha256: '' }
    const none = { unit_id: null, unit_name: null, officer_id: null, officer_card: null, capture_id: null }
    const sizes = { bytes: 1, pages: 1, anomalies: 0, edition: 1, ledger_index: 1 }
    await database.system
      .insertInto('evidence')
      .values({
        ...words,
        ...none,
        ...sizes,
        number,
        kind: 'web',
        organisation_id: 'o',
        captured_at: at,
        started_at: at,
        ended_at: at,
        state: 'fixed',
        complete: true,
        demo: false,
        ledger_time: at,
        ledger_state: 'witnessed',
        recapture_of: null,
        facts: '{}',
        search: [],
      })
      .execute()
    return number
  }

  test('what is entered is locked until its retention ends, and can be removed no sooner', async () => {
    await put('a')
    await enter(newNumber(), 'a')
    await keeping().turn()
    assert.equal(await until('a'), START + RETENTION)
    clock.set(START + RETENTION - 1)
    await assert.rejects(blobs.remove('a'), { code: 'blob-locked' })
    clock.set(START + RETENTION + 1)
    await blobs.remove('a')
    assert.deepEqual(errors, [])
  })

  test('a later edition keeps the earlier ones as long as itself', async () => {
    const number = newNumber()
    await put('e1')
    await put('e2')
    await enter(number, 'e1')
    const service = keeping()
    await service.turn()
    clock.set(START + 100 * DAY)
    await enter(number, 'e2', START + 100 * DAY)
    await service.turn()
    assert.deepEqual([await until('e1'), await until('e2')], Array(2).fill(START + 100 * DAY + RETENTION))
  })

  test('longer retention reaches what is kept already, shorter retention does not', async () => {
    await put('a')
    await enter(newNumber(), 'a')
    for (const [days, kept] of [
      [4000, 4000],
      [10, 4000],
    ] as const) {
      const service = keeping({ retentionMs: days * DAY })
      service.start()
      for (let i = 0; i < 2000 && (await until('a')) !== START + kept * DAY; i++) await new Promise(setImmediate)
      await service.turn()
      await service.stop()
      assert.equal(await until('a'), START + kept * DAY)
    }
  })

  test('a store that is away is told later, and what is behind in the queue does not wait for it', async () => {
    await put('a')
    await put('b')
    await enter(newNumber(), 'a')
    await enter(newNumber(), 'b')
    let away = true
    const service = keeping({
      blobs: {
        setHold: blobs.setHold,
        async lock(key, at) {
          if (away && key === 'a') throw new Failure('blob-storage-failed', 'injected')
          return blobs.lock(key, at)
        },
      },
    })
    await service.turn()
    assert.deepEqual([await until('a'), await until('b')], [null, START + RETENTION])
    const [row] = await database.system.selectFrom('kept_blob').selectAll().where('blob_key', '=', 'a').execute()
    assert.deepEqual([row!.problem, row!.attempts, errors.length], ['blob-storage-failed', 1, 1])
    away = false
    await service.turn()
    assert.equal(await until('a'), null, 'it rests first')
    clock.advance(DAY)
    await service.turn()
    assert.equal(await until('a'), START + RETENTION)
  })

  test('a legal hold lies on every edition in the store until the last is lifted, beyond retention too', async () => {
    const number = await evidence()
    const other = await evidence()
    for (const key of ['e1', 'e2', 'other']) await put(key)
    await enter(number, 'e1')
    await enter(number, 'e2')
    await enter(other, 'other')
    await hold(number, 'one')
    await hold(number, 'two')
    await hold(other, 'past', new Date(START))
    const service = keeping()
    await service.turn()
    assert.deepEqual(await Promise.all(['e1', 'e2', 'other'].map(blobs.isHeld)), [true, true, false])
    const lift = (id: string) =>
      database.system
        .updateTable('custody_legal_hold')
        .set({ lifted_at: new Date(clock.now()) })
        .where('id', '=', id)
        .execute()
    await lift('one')
    clock.set(START + RETENTION + DAY)
    await service.turn()
    await assert.rejects(blobs.remove('e1'), { code: 'blob-locked' })
    await lift('two')
    await service.turn()
    await blobs.remove('e1')
  })

  test('a package that was lost and put anew is locked and held as before', async () => {
    const number = await evidence()
    await put('a')
    await enter(number, 'a')
    await hold(number, 'one')
    const service = keeping()
    await service.turn()
    await rm(folder, { recursive: true })
    await blobs.close()
    blobs = await openBlobs({ url: null, folder, clock })
    await put('a')
    assert.equal(await until('a'), null)
    const anew = keeping()
    await anew.again('a')
    assert.deepEqual([await until('a'), await blobs.isHeld('a')], [START + RETENTION, true])
  })
})
