import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { addressOf, type CaptureJobView, type Client, type EditionRequest, type ProblemError } from '@mingzheng/api'
import { openPackage } from '@mingzheng/evidence'
import { memorySource, type Report } from '@mingzheng/proof'
import { readPdfText } from '@mingzheng/proof/testing'
import { verifyCommand } from '@mingzheng/verifier'
import { needs } from './capability.ts'
import { type Platform, startPlatform } from './platform/start-platform.ts'

describe('an officer captures a page of the demo marketplace', needs('chromium'), () => {
  let platform: Platform
  let officer: Client
  let cookie: string
  let folder: string
  let number: string

  before(async () => {
    platform = await startPlatform()
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-journey-'))
    ;({ client: officer, cookie } = await platform.signIn('officer'))
  })
  after(async () => {
    await platform?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function ended(id: string): Promise<CaptureJobView> {
    for (;;) {
      const job = await officer.call('captures.read', { params: { id } })
      if (['done', 'cancelled', 'failed'].includes(job.state)) return job
      await pause(200)
    }
  }

  async function download(name: string, query: { edition?: number } = {}): Promise<string> {
    const address = addressOf('evidence.package', { params: { number }, query })
    const answer = await fetch(platform.url + address, { headers: { cookie } })
    assert.equal(answer.status, 200)
    const file = join(folder, name)
    await writeFile(file, new Uint8Array(await answer.arrayBuffer()))
    return file
  }

  async function verify(file: string, policies: string[] = []): Promise<{ exitCode: number; report: Report }> {
    const trusted = { file, renewals: [], policies, trusted: [], json: true, language: 'en' as const, now: Date.now() }
    const { exitCode, output } = await verifyCommand(trusted)
    return { exitCode, report: JSON.parse(output) as Report }
  }

  async function policyFile(): Promise<string> {
    const answer = await fetch(`${platform.url}/api/public/policy.json`)
    const file = join(folder, 'policy.json')
    await writeFile(file, new Uint8Array(await answer.arrayBuffer()))
    return file
  }

  test('the capture is complete, fixed on the ledger, and carries a number', async () => {
    const asked = await officer.call('captures.request', {
      body: { urls: [`${platform.market}/item/1001`], cause: '网络交易监测', caseReference: '浙市监〔2026〕1号' },
    })
    const job = await ended(asked.captures[0]!.id)
    assert.equal(job.problem, null)
    assert.equal(job.state, 'done')
    assert.equal(job.complete, true)
    number = job.number!
    const detail = await officer.call('evidence.read', { params: { number } })
    assert.equal(detail.standing.state, 'witnessed')
    assert.equal(detail.state, 'fixed')
    assert.equal(detail.demo, true)
  })

  test('its environment report says which private address was opened for it: the demo’s host and port, and no other', async () => {
    const opened = await openPackage(memorySource(new Uint8Array(await readFile(await download('one.zip')))))
    const text = new TextDecoder().decode(await opened.read('data/environment.json'))
    const { checks } = JSON.parse(text) as { checks: { id: string; clean: boolean; detail: string }[] }
    assert.equal(checks.find(({ id }) => id === 'address-opened')?.detail, `opened: ${new URL(platform.market).host}`)
    assert.equal(checks.find(({ id }) => id === 'sandbox')?.clean, true)
  })

  test('the package verifies offline with the pinned policy, and without one the answer is 2', async () => {
    const file = await download('one.zip')
    const pinned = await verify(file, [await policyFile()])
    assert.equal(pinned.exitCode, 0, JSON.stringify(pinned.report.checks.filter((check) => check.status === 'failed')))
    assert.equal(pinned.report.subject?.number, number)
    assert.equal((await verify(file)).exitCode, 2)
  })

  test('one changed byte anywhere makes the verification fail', async () => {
    const bytes = new Uint8Array(await readFile(join(folder, 'one.zip')))
    const policy = await policyFile()
    for (const at of [40, Math.floor(bytes.length / 3), Math.floor(bytes.length * 0.9), bytes.length - 30]) {
      const changed = bytes.slice()
      changed[at]! ^= 1
      const file = join(folder, 'changed.zip')
      await writeFile(file, changed)
      assert.notEqual((await verify(file, [policy])).exitCode, 0, `byte ${at}`)
    }
  })

  test('it is found by a two-character word of its title, its case and its number', async () => {
    const { title } = await officer.call('evidence.read', { params: { number } })
    for (const q of [title.slice(0, 2), '浙市监', number]) {
      const page = await officer.call('evidence.list', { query: { q } })
      assert.deepEqual(
        page.rows.map((row) => row.number),
        [number],
        q,
      )
    }
    assert.equal((await officer.call('evidence.list', { query: { q: '熊猫' } })).rows.length, 0)
  })

  test('a signature, a refusal to sign and a correction are each a new edition that names its parent; earlier ones keep verifying', async () => {
    const policy = await policyFile()
    const later: [EditionRequest, string][] = [
      [{ kind: 'signature', role: 'party', name: '张三', statement: '属实' }, '属实'],
      [{ kind: 'refusal', name: '李四', reason: '对截图时间有异议' }, '对截图时间有异议'],
      [{ kind: 'correction', field: 'cause', text: '涉嫌虚假宣传' }, '涉嫌虚假宣传'],
    ]
    for (const [before, [body, said]] of later.entries()) {
      const edition = before + 2
      const detail = await officer.call('evidence.edition', { params: { number }, body })
      assert.equal(detail.edition, edition)
      assert.equal(detail.editions.at(-1)?.kind, body.kind)
      const file = await download(`${edition}.zip`, { edition })
      const { exitCode, report } = await verify(file, [policy])
      assert.equal(exitCode, 0, JSON.stringify(report.checks.filter((check) => check.status === 'failed')))
      assert.deepEqual(
        [report.subject?.edition, report.subject?.editionKind, report.subject?.parents[0]?.edition],
        [edition, body.kind, edition - 1],
      )
      // What was said stands in the document as well, not in the data alone.
      const opened = await openPackage(memorySource(new Uint8Array(await readFile(file))))
      const record = readPdfText(await opened.read('documents/record.pdf')).join('')
      assert.ok(record.replaceAll(/\s/g, '').includes(said), `${body.kind}: ${record}`)
    }
    for (const name of ['one.zip', '2.zip', '3.zip']) {
      assert.equal((await verify(join(folder, name), [policy])).exitCode, 0, name)
    }
  })

  test('after voiding nothing can follow, and the public page says voided', async () => {
    await officer.call('evidence.edition', { params: { number }, body: { kind: 'voiding', reason: '地址有误' } })
    await assert.rejects(
      officer.call('evidence.edition', { params: { number }, body: { kind: 'correction', field: 'cause', text: 'x' } }),
      (error: ProblemError) => error.problem.code === 'already-voided',
    )
    const seen = await platform.anonymous.call('certificate.read', { params: { number } })
    assert.equal(seen.state, 'voided')
    assert.equal(seen.editions.length, 5)
  })

  test('its history tells who asked, who opened, what was fixed, with ledger indexes', async () => {
    const { events } = await officer.call('evidence.timeline', { params: { number } })
    const kinds = new Set(events.map((event) => event.kind))
    for (const kind of [
      'requested',
      'captured',
      'fixed',
      'opened',
      'downloaded',
      'signature',
      'refusal',
      'correction',
      'voiding',
    ]) {
      assert.ok(kinds.has(kind), kind)
    }
    assert.ok(events.filter((event) => event.index !== null).length >= 3)
  })

  test('a party gets a package of its own, with secrets masked, that names its parent and verifies', async () => {
    const address = addressOf('evidence.package', { params: { number }, query: { edition: 1, variant: 'masked' } })
    const answer = await fetch(platform.url + address, { headers: { cookie } })
    assert.equal(answer.status, 200)
    const file = join(folder, 'masked.zip')
    await writeFile(file, new Uint8Array(await answer.arrayBuffer()))
    const { exitCode, report } = await verify(file, [await policyFile()])
    assert.equal(exitCode, 0, JSON.stringify(report.checks.filter((check) => check.status === 'failed')))
    assert.notEqual(report.subject?.number, number)
    assert.deepEqual(
      report.subject?.parents.map(({ relation, number: parent }) => [relation, parent]),
      [['masked', number]],
    )
    const again = await fetch(platform.url + address, { headers: { cookie } })
    assert.equal(again.headers.get('content-length'), answer.headers.get('content-length'))
    await again.body?.cancel()
  })

  test('the same page captured again is compared with what it was', async () => {
    const asked = await officer.call('captures.request', {
      body: { urls: [`${platform.market}/item/1001`], recaptureOf: number },
    })
    const job = await ended(asked.captures[0]!.id)
    const compared = await officer.call('evidence.compare', { query: { left: number, right: job.number! } })
    assert.ok(compared.text.some((change) => change.kind === 'same'))
    assert.notEqual(compared.picture, null)
    const detail = await officer.call('evidence.read', { params: { number } })
    assert.deepEqual(detail.recapturedBy, [job.number])
  })

  test('private addresses other than the demo are refused by name, with the field', async () => {
    for (const url of ['http://127.0.0.1:1/', 'http://10.0.0.1/', 'http://169.254.169.254/latest', 'http://[::1]/']) {
      await assert.rejects(officer.call('captures.request', { body: { urls: [url] } }), (error: ProblemError) => {
        assert.equal(error.problem.code, 'address-private')
        assert.equal(error.problem.field, 'urls[0]')
        return true
      })
    }
  })

  test('a cancelled capture keeps what was got, as incomplete evidence', async () => {
    const asked = await officer.call('captures.request', {
      body: { urls: [`${platform.market}/item/2001`], caseReference: '=HYPERLINK("http://evil.example")' },
    })
    const { id } = asked.captures[0]!
    for (;;) {
      const job = await officer.call('captures.read', { params: { id } })
      if (job.state === 'running' && job.steps.some((step) => step.name === 'scroll' && step.state === 'started')) break
      await pause(50)
    }
    await officer.call('captures.cancel', { params: { id } })
    const job = await ended(id)
    assert.equal(job.state, 'cancelled')
    assert.equal(job.complete, false)
    assert.notEqual(job.number, null)
  })

  test('the list is handed out whole, as a table in which nothing runs and as JSON that says what the list says', async () => {
    const { rows } = await officer.call('evidence.list', { query: {} })
    const handed = async (format: 'csv' | 'json') => {
      const answer = await fetch(platform.url + addressOf('evidence.export', { query: { format } }), {
        headers: { cookie },
      })
      assert.match(
        answer.headers.get('content-disposition') ?? '',
        new RegExp(`^attachment; filename="evidence.${format}"`),
      )
      return answer.text()
    }
    assert.deepEqual(JSON.parse(await handed('json')), rows)
    const lines = (await handed('csv')).split('\r\n')
    assert.equal(lines.length, rows.length + 2)
    for (const [n, row] of rows.entries()) assert.ok(lines[n + 1]!.startsWith(`${row.number},`))
    assert.ok(
      lines.some((line) => line.includes(`,"'=HYPERLINK(""http://evil.example"")",`)),
      lines.join('\n'),
    )
  })
})
