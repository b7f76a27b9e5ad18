import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, ProblemError } from '@mingzheng/api'
import { openProbe, type Plant, type Probe } from '../docs/guides/probe-client.ts'
import { type Platform, startPlatform } from './platform/start-platform.ts'

/** Somebody else's monitoring: a queue, a list of words, and people who get what it finds. */
class StrangersSystem {
  readonly queue: { url: string; html: string }[] = []
  readonly alerts: string[] = []
  probe: Probe | null = null
  readonly #words = ['根治', '治愈', '国家级', '军用', '窃听', '象牙', '迷药', '保过', '最佳']

  work(): void {
    for (const page of this.queue.splice(0)) {
      this.probe?.count('reader', { version: 'stranger 3' })
      this.probe?.passed(page.url, 'reader')
      const hit = this.#words.some((word) => page.html.includes(word))
      this.probe?.passed(page.url, 'rules')
      for (const behaviour of hit ? ['false-propaganda', 'banned-goods'] : []) {
        if (this.probe?.found(page.url, behaviour) !== true) this.alerts.push(page.url)
      }
      this.probe?.done(page.url)
    }
  }
}

describe("a probe in somebody else's system", () => {
  let platform: Platform
  let analyst: Client
  let security: Client
  let key: string
  let probe: Probe
  let probeId: string
  const stranger = new StrangersSystem()
  const put: Plant[] = []
  const real = 'https://shop.stranger.example/item/100'
  before(async () => {
    platform = await startPlatform({ MINGZHENG_WATCHERS: '0' })
    ;({ client: analyst } = await platform.signIn('analyst'))
    // The second sign-in of an administrator asks for a code.
    ;({ client: security } = await platform.signIn('security'))
    key = (await security.call('apiKeys.add', { body: { name: 'stranger', expiresAt: null } })).secret
    probe = await openProbe({
      url: platform.url,
      apiKey: key,
      name: '外部监测系统',
      nodes: ['queue', 'reader', 'rules', 'alerts'],
      address: real,
      perDay: 0,
      restMs: 200,
      put(plant) {
        put.push(plant)
        stranger.queue.push({ url: plant.url, html: plant.html })
      },
      onTrouble: (error) => assert.fail(error),
    })
    stranger.probe = probe
    const { probes } = await analyst.call('probes.list')
    probeId = probes.find(({ kind }) => kind === 'foreign')!.id
  })
  after(async () => {
    await probe?.stop()
    await platform?.stop()
  })
  const plant = (expects: 'lead' | 'nothing') =>
    analyst.call('probes.plant', {
      params: { id: probeId },
      body: { platform: null, behaviour: 'false-propaganda', expects },
    })
  const settled = async (count: number) => {
    for (;;) {
      stranger.work()
      const { results } = await analyst.call('probes.results', { query: { probe: probeId } })
      if (results.length >= count && results.every(({ result }) => result.index !== null)) return results
      await pause(200)
    }
  }

  test('gives it pages, hears what it found, and measures it', async () => {
    const { id: violation } = await plant('lead')
    const { id: honest } = await plant('nothing')
    stranger.queue.push({ url: real, html: '根治糖尿病' })
    const results = await settled(2)
    const of = (id: string) => results.find((one) => one.id === id)!
    assert.ok(['found', 'missed'].includes(of(violation).outcome))
    assert.ok(['clear', 'false-alarm'].includes(of(honest).outcome))
    assert.deepEqual(new Set(Object.keys(of(violation).nodes)), new Set(['reader', 'rules']))
    assert.equal(of(violation).planted.state, 'witnessed')
    assert.deepEqual(new Set(stranger.alerts), new Set([real]), 'only what is real became an alert')
    const { overall } = await analyst.call('probes.list')
    assert.equal(overall.recall.of + overall.specificity.of, 2)
    assert.deepEqual(
      put.map(({ url }) => new URL(url).origin),
      ['https://shop.stranger.example', 'https://shop.stranger.example'],
    )
    assert.ok(put.every((one) => !('expects' in one) && !('behaviour' in one)))
  })

  test('opens what was planted once it is settled, and no earlier', async () => {
    const { results } = await analyst.call('probes.results', { query: { probe: probeId } })
    const certificate = await analyst.call('probes.certificate', { params: { id: results[0]!.id } })
    const statement = JSON.parse(certificate.plant.statement) as { kind: string; expects: string; url: string }
    assert.deepEqual([statement.kind, statement.expects], ['plant', results[0]!.expects])
    const outcome = JSON.parse(certificate.result.statement) as { outcome: string }
    assert.equal(outcome.outcome, results[0]!.outcome)
    assert.ok(certificate.plant.receipt!.index < certificate.result.receipt!.index)
    const { id } = await plant('lead')
    await assert.rejects(analyst.call('probes.certificate', { params: { id } }), isProblem('not-found'))
    await settled(3)
    await analyst.call('probes.certificate', { params: { id } })
  })

  test('is nobody’s but the key’s that registered it, and takes the first answer alone', async () => {
    const { secret: other } = await security.call('apiKeys.add', { body: { name: 'other', expiresAt: null } })
    const ask = (secret: string, path: string, body?: unknown) =>
      fetch(`${platform.url}/api/v1/probes/${probeId}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${secret}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    assert.equal((await ask(other, '/plants')).status, 404)
    assert.equal((await ask('mzk_wrong', '/plants')).status, 401)
    const plants = put.map(({ id }) => ({ plant: id, findings: [{ behaviour: 'false-propaganda' }] }))
    assert.equal((await ask(other, '/answers', { answers: plants })).status, 404)
    const again = await ask(key, '/answers', { answers: plants })
    const { results } = (await again.json()) as { results: { outcome: string | null }[] }
    assert.ok(results.every(({ outcome }) => outcome === null))
    const shares = (await (await ask(key, '/results')).json()) as {
      recall: { of: number }
      specificity: { of: number }
    }
    assert.equal(shares.recall.of + shares.specificity.of, 3)
  })

  test('says what its nodes did, and other authorities see nothing of it', async () => {
    await probe.stop()
    const readings = await analyst.call('probes.readings', { params: { id: probeId }, query: { hours: 1 } })
    const reader = readings.nodes.find(({ node }) => node === 'reader')!
    assert.equal(
      reader.points.reduce((sum, { through }) => sum + through, 0),
      put.length + 1,
    )
    const { client: ningbo } = await platform.signIn('ningbo')
    assert.ok((await ningbo.call('probes.list')).probes.every(({ id }) => id !== probeId))
    const params = { id: probeId }
    await assert.rejects(ningbo.call('probes.readings', { params, query: {} }), isProblem('not-found'))
    const { results } = await ningbo.call('probes.results', { query: { probe: probeId } })
    assert.deepEqual(results, [])
  })
})

function isProblem(code: string) {
  return (error: unknown) => error instanceof ProblemError && error.problem.code === code
}
