import assert from 'node:assert/strict'
import { mkdtemp, open, readdir, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { CustodianMember, EvidenceTables } from '@mingzheng/evidence'
import { equalBytes, numberDigest, parseCertificateNumber } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import type { LedgerClient } from '@mingzheng/ledger'
import { testLedgerKeys } from '@mingzheng/ledger/testing'
import { actorOf, newBoxKey } from '@mingzheng/proof'
import { buildSamplePackage, type SamplePackage } from '@mingzheng/proof/testing'
import { CaseReader } from '../../apps/node/src/court/case-reader.ts'
import { createCourtDesk } from '../../apps/node/src/court/court-desk.ts'
import { courtRoutes } from '../../apps/node/src/court/court-routes.ts'
import { type Custodian, openCustodian } from '../../apps/node/src/custody/custodian.ts'
import { custodyRoutes } from '../../apps/node/src/custody/custody-routes.ts'
import { createApp } from '../../apps/node/src/http/app.ts'
import { type CustodyHouse, openCustodyHouse } from './house.ts'
import { stageClient } from './stage-client.ts'

const PASSPHRASE = 'a passphrase of clerks'
const CASE = '浙市监案〔2026〕1号'

describe("a court's own node", () => {
  let house: CustodyHouse
  let sample: SamplePackage
  let number: string
  let court: CustodianMember
  let custodian: Custodian
  let app: ReturnType<typeof createApp>
  let page: ReturnType<typeof createApp>
  let stopJobs: () => Promise<void>
  let base: string
  let cookie = ''
  let folder: string
  let fastForward = 0
  /** What the court's copy of the log answers; a test may make it lie. */
  let logged: Uint8Array

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-court-'))
    sample = await buildSamplePackage({ seed: 'court' })
    number = sample.manifest.number
    logged = sample.members.get('proof/entry.cbor')!
    const signer = testLedgerKeys('court').gateway
    const actor = actorOf(signer.publicKey)
    const box = newBoxKey()
    const courts: CustodianMember[] = []
    house = await openCustodyHouse(['notary'], courts)
    custodian = await openCustodian({
      ledger: stageClient(house.stage, signer, house.clock),
      folder: join(folder, 'custody'),
      actor,
      boxKey: box.privateKey,
      onError: () => undefined,
    })
    app = createApp()
    custodyRoutes(app, custodian)
    await app.listen({ host: '127.0.0.1', port: 0 })
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
    court = {
      id: 'court',
      name: { zh: '互联网法院', en: 'Internet Court' },
      role: 'court',
      actor,
      boxKey: box.publicKey,
      url,
    }
    courts.push(court)
    const onStage = stageClient(house.stage, signer, house.clock)
    const ledger: LedgerClient = {
      ...onStage,
      async wait(id) {
        const index = house.stage.entries.findIndex((entry) => equalBytes(entry.id, id))
        // The custodian does its work while the court waits.
        for (const ms of [20, 200])
          setTimeout(() => void house.custodians[0]!.custodian.tick().catch(() => undefined), ms)
        return { kind: 'witnessed', id, index, time: house.stage.time, size: index + 1 }
      },
      async lookup(by) {
        const found = await onStage.lookup(by)
        const own = 'number' in by && equalBytes(by.number, numberDigest(parseCertificateNumber(number)))
        return own ? [{ index: 1_000_000, entry: logged }, ...found] : found
      },
    }
    const desk = createCourtDesk({
      ledger,
      policies: () => [sample.policy],
      custodians: () => [...house.custodians.map(({ member }) => member), court],
      box,
      cases: new CaseReader(custodian, 'stage', (error) => assert.fail(String(error))),
      folder: join(folder, 'packages'),
      clock: house.clock,
      patienceMs: 1_500,
    })
    page = createApp()
    const routes = courtRoutes(page, {
      desk,
      folder: join(folder, 'handed'),
      passphrase: PASSPHRASE,
      member: court.name,
      origin: 'stage',
      clock: house.clock,
      elapsed: () => performance.now() + fastForward,
      onError: () => undefined,
    })
    stopJobs = () => routes.stop()
    base = await page.listen({ host: '127.0.0.1', port: 0 })
    await hand()
  })
  after(async () => {
    await stopJobs()
    await page.close()
    await app.close()
    await custodian.stop()
    await house.close()
    await rm(folder, { recursive: true })
  })

  /** The sample becomes evidence of the platform, goes to the notary, and the court is told of its case. */
  async function hand(): Promise<void> {
    await house.fixed(sample.bytes, number)
    await house.settle()
    house.clock.advance(120_000)
    for (let i = 0; i < 6; i++) {
      house.clock.advance(11_000)
      await house.service.turn()
      await custodian.tick()
    }
  }
  const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${base}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie, ...headers },
      body: new URLSearchParams(fields),
    })
  const get = (path: string) => fetch(`${base}${path}`, { headers: { cookie } })
  async function signIn(): Promise<void> {
    const answer = await form('/court/sign-in', { passphrase: PASSPHRASE })
    assert.equal(answer.status, 303)
    cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!
  }
  /** The page of a result once it is there. */
  async function resultOf(answer: Response): Promise<string> {
    assert.equal(answer.status, 303)
    for (let i = 0; i < 200; i++) {
      const text = await (await get(answer.headers.get('location')!)).text()
      if (!text.includes('http-equiv="refresh"')) return text
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('no result')
  }

  test('shows nothing to whoever has not signed in, and stops guessing', async () => {
    for (const path of ['/court', '/court/result/00', '/court/case/00']) assert.equal((await get(path)).status, 401)
    assert.equal((await form('/court/number', { number })).status, 401)
    let blocked = false
    for (let i = 0; i < 20 && !blocked; i++) {
      blocked = (await form('/court/sign-in', { passphrase: `guess ${i}` })).status === 429
    }
    assert.ok(blocked)
  })

  test('a certificate number is enough: own log, package from a custodian, the whole report', async () => {
    await signInAnew()
    const text = await resultOf(await form('/court/number?lang=en', { number: ` ${number.toLowerCase()} ` }))
    assert.match(text, /class="verdict good"[^>]*>Verified/)
    assert.match(text, /byte for byte/)
    assert.match(text, /Witnessed by/)
    assert.doesNotMatch(text, /What to do next/)
    assert.match(text, /notary/)
    assert.match(text, /Receipt|inclusion|Inclusion/)
    assert.ok(house.stage.of('custody.ask').length > 0, 'that it was asked for stands on the ledger')
    assert.deepEqual(await readdir(join(folder, 'packages')), [], 'nothing of the package is kept')
  })

  test('a case number gives the list of its evidence, however it is typed', async () => {
    for (const typed of [CASE, '浙市监案[2026]1号', ' 浙市监案（2026） 1号 ']) {
      const text = await resultOf(await form('/court/case?lang=zh', { case: typed }))
      assert.match(text, /证据清单/)
      assert.ok(text.includes(number))
      assert.match(text, /核验通过/)
    }
    const none = await resultOf(await form('/court/case?lang=zh', { case: '浙市监案〔2026〕2号' }))
    assert.match(none, /没有这个案号/)
    assert.match(none, /接下来怎么办/)
  })

  test('the index lies sealed at the court, and the log says nothing of the case', async () => {
    const index = await house.db.as<EvidenceTables>().system.selectFrom('custody_case_index').selectAll().execute()
    assert.deepEqual(
      index.map(({ state, content, sealing }) => [state, content, sealing]),
      [['held', null, null]],
    )
    const held = (await readdir(join(folder, 'custody', 'held'), { recursive: true })).find((name) =>
      /[0-9a-f]{64}$/.test(name),
    )!
    const file = await open(join(folder, 'custody', 'held', held))
    const bytes = await file.readFile()
    await file.close()
    assert.ok(!bytes.includes(Buffer.from(number)) && !bytes.includes(Buffer.from('浙市监案')))
  })

  test('a number that is none, unknown, or full of markup is answered calmly', async () => {
    const wrong = await form('/court/number?lang=en', { number: '<script>alert(1)</script>' })
    assert.equal(wrong.status, 400)
    assert.doesNotMatch(await wrong.text(), /<script>/)
    const unknown = 'MZ-330000-2026-00000009-0000000000000000'
    const text = await resultOf(await form('/court/number?lang=en', { number: unknown }))
    assert.match(text, /holds no entry/)
    assert.match(text, /What to do next/)
    assert.match(text, /this node keeps stage\. Another name is another chain/)
    const hostile = await resultOf(await form('/court/case?lang=en', { case: '"><img src=x onerror=alert(1)>\u202e' }))
    assert.doesNotMatch(hostile, /<img|\u202e/)
  })

  test('a package that is not the one on the court’s own log is not passed, though it verifies by itself', async () => {
    const right = logged
    const other = await buildSamplePackage({ seed: 'another' })
    logged = other.members.get('proof/entry.cbor')!
    try {
      const text = await resultOf(await form('/court/number?lang=en', { number }))
      assert.match(text, /class="verdict bad"/)
      assert.match(text, /not the package that was fixed/)
    } finally {
      logged = right
    }
  })

  test('with no custodian there it says so and what can be done', async () => {
    const [notary] = house.custodians
    await notary!.stop()
    const text = await resultOf(await form('/court/number?lang=en', { number }))
    await notary!.revive()
    assert.match(text, /no custodian gave the package/)
    assert.match(text, /has not given it in time .*custodian-unreachable/)
    assert.match(text, /What to do next/)
  })

  test('pages run nothing, load nothing foreign, are framed by nobody, and take no form from another site', async () => {
    const answer = await get('/court')
    const policy = answer.headers.get('content-security-policy')!
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(await answer.text(), /<script|https?:\/\//)
    const foreign = await form('/court/number', { number }, { origin: 'https://evil.example' })
    assert.equal(foreign.status, 403)
    assert.match(cookie, /^mingzheng-court=/)
  })

  test('ten thousand seeded requests of rubbish are each answered, and the node still works', async () => {
    const random = seededRandom('court fuzz')
    const paths = [
      '/court',
      '/court/number',
      '/court/case',
      '/court/result/',
      '/court/case/',
      '/court/sign-in',
      '/court/style.css',
    ]
    const seen = new Set<number>()
    for (let i = 0; i < 10_000; i++) {
      const [a, b] = random(2) as unknown as [number, number]
      const path =
        paths[a % paths.length]! + (a > 128 ? encodeURIComponent(Buffer.from(random(b % 40)).toString('latin1')) : '')
      const answer = await page.inject({
        method: b % 2 === 0 ? 'POST' : 'GET',
        url: path,
        headers: { ...(b % 3 === 0 ? { cookie } : {}), 'content-type': 'application/x-www-form-urlencoded' },
        ...(b % 2 === 0 ? { payload: Buffer.from(random(b)) } : {}),
      })
      seen.add(answer.statusCode)
    }
    assert.ok(![...seen].some((status) => status >= 500 && status !== 502), [...seen].join())
    assert.match(await resultOf(await form('/court/number?lang=en', { number })), /verdict good/)
  })

  /** A minute after guesses were stopped. */
  async function signInAnew(): Promise<void> {
    assert.equal((await form('/court/sign-in', { passphrase: PASSPHRASE })).status, 429)
    fastForward += 61_000
    await signIn()
  }

  test('checks a package that is handed in, without asking anybody, and refuses what is no file', async () => {
    const form = new FormData()
    form.append('file', new Blob([sample.bytes as Uint8Array<ArrayBuffer>]), 'evidence.zip')
    const headers = { cookie }
    const sent = await fetch(`${base}/court/file?lang=en`, { method: 'POST', headers, body: form, redirect: 'manual' })
    assert.equal(sent.status, 303)
    const result = `${base}${sent.headers.get('location')}`
    let shown = ''
    for (let i = 0; i < 600 && !/role="status">(Verified|Failed)/.test(shown); i++) {
      await new Promise((done) => setTimeout(done, 50))
      shown = await (await fetch(result, { headers })).text()
    }
    assert.match(shown, /role="status">Verified/)
    assert.match(shown, new RegExp(number))
    for (const body of [new FormData(), 'file=x']) {
      const refused = await fetch(`${base}/court/file?lang=en`, { method: 'POST', headers, body, redirect: 'manual' })
      assert.equal(refused.status, 400)
    }
    assert.deepEqual(await readdir(join(folder, 'handed')), [])
  })
})
