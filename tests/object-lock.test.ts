/** Packages in a bucket with object lock, by the whole platform: locked when they are fixed, held when the law says so, backed up and restored. */
import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type ObjectLockService, startObjectLockService } from '../packages/storage/src/blob/object-lock-service.ts'
import { needs, toolPath } from './capability.ts'
import { hireWorker, until, type Worker } from './faults/work.ts'
import { mingzhengWith, startUp, type Up } from './launched-up.ts'
import { type Platform, signInAt } from './platform/start-platform.ts'

const DAY = 86_400_000
const RETENTION_DAYS = 400

describe('packages in a bucket with object lock', needs('chromium', 'versitygw'), () => {
  let folder: string
  let service: ObjectLockService
  let bucket: string
  let variables: Record<string, string>
  let up: Up | null = null
  let worker: Worker
  let number: string
  const path = (name: string) => join(folder, name)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-object-lock-'))
    await chmod(folder, 0o711)
    service = await startObjectLockService(toolPath('versitygw'))
    bucket = await service.newBucket()
    variables = { BLOBS_URL: service.urlOf(bucket), MINGZHENG_RETENTION_DAYS: String(RETENTION_DAYS) }
    up = await startUp(path('data'), undefined, variables)
    worker = await hireWorker({ url: up.url, signIn: (name: string) => signInAt(up!.url, name) } as Platform)
  })
  after(async () => {
    await up?.stop()
    await service?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** What the service itself says of every package of the number. */
  const inBucket = (name: string, prefix = `packages/330000/${number.split('-')[2]}/${number}/`) =>
    service.versionsOf(name, `evidence/blobs/${prefix}`)
  const keeping = () => worker.officer.call('evidence.keeping', { params: { number } })
  const read = () => worker.officer.call('evidence.read', { params: { number } })

  test('a package is locked there from its ledger time on, when the evidence is first seen as fixed', async () => {
    const { captures } = await worker.officer.call('captures.request', {
      body: { urls: [`${up!.market}/platform/licence`] },
    })
    number = await until('the capture', async () => {
      const job = await worker.officer.call('captures.read', { params: { id: captures[0]!.id } })
      assert.ok(job.state !== 'failed', JSON.stringify(job.problem))
      return job.state === 'done' && job.number
    })
    const { standing } = await read()
    const end = Date.parse(standing.time!) + RETENTION_DAYS * DAY
    const [found, ...others] = await inBucket(bucket)
    assert.deepEqual([found!.mode, found!.held, others.length], ['COMPLIANCE', false, 0])
    assert.ok(Math.abs(found!.until! - end) < 1000, 'the service keeps seconds')
    const { enforced, editions } = await keeping()
    assert.equal(enforced, true)
    assert.deepEqual(editions, [{ edition: 1, lockedUntil: new Date(found!.until!).toISOString(), held: false }])
  })

  test('nobody destroys or unlocks it there, with the very keys of the platform', async () => {
    const [version] = await inBucket(bucket)
    assert.deepEqual(await service.attack(bucket, version!), ['AccessDenied', 'AccessDenied'])
  })

  test('a later edition is locked, and keeps the one before it as long as itself', async () => {
    const before = await inBucket(bucket)
    const correction = { kind: 'correction' as const, field: '案由', text: '涉嫌虚假宣传' }
    await worker.officer.call('evidence.edition', { params: { number }, body: correction })
    const after = await until('both locked alike', async () => {
      const found = await inBucket(bucket)
      return found.length === 2 && found[0]!.until === found[1]!.until && found
    })
    assert.ok(after[0]!.until! > before[0]!.until!)
  })

  test('a package for a party and a file that another system sent are locked as well', async () => {
    const query = new URLSearchParams({ variant: 'masked' })
    const masked = await fetch(`${up!.url}/api/evidence/${number}/package?${query}`, {
      headers: { cookie: worker.cookie },
    })
    assert.equal(masked.status, 200)
    await masked.body?.cancel()
    const sent = await fetch(`${up!.url}/api/v1/preservations/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${worker.key}`, 'content-type': 'video/mp4' },
      body: 'frames',
    })
    assert.equal(sent.status, 202)
    const all = await until('everything is locked', async () => {
      const found = await inBucket(bucket, '')
      return found.every(({ until: end }) => end !== null) && found
    })
    assert.equal(all.filter(({ key }) => key.includes('/preserved/')).length, 1)
    assert.equal(all.filter(({ key }) => key.includes('/packages/')).length, 3)
  })

  test('a legal hold lies on every edition there until it is lifted, in an installation without custodians too', async () => {
    const body = { reason: '法院调取' }
    const placed = await worker.officer.call('custody.hold', { params: { number }, body })
    assert.deepEqual(
      (await inBucket(bucket)).map(({ held }) => held),
      [true, true],
    )
    assert.ok((await keeping()).editions.every(({ held }) => held))
    const { id } = placed.legalHolds[0]!
    await worker.officer.call('custody.lift', { params: { number, id } })
    assert.deepEqual(
      (await inBucket(bucket)).map(({ held }) => held),
      [false, false],
    )
    await worker.officer.call('custody.hold', { params: { number }, body })
    const { events } = await worker.officer.call('evidence.timeline', { params: { number } })
    assert.deepEqual(
      events.map(({ kind }) => kind).filter((kind) => kind.startsWith('legal-hold')),
      ['legal-hold', 'legal-hold-lifted', 'legal-hold'],
    )
  })

  test('a backup takes locks and holds along, and a restore lays them in another bucket', async () => {
    const before = await inBucket(bucket)
    const made = await mingzhengWith(variables, 'backup', path('backup'), '--data', path('data'), '--json')
    assert.equal(made.code, 0, made.err)
    assert.ok((await readdir(path('backup/data/blobs'))).includes('holds'))
    await up!.stop()
    up = null
    const fresh = await service.newBucket()
    const into = { ...variables, BLOBS_URL: service.urlOf(fresh) }
    const back = await mingzhengWith(into, 'restore', path('backup'), '--data', path('second'), '--json')
    assert.equal(back.code, 0, back.err)
    const shape = (all: typeof before) => all.map(({ key, until: end, mode, held }) => [key, end, mode, held])
    assert.deepEqual(shape(await inBucket(fresh)), shape(before))
    assert.ok(before.every(({ held, mode }) => held && mode === 'COMPLIANCE'))
  })
})
