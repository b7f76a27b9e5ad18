import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, type PipelineView, type PlantResultView, type ProbeView, ProblemError } from '@mingzheng/api'
import { checkProbeCertificate } from '@mingzheng/monitoring'
import { verifyCommand } from '@mingzheng/verifier'
import { mingzheng } from './launched-up.ts'
import { type Platform, startPlatform } from './platform/start-platform.ts'
import { monitoringStrangers } from './watch-strangers.ts'

describe('probes of a market that is watched', () => {
  let platform: Platform
  let analyst: Client
  let officer: Client
  let cookie: string
  let folder: string
  let probe: ProbeView
  let market: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-probes-'))
    platform = await startPlatform({ MINGZHENG_WATCHERS: '1' })
    ;({ client: analyst, cookie } = await platform.signIn('analyst'))
    ;({ client: officer } = await platform.signIn('officer'))
    const { probes, platforms } = await analyst.call('probes.list')
    probe = probes[0]!
    market = platforms[0]!.id
    // What is planted in this test is planted by it alone.
    await analyst.call('probes.change', { params: { id: probe.id }, body: { running: false, plan: probe.plan } })
    for (;;) {
      const { rows } = await officer.call('leads.list', { query: { state: 'new' } })
      if (rows.length > 0 && rows.every(({ standing }) => standing.state === 'witnessed')) break
      await pause(500)
    }
  })
  after(async () => {
    await platform?.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const plant = async (expects: 'lead' | 'nothing', title: string, description: string) =>
    analyst.call('probes.plant', {
      params: { id: probe.id },
      body: {
        platform: market,
        behaviour: 'false-propaganda',
        expects,
        content: { title, description, category: '保健食品' },
      },
    })
  const settled = async (id: string): Promise<PlantResultView> => {
    for (;;) {
      const { results } = await analyst.call('probes.results', { query: { probe: probe.id } })
      const one = results.find((result) => result.id === id)
      if (one !== undefined && one.result.index !== null) return one
      await pause(500)
    }
  }

  test('a planted violation is found at every node, while nobody sees it as a lead', async () => {
    const { id } = await plant('lead', '玄龟九转丸 家庭装', '本品根治糖尿病，治愈率百分之百，国家级配方')
    const seen = new Set<string>()
    const watching = (async () => {
      for (;;) {
        const { rows } = await officer.call('leads.list', { query: { q: '玄龟九转' } })
        for (const row of rows) seen.add(row.id)
        const { results } = await analyst.call('probes.results', { query: { probe: probe.id } })
        if (results.some((one) => one.id === id)) return
        await pause(200)
      }
    })()
    const result = await settled(id)
    await watching
    assert.deepEqual([result.outcome, result.lostAt], ['found', null])
    assert.deepEqual(new Set(Object.keys(result.nodes)), new Set(probe.nodes))
    assert.deepEqual([...seen], [])
    const desk = await officer.call('watch.desk')
    assert.ok(desk.findings.every(({ title }) => !title.includes('玄龟九转')))
    const { findings } = await officer.call('findings.list', { query: {} })
    assert.ok(findings.every(({ title }) => !title.includes('玄龟九转')))
  })

  test('whoever learns its number cannot hand it over, capture it or read its statement', async () => {
    const { results } = await analyst.call('probes.results', { query: { probe: probe.id } })
    const certificate = await analyst.call('probes.certificate', { params: { id: results[0]!.id } })
    const { finding } = JSON.parse(certificate.result.statement) as { finding: { id: string } }
    for (const id of [finding.id]) {
      await assert.rejects(officer.call('findings.statement', { params: { id } }), isProblem('not-found'))
      await assert.rejects(officer.call('leads.read', { params: { id } }), isProblem('not-found'))
      await assert.rejects(officer.call('leads.handOver', { params: { id }, body: {} }), isProblem('not-found'))
      await assert.rejects(officer.call('leads.capture', { params: { id }, body: {} }), isProblem('not-found'))
    }
  })

  test('an honest look-alike that raises nothing is told from a violation', async () => {
    const { id } = await plant('nothing', '陶瓷马克杯 手绘', '日常使用，可以进洗碗机')
    assert.equal((await settled(id)).outcome, 'clear')
    const { overall, byBehaviour, byMonth } = await analyst.call('probes.list')
    assert.deepEqual([overall.recall.hits, overall.recall.of, overall.specificity.of], [1, 1, 1])
    const [low, high] = overall.recall.wilson
    assert.ok(low > 0.2 && low < 0.21 && high === 1)
    assert.deepEqual([byBehaviour.length, byMonth.length], [1, 1])
  })

  test('its certificate is checked again by anybody, and a changed one is not believed', async () => {
    const { results } = await analyst.call('probes.results', { query: { probe: probe.id } })
    const certificate = await analyst.call('probes.certificate', { params: { id: results.at(-1)!.id } })
    const file = join(folder, 'certificate.json')
    await writeFile(file, JSON.stringify(certificate))
    const same = await mingzheng('recompute', file, '--json')
    assert.equal(same.code, 0, same.out + same.err)
    for (const change of [
      (text: string) => text.replace('found', 'clear'),
      (text: string) => text.replace('根治', '有益'),
      (text: string) => text.replace(/(salt\\":\{\\"sha256\\":\\")[0-9a-f]{8}/, '$100000000'),
    ]) {
      const changed = change(JSON.stringify(certificate))
      assert.notEqual(changed, JSON.stringify(certificate))
      assert.equal(checkProbeCertificate(changed)?.same, false)
      await writeFile(file, changed)
    }
    assert.equal((await mingzheng('recompute', file)).code, 1)
  })

  test('the pipeline is told as it runs', async () => {
    const stop = new AbortController()
    const answer = await fetch(`${platform.url}/api/probes/${probe.id}/events`, {
      headers: { cookie },
      signal: stop.signal,
    })
    const { value } = await answer.body!.getReader().read()
    stop.abort()
    const event = JSON.parse(
      Buffer.from(value!)
        .toString()
        .replace(/^(:\n\n)*data: /, '')
        .split('\n\n')[0]!,
    ) as PipelineView
    assert.deepEqual(
      event.nodes.map(({ node }) => node),
      probe.nodes,
    )
    assert.match(event.nodes.find(({ node }) => node === 'model')!.version ?? '', /false-propaganda:\d/)
  })

  test("a lead's certificate of validity names its probes, and verifies as a package; nothing of it all is there for another organisation", async () => {
    const { rows } = await officer.call('leads.list', { query: { behaviour: 'false-propaganda' } })
    const made = await officer.call('leads.validity', { params: { id: rows[0]!.id } })
    assert.deepEqual([made.probes, made.standing.state], [2, 'witnessed'])
    const answer = await fetch(`${platform.url}/api/leads/validity/${made.id}/package`, { headers: { cookie } })
    assert.equal(answer.status, 200)
    const file = join(folder, 'validity.zip')
    const bytes = new Uint8Array(await answer.arrayBuffer())
    await writeFile(file, bytes)
    // Members of a package are stored as they are.
    const text = Buffer.from(bytes).toString('latin1')
    const start = text.indexOf('{"at":')
    const end = '"version":1}'
    const document = JSON.parse(
      Buffer.from(bytes.subarray(start, text.indexOf(`${end}PK`, start) + end.length)).toString(),
    ) as {
      lead: { id: string }
      probes: { recall: { hits: number }; passed: { outcome: string; resultIndex: number }[] }
    }
    assert.equal(document.lead.id, rows[0]!.id)
    assert.equal(document.probes.recall.hits, 1)
    assert.deepEqual(document.probes.passed.map(({ outcome }) => outcome).sort(), ['clear', 'found'])
    const policy = join(folder, 'policy.json')
    const answered = await fetch(`${platform.url}/api/public/policy.json`)
    await writeFile(policy, new Uint8Array(await answered.arrayBuffer()))
    const asked = { file, renewals: [], policies: [policy], trusted: [], json: false, language: 'en' as const }
    const verified = await verifyCommand({ ...asked, now: Date.now() })
    assert.equal(verified.exitCode, 0, verified.output)
    const { results } = await analyst.call('probes.results', { query: { probe: probe.id } })
    const things = { validity: made.id, plant: results[0]!.id, probe: probe.id }
    await monitoringStrangers(platform, { client: analyst, cookie }, things)
  })

  test('only who sets up tasks may plant, and nothing is planted where nobody watches', async () => {
    const body = { platform: market, behaviour: 'false-propaganda' as const, expects: 'lead' as const }
    const params = { id: probe.id }
    await assert.rejects(officer.call('probes.plant', { params, body }), isProblem('not-permitted'))
    const { tasks } = await analyst.call('tasks.list')
    // What was handed in is watched by a task of its own.
    for (const { id } of tasks) await analyst.call('tasks.setState', { params: { id }, body: { state: 'paused' } })
    await assert.rejects(analyst.call('probes.plant', { params, body }), isProblem('plant-unwatched'))
    await assert.rejects(
      analyst.call('probes.plant', { params, body: { ...body, platform: null } }),
      isProblem('input-wrong'),
    )
  })
})

function isProblem(code: string) {
  return (error: unknown) => error instanceof ProblemError && error.problem.code === code
}
