import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import {
  addressOf,
  type BrandLogoView,
  type Client,
  ProblemError,
  type RegisterImportView,
  type SettingsView,
} from '@mingzheng/api'
import { type Platform, startPlatform } from './platform/start-platform.ts'

const STRICT: SettingsView = { parameters: { 'false-propaganda.listing': { lead: 0.9 } }, groups: [] }

describe('what models judge by, over HTTP', () => {
  let platform: Platform
  const people = new Map<string, { client: Client; cookie: string }>()
  before(async () => {
    platform = await startPlatform()
    for (const name of ['analyst', 'duty', 'audit']) people.set(name, await platform.signIn(name))
  })
  after(() => platform?.stop())
  const as = (name: string) => people.get(name)!.client

  async function send(
    body: string | Uint8Array<ArrayBuffer>,
  ): Promise<{ status: number; answer: RegisterImportView & { code: string } }> {
    const path = addressOf('registers.upload', { params: { kind: 'operators' }, query: { name: '经营者.csv' } })
    const response = await fetch(platform.url + path, {
      method: 'POST',
      headers: { cookie: people.get('analyst')!.cookie, 'x-mingzheng-request': '1', 'content-type': 'text/csv' },
      body,
    })
    return { status: response.status, answer: (await response.json()) as never }
  }
  async function until(id: string, is: (one: RegisterImportView) => boolean): Promise<RegisterImportView> {
    for (;;) {
      const one = await as('analyst').call('registerImports.read', { params: { id } })
      if (is(one)) return one
      await pause(100)
    }
  }
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
    )

  test('a file that is no sheet is refused by name, and so is an empty one', async () => {
    for (const body of [new Uint8Array([0, 1, 2, 3, 4]), '']) {
      const { status, answer } = await send(body)
      assert.deepEqual([status, answer.code], [400, 'sheet-unreadable'])
    }
  })

  test('an import under way is cancelled; the register stays as it was', async () => {
    const rows = Array.from({ length: 150_000 }, (_, i) => `公司${i},91350100M000100Y43`)
    const { answer } = await send(`名称,统一社会信用代码\r\n${rows.join('\r\n')}`)
    const params = { id: answer.id }
    assert.equal(
      await codeOf(as('analyst').call('registerImports.start', { params, body: { mapping: {}, mode: 'merge' } })),
      'mapping-wrong',
    )
    await as('analyst').call('registerImports.start', { params, body: { mapping: answer.mapping, mode: 'merge' } })
    await until(answer.id, ({ progress }) => progress.read > 0)
    const ended = await as('analyst').call('registerImports.cancel', { params })
    assert.equal(ended.state, 'cancelled')
    assert.equal(await codeOf(as('analyst').call('registerImports.cancel', { params })), 'import-ended')
    const { registers } = await as('analyst').call('registers.list')
    assert.equal(registers.find(({ kind }) => kind === 'operators')?.version, 0)
  })

  test('settings are approved by another person alone; proposal and approval come to stand on the ledger', async () => {
    const proposal = { content: STRICT, basedOn: 0, note: '专项行动' }
    const made = await as('analyst').call('settings.propose', { body: proposal })
    const decision = { params: { version: made.version }, body: { decision: 'approve' as const } }
    assert.equal(await codeOf(as('analyst').call('settings.decide', decision)), 'own-proposal')
    const active = await as('duty').call('settings.decide', decision)
    assert.equal(active.state, 'active')
    const { parameters } = await as('analyst').call('models.read', { params: { behaviour: 'false-propaganda' } })
    assert.equal(parameters.find(({ name }) => name === 'lead')?.value, 0.9)
    for (const action of ['settings.propose', 'settings.approve']) {
      for (;;) {
        const { events } = await as('audit').call('audit.list', { query: { action } })
        assert.equal(events.length, 1)
        assert.match(events[0]!.detail, new RegExp(made.sha256))
        if (events[0]!.index !== null) break
        await pause(200)
      }
    }
  })

  test('logos are added to a brand, shown, taken off; what is no picture is refused by name', async () => {
    const seeded = await as('analyst').call('registers.seed', { params: { kind: 'brands' } })
    await until(seeded.id, ({ state }) => state === 'done')
    const { rows } = await as('analyst').call('registers.entries', { params: { kind: 'brands' }, query: { limit: 1 } })
    const brand = rows[0]!.key
    const picture = new Uint8Array(
      readFileSync(new URL('../packages/monitoring/src/picture/samples/2-logo.png', import.meta.url)),
    )
    const post = async (body: Uint8Array<ArrayBuffer>, to = brand) => {
      const path = addressOf('brandLogos.add', { query: { brand: to } })
      const headers = { cookie: people.get('analyst')!.cookie, 'x-mingzheng-request': '1', 'content-type': 'image/png' }
      const response = await fetch(platform.url + path, { method: 'POST', headers, body })
      return { status: response.status, answer: (await response.json()) as BrandLogoView & { code: string } }
    }
    const refused = async (body: Uint8Array<ArrayBuffer>, to?: string) => {
      const { status, answer } = await post(body, to)
      return [status, answer.code]
    }
    assert.deepEqual(await refused(new TextEncoder().encode('<svg/>')), [400, 'picture-type'])
    assert.deepEqual(await refused(picture.slice(0, 500)), [400, 'picture-damaged'])
    assert.deepEqual(await refused(new Uint8Array((4 << 20) + 1)), [400, 'picture-size'])
    assert.deepEqual(await refused(picture, 'no such brand'), [404, 'not-found'])
    const { status, answer } = await post(picture)
    assert.equal(status, 201)
    const list = async (name: string) => (await as(name).call('brandLogos.list', { query: { brand } })).logos
    assert.deepEqual(
      (await list('analyst')).map(({ id }) => id),
      [answer.id],
    )
    const shown = await fetch(`${platform.url}${addressOf('brandLogos.picture', { params: { id: answer.id } })}`, {
      headers: { cookie: people.get('analyst')!.cookie },
    })
    assert.equal(shown.headers.get('content-type'), 'image/png')
    assert.deepEqual(new Uint8Array(await shown.arrayBuffer()), picture)
    const ended = await as('analyst').call('brandLogos.end', { params: { id: answer.id } })
    assert.notEqual(ended.endedAt, null)
    assert.deepEqual(await list('analyst'), [])
  })
})
