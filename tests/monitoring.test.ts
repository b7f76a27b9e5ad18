import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, type LeadDetail, type LeadView, ProblemError, type TaskEventView } from '@mingzheng/api'
import { mingzheng } from './launched-up.ts'
import { type Platform, startPlatform } from './platform/start-platform.ts'

describe('a market that is watched from the first minute', () => {
  let platform: Platform
  let analyst: Client
  let officer: Client
  let cookie: string
  let folder: string
  let lead: LeadDetail
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-monitoring-'))
    platform = await startPlatform({ MINGZHENG_WATCHERS: '1' })
    ;({ client: analyst, cookie } = await platform.signIn('analyst'))
    ;({ client: officer } = await platform.signIn('officer'))
  })
  after(async () => {
    await platform?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** The leads, once there are some and each stands on the ledger. */
  async function fixedLeads(): Promise<LeadView[]> {
    for (;;) {
      const { rows } = await officer.call('leads.list', { query: { state: 'new' } })
      if (rows.length > 0 && rows.every(({ standing }) => standing.state === 'witnessed')) return rows
      await pause(500)
    }
  }

  test('shows leads with their reasons, the law, the page and a place on the ledger', async () => {
    const [first] = await fixedLeads()
    lead = await officer.call('leads.read', { params: { id: first!.id } })
    assert.match(lead.article, /法/)
    assert.notEqual(lead.reason, '')
    assert.equal(lead.demo, true)
    const [finding] = lead.findings
    const field = finding!.span === null ? null : (lead.facts as unknown as Record<string, string>)[finding!.span.field]
    assert.equal(field?.slice(finding!.span!.start, finding!.span!.end), finding!.span!.text)
    assert.equal(lead.snapshot?.standing.state, 'witnessed')
    assert.deepEqual(new Set(lead.timeline.map(({ kind }) => kind)), new Set(['found', 'fixed']))
  })

  test('gives a statement that anybody computes again from the snapshot, and another snapshot does not fit', async () => {
    const finding = lead.findings[0]!
    const statement = await officer.call('findings.statement', { params: { id: finding.id } })
    const file = join(folder, 'statement.json')
    await writeFile(file, JSON.stringify(statement))
    const bytes = await fetch(`${platform.url}/api/snapshots/${lead.snapshot!.sha256}`, { headers: { cookie } })
    assert.equal(bytes.headers.get('content-disposition')?.startsWith('attachment'), true)
    const snapshot = join(folder, 'snapshot.bin')
    const body = Buffer.from(await bytes.arrayBuffer())
    await writeFile(snapshot, body)
    const same = await mingzheng('recompute', file, '--snapshot', snapshot, '--json')
    assert.equal(same.code, 0, same.out + same.err)
    const asked = await mingzheng('recompute', file, '--data', platform.data)
    assert.equal(asked.code, 0, asked.out + asked.err)
    body[body.length - 10]! ^= 1
    await writeFile(snapshot, body)
    assert.equal((await mingzheng('recompute', file, '--snapshot', snapshot)).code, 1)
  })

  test('an officer dismisses a lead with a reason, takes it up again and hands it over; the reverse order is refused', async () => {
    const params = { id: lead.id }
    const dismissed = await officer.call('leads.dismiss', { params, body: { reason: 'exempt', note: '有据' } })
    assert.deepEqual([dismissed.state, dismissed.dismissedFor], ['dismissed', 'exempt'])
    await assert.rejects(officer.call('leads.handOver', { params, body: {} }), isProblem('conflict'))
    assert.equal((await officer.call('leads.reopen', { params, body: {} })).state, 'new')
    assert.equal((await officer.call('leads.handOver', { params, body: { note: '交办' } })).state, 'handed-over')
    const { timeline } = await officer.call('leads.read', { params })
    assert.deepEqual(
      timeline.slice(-3).map(({ kind }) => kind),
      ['dismissed', 'reopened', 'handed-over'],
    )
  })

  test('an analyst pauses the task at once, changes it and issues it again; every version stays', async () => {
    const { tasks } = await analyst.call('tasks.list')
    const { id, name, spec, version } = tasks[0]!
    const params = { id }
    assert.equal((await analyst.call('tasks.setState', { params, body: { state: 'paused' } })).state, 'paused')
    const changed = { ...spec, frequency: { ...spec.frequency, everyMinutes: 5 } }
    await analyst.call('tasks.change', { params, body: { name, spec: changed, note: '加密' } })
    const running = await analyst.call('tasks.setState', { params, body: { state: 'running' } })
    assert.equal(running.version, version + 3)
    const detail = await analyst.call('tasks.read', { params })
    assert.deepEqual(
      detail.versions.slice(0, 3).map(({ state }) => state),
      ['running', 'paused', 'paused'],
    )
    assert.ok(detail.totals.fetched > 0 && detail.hours.length > 0 && detail.hosts.length === 1)
    await assert.rejects(
      officer.call('tasks.setState', { params, body: { state: 'stopped' } }),
      isProblem('not-permitted'),
    )
  })

  test('watching a task tells its sums at once', async () => {
    const { tasks } = await analyst.call('tasks.list')
    const stop = new AbortController()
    const answer = await fetch(`${platform.url}/api/tasks/${tasks[0]!.id}/events`, {
      headers: { cookie },
      signal: stop.signal,
    })
    const { value } = await answer.body!.getReader().read()
    const event = JSON.parse(
      Buffer.from(value!)
        .toString()
        .replace(/^(:\n\n)*data: /, '')
        .split('\n\n')[0]!,
    ) as TaskEventView
    stop.abort()
    assert.equal(event.kind === 'task' && event.task.id, tasks[0]!.id)
  })

  test('a new task may not name a platform that is not ours, nor an entry inside a closed network', async () => {
    const objectives = { platforms: ['01ARZ3NDEKTSV4RRFFQ69G5FAV'] }
    const body = { name: '无', spec: { objectives, elements: {}, frequency: {} } }
    await assert.rejects(analyst.call('tasks.add', { body }), isProblem('not-found'))
    for (const url of ['http://169.254.169.254/', 'http://10.0.0.1/x', 'file:///etc/passwd', 'http://localhost:1/']) {
      const entries = [{ kind: 'page' as const, url }]
      await assert.rejects(analyst.call('platforms.save', { body: { name: '内网', entries } }), (error: unknown) =>
        /^address-/.test((error as ProblemError).problem.code),
      )
    }
  })

  test('the desk and the models say how they stand, and a model is tried before it is used', async () => {
    const desk = await officer.call('watch.desk')
    assert.ok(desk.today.fetched > 0 && desk.behaviours.length > 0 && desk.workers.length === 1)
    assert.deepEqual(
      desk.platforms.map(({ health }) => health),
      ['ok'],
    )
    const { models } = await analyst.call('models.list')
    assert.ok(models.every(({ thresholds }) => thresholds.every(({ reason }) => reason !== '')))
    const tried = await analyst.call('models.try', {
      body: { subject: { kind: 'text', text: '根治糖尿病，国家级配方' } },
    })
    assert.equal(tried.answers[0]!.findings[0]!.behaviour, 'false-propaganda')
    const page = await analyst.call('models.try', { body: { subject: { kind: 'address', url: lead.url } } })
    assert.equal(page.answers[0]!.facts?.title, lead.title)
    const inside = analyst.call('models.try', { body: { subject: { kind: 'address', url: 'http://127.0.0.1:1/' } } })
    await assert.rejects(inside, isProblem('address-private'))
  })

  test('another authority sees none of it', async () => {
    const { client } = await platform.signIn('ningbo')
    assert.equal((await client.call('leads.list', { query: {} })).count.value, 0)
    assert.deepEqual((await client.call('tasks.list')).tasks, [])
    await assert.rejects(client.call('leads.read', { params: { id: lead.id } }), isProblem('not-found'))
    await assert.rejects(
      client.call('findings.statement', { params: { id: lead.findings[0]!.id } }),
      isProblem('not-found'),
    )
  })

  test('a lead is captured in full from its page', async () => {
    const capture = await officer.call('leads.capture', { params: { id: lead.id }, body: {} })
    assert.deepEqual(capture.urls, [lead.url])
    const { timeline } = await officer.call('leads.read', { params: { id: lead.id } })
    assert.deepEqual([timeline.at(-1)!.kind, timeline.at(-1)!.detail], ['capture', capture.id])
    await officer.call('captures.cancel', { params: { id: capture.id } })
  })
})

function isProblem(code: string) {
  return (error: unknown) => error instanceof ProblemError && error.problem.code === code
}
