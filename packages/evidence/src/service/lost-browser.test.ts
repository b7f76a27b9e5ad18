import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { identityMigrations } from '@mingzheng/identity'
import { Failure, issueCertificateNumber, parseProvinceCode, systemClock } from '@mingzheng/kernel'
import { inlineEngine } from '@mingzheng/proof'
import type { Database } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import { needs } from '../../../../tests/capability.ts'
import type { BrowserChoice } from '../browser/browser-choice.ts'
import { chooseBrowser } from '../browser/choose-browser.ts'
import type { FixParts } from '../fix/fix-manifest.ts'
import { evidenceMigrations } from '../register/migrations.ts'
import type { EvidenceTables } from '../register/schema.ts'
import { findCapture, insertCaptures } from './capture-rows.ts'
import { createCaptureService } from './capture-service.ts'

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

describe('a browser that ends before its first page', needs('chromium'), () => {
  let folder: string
  let database: Database<EvidenceTables>
  let real: BrowserChoice
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-lost-'))
    await chmod(folder, 0o711)
    database = await testDatabase<EvidenceTables>(identityMigrations, evidenceMigrations)
    const configured = process.env.MINGZHENG_CHROMIUM
    real = (await chooseBrowser({
      ...(configured === undefined ? {} : { configured }),
      npmFolder: join(folder, 'browser'),
    })) as BrowserChoice
  })
  after(async () => {
    await database?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Runs a capture of a dead address whose first browsers end at once; how it ended, and how many were started. */
  async function runWith(lost: number) {
    let started = 0
    const ending = join(folder, 'ending')
    await writeFile(ending, '#!/bin/sh\nexit 3\n', { mode: 0o755 })
    const captures = createCaptureService({
      db: database.system,
      clock: systemClock,
      folder: join(folder, 'work'),
      browser: async () => (++started <= lost ? { ...real, executable: ending } : real),
      engine: inlineEngine,
      fix: {
        stamp: async () => {
          throw new Failure('got-as-far-as-the-timestamp', 'the capture itself is made')
        },
      } as unknown as FixParts,
      demoDestination: () => true,
      organisationName: async () => '示例局',
      nextNumber: async () => issueCertificateNumber(new Uint8Array(32), parseProvinceCode('330000'), 2026, 1 + lost),
      blobKey: (number) => `packages/${number}`,
      recordAttempt: () => undefined,
      parentsOf: async () => [],
      onError: () => undefined,
    })
    const { rows } = await insertCaptures(database.system, systemClock, order, [['http://127.0.0.1:9/']])
    await captures.run(rows[0]!.id)
    await captures.stop()
    return { started, code: (await findCapture(database.system, rows[0]!.id))?.problem?.code }
  }

  test('got nothing, and another is started in its place', async () => {
    assert.deepEqual(await runWith(1), { started: 2, code: 'got-as-far-as-the-timestamp' })
  })

  test('each time ends the capture by name, and is not started for ever', async () => {
    assert.deepEqual(await runWith(100), { started: 3, code: 'browser-failed' })
  })
})
