/** Every route that names one thing, asked by people who may use such routes, but for whom this thing is not: another unit, another organisation. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { addressOf, type Client, createClient, type Route, type RouteName, routes } from '@mingzheng/api'
import { needs } from './capability.ts'
import type { Platform } from './platform/start-platform.ts'

type Names = { [name: string]: string }
type Headers = Record<string, string>

/** What there is to reach for, all of it made by an officer, a security administrator and a program of one organisation. */
interface Things {
  number: string
  capture: string
  live: string
  view: string
  hold: string
  user: string
  serial: string
  apiKey: string
  preservation: string
  webhook: string
}

interface Reach {
  params?: Names
  query?: Names
  body?: unknown
  /** Who tries; officers of another unit and of another organisation when left out. */
  by?: readonly ('officer3' | 'ningbo' | 'ningbo-system' | 'ningbo-security' | 'program')[]
}

const OFFICERS = ['officer3', 'ningbo'] as const

/** By route, as a request that would be right from whoever may: what is refused is refused for want of sight alone. */
function reaches(of: Things): Partial<Record<RouteName, Reach>> {
  const number = { params: { number: of.number } }
  const capture = { params: { id: of.capture } }
  const live = { params: { id: of.live } }
  const preservation: Reach = { params: { id: of.preservation }, by: ['program'] }
  return {
    'evidence.read': number,
    'evidence.timeline': number,
    'evidence.keeping': number,
    'evidence.file': { ...number, query: { path: 'manifest.json' } },
    'evidence.package': number,
    'evidence.replay': number,
    'evidence.report': number,
    'evidence.renewal': number,
    'evidence.fixAgain': number,
    'evidence.edition': { ...number, body: { kind: 'voiding', reason: 'x' } },
    'evidence.compare': { query: { left: of.number, right: of.number } },
    'evidence.comparePicture': { query: { left: of.number, right: of.number } },
    'custody.ofEvidence': number,
    'custody.hold': { ...number, body: { reason: 'x' } },
    'custody.lift': { params: { number: of.number, id: of.hold } },
    'captures.request': { body: { urls: ['http://shop.example/'], recaptureOf: of.number } },
    'captures.read': capture,
    'captures.cancel': capture,
    'captures.events': capture,
    'captures.unfixed': capture,
    'live.events': live,
    'live.input': { ...live, body: { inputs: [{ kind: 'back' }] } },
    'live.capture': { ...live, body: {} },
    'live.close': live,
    'views.remove': { params: { id: of.view } },
    'users.state': { params: { id: of.user }, body: { state: 'disabled' }, by: ['ningbo-system'] },
    'users.roles': { params: { id: of.user }, body: { roles: ['officer'] }, by: ['ningbo-security'] },
    'users.unlock': { params: { id: of.user }, by: ['ningbo-security'] },
    'keys.revoke': { params: { serial: of.serial }, body: { reason: 'key-compromise' }, by: ['ningbo-security'] },
    'apiKeys.revoke': { params: { id: of.apiKey }, by: ['ningbo-security'] },
    'preservations.read': preservation,
    'preservations.fixAgain': preservation,
    'preservations.certificate': preservation,
    'preservations.package': preservation,
    'preservations.renewal': preservation,
    'webhooks.remove': { params: { id: of.webhook }, by: ['program'] },
  }
}

/** Named, and shown elsewhere: one's own passkeys (identity), copies that custodians have (custody), what monitoring has (`watch-strangers.ts`). */
const ELSEWHERE = /^(me\.|custody\.challenge$|leads\.|submissions\.|reports\.|rules\.)/

/** `signIn` signs each person in once: an administrator's second sign-in asks for a code. */
export function strangersTable(platformOf: () => Platform, signIn: Platform['signIn']): void {
  describe('what belongs to another unit or organisation', needs('chromium'), () => {
    async function makeThings(): Promise<Things> {
      const platform = platformOf()
      const [officer, security] = await Promise.all(
        ['officer', 'security'].map(async (name) => (await signIn(name)).client),
      )
      const url = `${platform.market}/platform/licence`
      const asked = await officer!.call('captures.request', { body: { urls: [url] } })
      const live = await officer!.call('live.open', { body: { url } })
      const { view } = await savedView(officer!)
      const { key, secret } = await security!.call('apiKeys.add', { body: { name: 'mine', expiresAt: null } })
      const program = createClient(platform.url, fetch, { authorization: `Bearer ${secret}` })
      const preserved = await program.call('preservations.add', {
        body: { sha256: 'ab'.repeat(32) },
        query: { wait: 60 },
      })
      const { webhook } = await program.call('webhooks.add', { body: { url: 'http://127.0.0.1:9/hook' } })
      const capture = asked.captures[0]!.id
      const number = await numberOf(officer!, capture)
      const custody = await officer!.call('custody.hold', { params: { number }, body: { reason: '复议' } })
      const { users } = await security!.call('users.list')
      const { certificates } = await security!.call('keys.list')
      return {
        number,
        capture,
        live: live.id,
        view,
        hold: custody.legalHolds[0]!.id,
        user: users.find(({ username }) => username === 'officer2')!.id,
        serial: certificates.find(({ revokedAt }) => revokedAt === null)!.serial,
        apiKey: key.id,
        preservation: preserved.id,
        webhook: webhook.id,
      }
    }

    test('is not there for them, by any route that names it, and stays as it was', async () => {
      const platform = platformOf()
      const things = await makeThings()
      const table = reaches(things)
      const uncovered = (Object.entries(routes) as [RouteName, Route][])
        .filter(([name, { path, access }]) => {
          const named = path.includes(':') && !/^(public|console|(monitoring|probe|report)\..*)$/.test(access)
          return named && !(name in table) && !ELSEWHERE.test(name)
        })
        .map(([name]) => name)
      assert.deepEqual(uncovered, [], 'a route that names something stands in the table')

      const headers = new Map<string, Headers>()
      for (const name of [...OFFICERS, 'ningbo-system', 'ningbo-security']) {
        headers.set(name, { cookie: (await signIn(name)).cookie })
      }
      const foreign = createClient(platform.url, fetch, headers.get('ningbo-security'))
      const { secret } = await foreign.call('apiKeys.add', { body: { name: 'theirs', expiresAt: null } })
      headers.set('program', { authorization: `Bearer ${secret}` })

      for (const [name, reach] of Object.entries(table) as [RouteName, Reach][]) {
        const { method } = routes[name] as Route
        const { params = {}, query = {}, body } = reach
        const address = addressOf(name, { params, query } as never)
        for (const by of reach.by ?? OFFICERS) {
          const answer = await fetch(platform.url + address, {
            method,
            headers: {
              'x-mingzheng-request': '1',
              ...headers.get(by),
              ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            signal: AbortSignal.timeout(20_000),
          })
          const said = answer.status === 404 ? await answer.text() : ''
          if (said === '') await answer.body?.cancel()
          assert.equal(answer.status, 404, `${name} as ${by}`)
          // Not even whose it is, nor that it is.
          for (const word of ['王晓明', '网络交易监管处', '资质']) assert.ok(!said.includes(word), `${name}: ${said}`)
        }
      }

      const { client } = await signIn('officer')
      const { number } = things
      const [detail, custody, { views }, job] = await Promise.all([
        client.call('evidence.read', { params: { number } }),
        client.call('custody.ofEvidence', { params: { number } }),
        client.call('views.list'),
        client.call('captures.read', { params: { id: things.capture } }),
      ])
      assert.deepEqual([detail.state, detail.edition, job.state], ['fixed', 1, 'done'])
      assert.deepEqual(
        custody.legalHolds.map(({ liftedAt }) => liftedAt),
        [null],
      )
      assert.ok(views.some(({ id }) => id === things.view))
      const { events } = await client.call('evidence.timeline', { params: { number } })
      assert.deepEqual(
        events.filter(({ actor }) => actor === '赵强' || actor === '张海'),
        [],
      )
      await client.call('live.close', { params: { id: things.live } })
      for (const name of OFFICERS) {
        const stranger = (await signIn(name)).client
        const [list, { captures }] = await Promise.all([
          stranger.call('evidence.list', { query: { q: number } }),
          stranger.call('captures.list', { query: {} }),
        ])
        assert.deepEqual([list.rows, list.count.value], [[], 0])
        assert.ok(captures.every(({ id }) => id !== things.capture))
      }
    })
  })
}

async function savedView(officer: Client): Promise<{ view: string }> {
  const saved = await officer.call('views.save', { body: { name: '我的', query: 'state=fixed' } })
  return { view: saved.id }
}

async function numberOf(officer: Client, id: string): Promise<string> {
  for (;;) {
    const job = await officer.call('captures.read', { params: { id } })
    if (job.state === 'done' && job.number !== null) return job.number
    assert.notEqual(job.state, 'failed')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
