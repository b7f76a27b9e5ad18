import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { identityMigrations } from '@mingzheng/identity'
import { Failure, isRefusal, issueCertificateNumber, parseProvinceCode, systemClock, toHex } from '@mingzheng/kernel'
import { inlineEngine } from '@mingzheng/proof'
import type { Database } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import type { CaptureResult } from '../capture/capture-result.ts'
import type { FixItem, FixParts } from '../fix/fix-manifest.ts'
import { listEvidence } from '../register/list.ts'
import { evidenceMigrations } from '../register/migrations.ts'
import { findEvidence, listEvents } from '../register/rows.ts'
import type { EvidenceTables } from '../register/schema.ts'
import { type CaptureRow, findCapture, insertCaptures } from './capture-rows.ts'
import { type CaptureService, createCaptureService } from './capture-service.ts'
import { fixAgain } from './failed-fixing.ts'

const nothing = { source: '', offsetMs: null, uncertaintyMs: null }
const order = {
  organisationId: 'org',
  unit: null,
  user: { id: 'u', name: '李明', cardNumber: null },
  secondOfficer: null,
  cause: '',
  caseReference: '',
  witness: '',
  recaptureOf: null,
  allowPrivate: false,
}

/** What a finished capture left in its work folder: fixing goes on from here without a browser. */
function resultOf(file: string): CaptureResult {
  return {
    complete: true,
    reason: null,
    startedAt: Date.now() - 1000,
    endedAt: Date.now(),
    clock: { before: nothing, after: nothing, source: '' },
    pages: [
      {
        url: 'https://example.com/',
        finalUrl: 'https://example.com/',
        title: 'A page',
        status: 200,
        picture: null,
        viewports: [],
        print: null,
        snapshot: null,
        text: null,
      },
    ],
    files: [{ path: 'data/page.txt', mediaType: 'text/plain', role: 'text', file }],
    network: { ownAddresses: [], proxy: null, serverAddresses: [], dns: [], tls: [] },
    environment: null,
    actionLog: null,
    anomalies: [],
    tools: [{ name: 'mingzheng', version: '0', sha256: null }],
    entrySteps: [],
    traffic: { requests: 1, responses: 1, networkBytes: 1 },
  }
}

describe('evidence whose fixing fails for good', () => {
  let folder: string
  let database: Database<EvidenceTables>
  let captures: CaptureService
  let row: CaptureRow
  let sent: FixItem[]
  let refusal: Failure
  let numbers = 0

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-failed-'))
    database = await testDatabase<EvidenceTables>(identityMigrations, evidenceMigrations)
    const never = () => assert.fail('nothing but the ledger is asked')
    captures = createCaptureService({
      db: database.system,
      clock: systemClock,
      folder,
      browser: never,
      engine: inlineEngine,
      fix: {
        clock: systemClock,
        stamp: async () => new Uint8Array([1]),
        async fix(item: FixItem) {
          sent.push(item)
          throw refusal
        },
      } as unknown as FixParts,
      demoDestination: () => false,
      organisationName: async () => '示例局',
      nextNumber: async () => issueCertificateNumber(new Uint8Array(32), parseProvinceCode('330000'), 2026, ++numbers),
      blobKey: (number) => `packages/${number}`,
      recordAttempt: () => undefined,
      parentsOf: async () => [],
      onError: () => undefined,
    })
  })
  after(async () => {
    await captures?.stop()
    await database?.close()
    await rm(folder, { recursive: true, force: true })
  })

  beforeEach(async () => {
    sent = []
    refusal = new Failure('ledger-item-refused', 'not permitted', { remedy: 'permit it' })
    const { rows } = await insertCaptures(database.system, systemClock, order, [['https://example.com/']])
    row = rows[0]!
    const work = join(folder, row.id)
    await mkdir(work)
    await writeFile(join(work, 'page.txt'), 'what was seen')
    await writeFile(join(work, 'result.json'), JSON.stringify(resultOf(join(work, 'page.txt'))))
    await captures.run(row.id)
  })

  const again = (number: string) =>
    database.system.transaction().execute((tx) => fixAgain(tx, number, { name: '王芳', at: new Date() }))
  const numberOf = async () =>
    (await database.system
      .selectFrom('evidence')
      .select('number')
      .where('capture_id', '=', row.id)
      .executeTakeFirstOrThrow())!.number
  const listed = async (state: 'failed' | 'fixing') => {
    const reader = { people: database.system, system: database.system, scope: { organisationId: 'org', unitIds: '*' } }
    const page = await listEvidence(reader as Parameters<typeof listEvidence>[0], { state }, { limit: 50 })
    assert.ok(!isRefusal(page))
    return page.rows.map(({ number }) => number)
  }

  test('is kept under its number, listed as failed, with the reason and the remedy', async () => {
    const number = await numberOf()
    const kept = await findEvidence(database.system, number)
    assert.equal(kept?.state, 'failed')
    assert.deepEqual(kept.problem, { code: 'ledger-item-refused', detail: 'not permitted', remedy: 'permit it' })
    assert.ok((await listed('failed')).includes(number))
    assert.ok(!(await listed('fixing')).includes(number))
    const events = await listEvents(database.system, number)
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['requested', 'captured', 'failed'],
    )
    assert.equal((await findCapture(database.system, row.id))?.state, 'failed')
  })

  test('is fixed again when somebody asks: the same number and manifest, another item than the one refused', async () => {
    const number = await numberOf()
    const asked = await again(number)
    assert.ok(!isRefusal(asked))
    assert.deepEqual([asked.id, asked.state, asked.runs, asked.problem], [row.id, 'fixing', 2, null])
    assert.equal((await findEvidence(database.system, number))?.state, 'fixing')
    await captures.run(row.id)
    assert.equal(await numberOf(), number)
    assert.equal(sent.length, 2)
    assert.deepEqual(sent[0]!.number, sent[1]!.number)
    assert.notEqual(toHex(sent[0]!.id), toHex(sent[1]!.id))
  })

  test('keeps its item where it was not the ledger that failed', async () => {
    await again(await numberOf())
    refusal = new Failure('typeset-failed', 'injected')
    await captures.run(row.id)
    await again(await numberOf())
    await captures.run(row.id)
    assert.equal(sent.length, 3)
    assert.deepEqual(sent[1]!.id, sent[2]!.id)
  })

  test('is not asked for twice, nor where nothing failed', async () => {
    const number = await numberOf()
    const [first, second] = await Promise.all([again(number), again(number)])
    assert.deepEqual([first, second].map(isRefusal).sort(), [false, true])
    const refused = await again('MZ-330000-2026-99999999-0000000000000000')
    assert.ok(isRefusal(refused))
    assert.equal(refused.code, 'not-failed')
  })
})
