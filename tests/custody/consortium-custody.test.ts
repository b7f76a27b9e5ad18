import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  type CustodyService,
  courtsOf,
  createCustodyService,
  custodianOverHttp,
  custodiansOf,
  type EvidenceTables,
  evidenceMigrations,
} from '@mingzheng/evidence'
import { type IdentityTables, identityMigrations } from '@mingzheng/identity'
import { type Bytes, equalBytes, randomBytes, systemClock } from '@mingzheng/kernel'
import { type BlobStore, type Database, openBlobs } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import { blobAccess } from '../../apps/server/src/blob-source.ts'
import { needs } from '../capability.ts'
import { FiveNodes, until } from '../consortium/five-nodes.ts'
import { insertFixed, numberOfTest } from './house.ts'

const options = needs('cometbft')

/** Through the platform's custody and the very processes that organisations run. */
describe('custody among five nodes', { concurrency: false, ...options }, () => {
  let five: FiveNodes
  let db: Database<IdentityTables & EvidenceTables>
  let blobs: BlobStore
  let service: CustodyService
  const packages: { number: string; key: string; bytes: Bytes }[] = []

  before(async () => {
    if (options.skip !== undefined) return
    five = await FiveNodes.start()
    db = await testDatabase<IdentityTables & EvidenceTables>(identityMigrations, evidenceMigrations)
    blobs = await openBlobs({ url: null, folder: join(five.folder, 'platform'), clock: systemClock })
    const ledger = await five.ledger('regulator')
    service = createCustodyService({
      db: db.as<EvidenceTables>().system,
      clock: systemClock,
      ledger,
      origin: ledger.policy.origin,
      custodians: () => custodiansOf(ledger.policy),
      courts: () => courtsOf(ledger.policy),
      nodeOf: ({ url }) => custodianOverHttp(url),
      openBlob: (key) => blobAccess(blobs, key),
      hasBlob: async (key) => (await blobs.stat(key)) !== null,
      storeBlob: async (key, source) => void (await blobs.put(key, source)),
      secret: randomBytes(32),
      pace: { everyMs: 86_400_000, windowMs: 600_000 },
      retentionMs: 365 * 86_400_000,
      idleMs: 200,
      onError: () => undefined,
    })
    service.start()
    for (const [i, size] of [5_000_000, 70_000].entries()) {
      const bytes = randomBytes(size)
      const number = numberOfTest(i + 1)
      const key = `packages/330000/2026/${number}/e1.zip`
      await blobs.put(key, [bytes])
      await insertFixed(db, { number, blobKey: key, bytes, at: new Date() })
      packages.push({ number, key, bytes })
    }
  })
  after(async () => {
    await service?.stop()
    await blobs?.close()
    await db?.close()
    await five?.end()
  })

  const held = async () =>
    (
      await db.system.selectFrom('custody_holding').select(['id', 'custodian']).where('state', '=', 'held').execute()
    ).map(({ id, custodian }) => ({ id, custodian }))
  const isBack = async ({ key, bytes }: (typeof packages)[number]) => {
    const chunks: Bytes[] = []
    for await (const chunk of await blobs.open(key)) chunks.push(chunk)
    return equalBytes(new Uint8Array(Buffer.concat(chunks)), bytes)
  }

  test('two custodians confirm every package on the ledger that all five keep', options, async () => {
    await until('all are held', async () => (await held()).length === 2 * packages.length)
    const entries = await (await five.ledger('ca')).entries(0, 10_000)
    assert.ok(entries.length > 0)
    assert.deepEqual(new Set((await held()).map(({ custodian }) => custodian)), new Set(['notary', 'forensic']))
  })

  test('each shows on a challenge that it still holds them', options, async () => {
    for (const { id } of await held()) assert.ok(await service.challengeNow(id))
    const proved = () =>
      db.system.selectFrom('custody_holding').select('proved_at').where('proved_at', 'is not', null).execute()
    await until('all are proved', async () => (await proved()).length === 2 * packages.length)
  })

  test(
    'the platform’s packages and all of one custodian’s data destroyed together: all is restored from the others',
    options,
    async () => {
      await five.halt('notary', 'SIGKILL')
      for (const part of ['custody', 'ledger', 'comet']) {
        await rm(join(five.home('notary'), part), { recursive: true })
      }
      for (const { key } of packages) await blobs.remove(key)
      assert.equal(await service.restoreMissing(), packages.length)
      await five.start('notary')
      await until('the platform has them again', async () => {
        for (const one of packages) if (!(await isBack(one))) return false
        return true
      })
      await until('the notary holds them again', async () => {
        const lost = await db.system.selectFrom('custody_holding').select('id').where('state', '=', 'lost').execute()
        return lost.length === packages.length && (await held()).length === 2 * packages.length
      })
      await until('the notary’s log is that of the others', async () => {
        const ledger = await five.client('regulator')
        const { size } = await ledger.status()
        return (await ledger.members(size)).every((member) => member.agrees === true && member.size === size)
      })
    },
  )
})
