/** A platform's custody with real custodians over HTTP: database, store, nodes; the ledger is a stage that all of them share. */
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CustodianMember,
  type CustodyService,
  createCustodyService,
  custodianOverHttp,
  type EvidenceTables,
  evidenceMigrations,
} from '@mingzheng/evidence'
import { custodyContract } from '@mingzheng/evidence/contract'
import { type IdentityTables, identityMigrations } from '@mingzheng/identity'
import {
  type Bytes,
  digest,
  issueCertificateNumber,
  manualClock,
  parseProvinceCode,
  type Signer,
  toHex,
} from '@mingzheng/kernel'
import { ContractStage, testLedgerKeys } from '@mingzheng/ledger/testing'
import { actorOf, newBoxKey } from '@mingzheng/proof'
import { type BlobStore, type Database, openBlobs } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import { type Custodian, openCustodian } from '../../apps/node/src/custody/custodian.ts'
import { custodyRoutes } from '../../apps/node/src/custody/custody-routes.ts'
import { createApp } from '../../apps/node/src/http/app.ts'
import { stageClient } from './stage-client.ts'

export const DAY = 86_400_000
export const START = Date.parse('2026-11-24T08:00:00Z')

export interface TestCustodian {
  id: string
  folder: string
  signer: Signer
  custodian: Custodian
  member: CustodianMember
  /** Ends its program; with `false` its folder stays, and it is there no more until `revive`. */
  stop(): Promise<void>
  revive(): Promise<void>
}

export interface CustodyHouse {
  folder: string
  clock: ReturnType<typeof manualClock>
  stage: ContractStage
  owner: Signer
  db: Database<IdentityTables & EvidenceTables>
  blobs: BlobStore
  service: CustodyService
  custodians: TestCustodian[]
  errors: { code: string; detail: string }[]
  /** Turns of everybody until nothing more happens on the ledger. */
  settle(): Promise<void>
  /** Evidence that was fixed, with these bytes as its package. */
  fixed(bytes: Bytes, as?: string): Promise<{ number: string; blobKey: string }>
  reopenService(): Promise<void>
  close(): Promise<void>
}

const boxKeys = new Map<string, ReturnType<typeof newBoxKey>>()

export async function openCustodyHouse(
  names = ['notary', 'forensic'],
  courts: CustodianMember[] = [],
): Promise<CustodyHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'mz-custody-'))
  const clock = manualClock(START)
  const stage = new ContractStage({ contracts: [custodyContract], time: START })
  const owner = testLedgerKeys('owner').gateway
  const db = await testDatabase<IdentityTables & EvidenceTables>(identityMigrations, evidenceMigrations)
  const blobs = await openBlobs({ url: null, folder: join(folder, 'blobs'), clock })
  const errors: CustodyHouse['errors'] = []
  const note = (error: unknown, detail: string) =>
    void errors.push({ code: (error as { code?: string }).code ?? String(error), detail })
  const custodians: TestCustodian[] = []
  for (const id of names) custodians.push(await testCustodian({ id, folder, stage, clock, note }))

  const makeService = () =>
    createCustodyService({
      db: db.as<EvidenceTables>().system,
      clock,
      ledger: stageClient(stage, owner, clock),
      origin: 'stage',
      courts: () => courts,
      custodians: () => custodians.map(({ member }) => member),
      nodeOf: ({ url }) => custodianOverHttp(url),
      openBlob: async (key) => {
        const info = (await blobs.stat(key))!
        return {
          size: info.bytes,
          async read(offset, length) {
            if (length === 0) return new Uint8Array(0)
            const chunks: Bytes[] = []
            for await (const chunk of await blobs.open(key, { start: offset, end: offset + length - 1 }))
              chunks.push(chunk)
            return new Uint8Array(Buffer.concat(chunks))
          },
        }
      },
      hasBlob: async (key) => (await blobs.stat(key)) !== null,
      storeBlob: async (key, source) => void (await blobs.put(key, source)),
      secret: new Uint8Array(32).fill(7),
      pace: { everyMs: 30 * DAY, windowMs: DAY },
      retentionMs: 365 * DAY,
      onError: note,
    })
  let service = makeService()
  let serial = 0

  return {
    folder,
    clock,
    stage,
    owner,
    db,
    blobs,
    get service() {
      return service
    },
    custodians,
    errors,
    async settle() {
      for (let still = 0; still < 2; ) {
        const before = stage.entries.length
        clock.advance(2_000)
        await service.turn()
        for (const { custodian } of custodians) await custodian.tick().catch(() => undefined)
        still = stage.entries.length === before ? still + 1 : 0
      }
    },
    async fixed(bytes, as) {
      const number = as ?? numberOfTest(++serial)
      const blobKey = `packages/330000/2026/${number}/e1.zip`
      await blobs.put(blobKey, [bytes])
      await insertFixed(db, { number, blobKey, bytes, at: new Date(clock.now()) })
      return { number, blobKey }
    },
    async reopenService() {
      await service.stop()
      service = makeService()
    },
    async close() {
      await service.stop()
      for (const each of custodians) await each.stop()
      await blobs.close()
      await db.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function testCustodian(options: {
  id: string
  folder: string
  stage: ContractStage
  clock: ReturnType<typeof manualClock>
  note: (error: unknown, detail: string) => void
}): Promise<TestCustodian> {
  const { id, stage, clock, note } = options
  const folder = join(options.folder, id)
  const signer = testLedgerKeys(id).gateway
  const actor = actorOf(signer.publicKey)
  const box = boxKeys.get(id) ?? newBoxKey()
  boxKeys.set(id, box)
  let app: ReturnType<typeof createApp>
  let port = 0
  const own: TestCustodian = {
    id,
    folder,
    signer,
    custodian: undefined as never,
    member: undefined as never,
    async stop() {
      await app.close()
      await own.custodian.stop()
    },
    async revive() {
      own.custodian = await openCustodian({
        ledger: stageClient(stage, signer, clock),
        folder,
        actor,
        boxKey: box.privateKey,
        onError: (error) => note(error, id),
      })
      app = createApp()
      custodyRoutes(app, own.custodian)
      await app.listen({ host: '127.0.0.1', port })
      port = (app.server.address() as AddressInfo).port
    },
  }
  await own.revive()
  const name = { zh: id, en: id }
  own.member = { id, name, role: 'notary', actor, boxKey: box.publicKey, url: `http://127.0.0.1:${port}` }
  return own
}

/** A certificate number of the tests' own series. */
export function numberOfTest(serial: number): string {
  return issueCertificateNumber(new Uint8Array(32), parseProvinceCode('330000'), 2026, serial)
}

/** The rows of evidence that was fixed, with these bytes as its package. */
export async function insertFixed(
  db: Database<IdentityTables & EvidenceTables>,
  row: { number: string; blobKey: string; bytes: Bytes; at: Date },
): Promise<void> {
  const { number, at } = row
  const sha256 = toHex(digest('sha256', row.bytes))
  const { system } = db.as<EvidenceTables>()
  await system
    .insertInto('evidence')
    .values({
      number,
      kind: 'web',
      organisation_id: 'organisation',
      unit_id: null,
      officer_id: null,
      officer_name: '王敏',
      officer_card: null,
      unit_name: null,
      title: '示例',
      url: 'http://shop.example/',
      host: 'shop.example',
      cause: '',
      case_reference: '浙市监案〔2026〕1号',
      captured_at: at,
      started_at: at,
      ended_at: at,
      state: 'fixed',
      complete: true,
      demo: true,
      edition: 1,
      bytes: row.bytes.length,
      pages: 1,
      anomalies: 0,
      ledger_index: 0,
      ledger_time: at,
      ledger_state: 'witnessed',
      manifest_sha256: sha256,
      recapture_of: null,
      capture_id: null,
      facts: '{}',
      search: [],
    })
    .execute()
  await system
    .insertInto('evidence_edition')
    .values({
      number,
      edition: 1,
      kind: 'capture',
      organisation_id: 'organisation',
      made_at: at,
      made_by: '王敏',
      detail: '',
      blob_key: row.blobKey,
      bytes: row.bytes.length,
      manifest_sha256: sha256,
      package_sha256: sha256,
      item_id: Buffer.alloc(16),
      ledger_index: 0,
      ledger_time: at,
      files: '[]',
    })
    .execute()
}
