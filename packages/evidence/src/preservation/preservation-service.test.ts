import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { identityMigrations } from '@mingzheng/identity'
import {
  type Bytes,
  Failure,
  isRefusal,
  issueCertificateNumber,
  parseProvinceCode,
  refuse,
  systemClock,
  toHex,
} from '@mingzheng/kernel'
import type { LedgerClient, LedgerItem, Standing } from '@mingzheng/ledger'
import type { Database } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import type { FixParts } from '../fix/fix-manifest.ts'
import { evidenceMigrations } from '../register/migrations.ts'
import type { EvidenceTables } from '../register/schema.ts'
import {
  createPreservationService,
  FIXED_CHANNEL,
  findPreservation,
  type PreservationService,
} from './preservation-service.ts'
import { addWebhook } from './webhook.ts'

const OWNER = { organisationId: 'org', organisation: '示例局', apiKeyId: 'key' }

/** How the ledger refuses an item: before it is held, or when its block is executed. */
type How = 'at once' | 'later'

describe('preservations that the ledger refuses', () => {
  let database: Database<EvidenceTables>
  let service: PreservationService
  let refused: Map<string, How>
  let sent: LedgerItem[]
  let index = 0
  let numbers = 0
  const permit = () => refuse('not-permitted', 'the key has no permission')

  before(async () => {
    database = await testDatabase<EvidenceTables>(identityMigrations, evidenceMigrations)
    await addWebhook(database.system, systemClock, new Uint8Array(32), 'org', 'https://receiver.example/')
    const at = (id: Bytes): Standing => ({ kind: 'witnessed', id, index: index++, time: Date.now(), size: index })
    const ledger = {
      async submit(items: readonly LedgerItem[]) {
        sent.push(...items)
        return items.map(({ id }): Standing => {
          const how = refused.get(toHex(id))
          return how === 'at once' ? { kind: 'refused', id, refusal: permit() as never } : { kind: 'accepted', id }
        })
      },
      async wait(id: Bytes) {
        const how = refused.get(toHex(id))
        // As the gateway answers: what it refused at once it does not know.
        if (how === 'at once') throw new Failure('ledger-not-found', 'no such item')
        if (how === 'later') throw new Failure('ledger-item-refused', 'contract-refused: injected')
        return at(id)
      },
    } as unknown as LedgerClient
    service = createPreservationService({
      db: database.system,
      clock: systemClock,
      folder: '',
      ledger,
      fix: { stamp: async () => new Uint8Array([1]), retentionMs: 1000 } as unknown as FixParts,
      tool: { name: 'mingzheng', version: '0', sha256: null },
      demo: false,
      nextNumber: async () => issueCertificateNumber(new Uint8Array(32), parseProvinceCode('330000'), 2026, ++numbers),
      openBlob: () => assert.fail('nothing is packed'),
      blobKey: (number) => `packages/${number}`,
      onError: () => undefined,
    })
    service.start()
  })
  after(async () => {
    await service?.stop()
    await database?.close()
  })
  beforeEach(() => {
    refused = new Map()
    sent = []
  })

  const accept = (count: number) =>
    database.system.transaction().execute((tx) =>
      service.accept(
        tx,
        OWNER,
        Array.from({ length: count }, () => ({
          sha256: 'ab'.repeat(32),
          sm3: null,
          title: '',
          reference: '',
          bytes: null,
          mediaType: null,
        })),
      ),
    )
  const read = async (id: string) => (await findPreservation(database.system, id))!
  const told = async (id: string) =>
    (
      await database.system
        .selectFrom('outbox' as never)
        .selectAll()
        .execute()
    )
      .map((item) => item as { channel: string; payload: { preservation: string; event: string } })
      .filter(({ channel, payload }) => channel === FIXED_CHANNEL && payload.preservation === id)
      .map(({ payload }) => payload.event)
  const settled = async (ids: readonly string[]) => {
    service.nudge()
    for (const id of ids) {
      for (let row = await read(id); row.ledger_index === null && row.problem === null; row = await read(id)) {
        await service.waitFixed(id, 50, new AbortController().signal)
      }
    }
  }

  for (const how of ['at once', 'later'] as const) {
    test(`end with the reason (refused ${how}), are told, and hold up nothing before or behind them`, async () => {
      const rows = await accept(3)
      refused.set(toHex(rows[1]!.item_id), how)
      await settled(rows.map(({ id }) => id))
      const [first, second, third] = await Promise.all(rows.map(({ id }) => read(id)))
      assert.ok(first!.ledger_index !== null && third!.ledger_index !== null)
      assert.deepEqual([second!.ledger_index, second!.problem?.code], [null, 'ledger-item-refused'])
      assert.ok(second!.problem!.remedy !== null)
      assert.deepEqual(await Promise.all(rows.map(({ id }) => told(id))), [['fixed'], ['failed'], ['fixed']])
      const packed = await service.packageOf(second!)
      assert.ok(isRefusal(packed) && packed.code === 'not-fixed-yet')
      // It is not sent again by itself, however much comes behind it.
      const tries = sent.length
      await settled((await accept(1)).map(({ id }) => id))
      assert.equal(sent.length, tries + 1)
    })
  }

  test('are fixed when somebody asks again: the same number and manifest, as another item', async () => {
    const [row] = await accept(1)
    refused.set(toHex(row!.item_id), 'later')
    await settled([row!.id])
    const again = await service.fixAgain(await read(row!.id))
    assert.ok(!isRefusal(again))
    assert.equal(again.problem, null)
    service.nudge()
    await settled([row!.id])
    const done = await read(row!.id)
    assert.ok(done.ledger_index !== null)
    assert.deepEqual([done.number, Buffer.from(done.manifest)], [row!.number, Buffer.from(row!.manifest)])
    assert.equal(sent.length, 2)
    assert.notEqual(toHex(sent[0]!.id), toHex(sent[1]!.id))
    assert.deepEqual(await told(row!.id), ['failed', 'fixed'])
  })

  test('can be asked for once only, and what has not failed cannot', async () => {
    const [failed, fine] = await accept(2)
    refused.set(toHex(failed!.item_id), 'at once')
    await settled([failed!.id, fine!.id])
    const row = await read(failed!.id)
    const both = await Promise.all([service.fixAgain(row), service.fixAgain(row)])
    assert.deepEqual(both.map(isRefusal).sort(), [false, true])
    const refusal = await service.fixAgain(await read(fine!.id))
    assert.ok(isRefusal(refusal) && refusal.code === 'not-failed')
  })
})
