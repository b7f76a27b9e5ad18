/** What the ledger refuses for good, as another system sees it: at the API, by webhook, and when it asks again. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type Client, createClient, ProblemError } from '@mingzheng/api'
import { createPreservationService, type EvidenceTables, evidenceMigrations, type FixParts } from '@mingzheng/evidence'
import { identityMigrations } from '@mingzheng/identity'
import {
  type Bytes,
  Failure,
  type Id,
  issueCertificateNumber,
  newId,
  parseProvinceCode,
  refuse,
  systemClock,
} from '@mingzheng/kernel'
import type { LedgerClient, LedgerItem, Standing } from '@mingzheng/ledger'
import { createLogger } from '@mingzheng/server'
import type { Database, OutboxWorker } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import { Webhook } from 'standardwebhooks'
import { startWebhooks } from '../apps/server/src/compose/webhooks.ts'
import { createApp } from '../apps/server/src/http/app.ts'
import { registerHandlers } from '../apps/server/src/http/handler.ts'
import type { Person } from '../apps/server/src/person.ts'
import { preservationRoutes } from '../apps/server/src/routes/preservation-routes.ts'
import { until } from './faults/work.ts'

const KEY = new Uint8Array(32)
const person = {
  kind: 'api-key',
  userId: newId(0) as Id,
  organisationId: 'org',
  organisationName: '示例局',
} as unknown as Person

describe('a preservation that the ledger refuses', () => {
  let database: Database<EvidenceTables>
  let app: Awaited<ReturnType<typeof createApp>>
  let hooks: OutboxWorker
  let service: ReturnType<typeof createPreservationService>
  let receiver: Server
  let api: Client
  const heard: { headers: Record<string, string>; body: string }[] = []
  let permitted = false

  before(async () => {
    database = await testDatabase<EvidenceTables>(identityMigrations, evidenceMigrations)
    const db = database.system
    let numbers = 0
    let index = 0
    const ledger = {
      submit: async (items: readonly LedgerItem[]): Promise<Standing[]> =>
        items.map(({ id }) =>
          permitted
            ? { kind: 'accepted', id }
            : { kind: 'refused', id, refusal: refuse('permission-denied', 'the key has no permission') },
        ),
      wait: async (id: Bytes): Promise<Standing> => ({ kind: 'witnessed', id, index: index++, time: 1, size: index }),
      async receipt() {
        throw new Failure('ledger-not-found', 'not asked for here')
      },
    } as unknown as LedgerClient
    service = createPreservationService({
      db,
      clock: systemClock,
      folder: '',
      ledger,
      fix: { stamp: async () => new Uint8Array([1]), retentionMs: 1000 } as unknown as FixParts,
      tool: { name: 'mingzheng', version: '0', sha256: null },
      demo: false,
      nextNumber: async () => issueCertificateNumber(KEY, parseProvinceCode('330000'), 2026, ++numbers),
      openBlob: () => assert.fail('nothing is packed'),
      blobKey: (number) => `packages/${number}`,
      onError: () => undefined,
    })
    service.start()
    hooks = startWebhooks({ db, clock: systemClock, key: KEY, allow: () => true, onFailure: () => undefined })
    receiver = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += chunk))
      request.on('end', () => {
        heard.push({ headers: request.headers as Record<string, string>, body })
        response.writeHead(204).end()
      })
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    app = await createApp({ logger: createLogger('silent'), tls: null, replayOrigin: () => null, version: '0' })
    const gate = { admit: async () => person, whileUp: <T>(work: Promise<T>) => work }
    const none = () => assert.fail('not asked for here')
    const routes = preservationRoutes({
      clock: systemClock,
      db,
      service: { ...service, receiptOf: async () => null },
      blobs: {} as never,
      openBlob: none,
      webhookKey: KEY,
      refuseAddress: () => null,
    })
    registerHandlers(app, gate, routes)
    await app.listen({ host: '127.0.0.1', port: 0 })
    api = createClient(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, fetch, {
      authorization: 'Bearer x',
    })
  })
  after(async () => {
    await hooks?.stop()
    await service?.stop()
    await app?.close()
    receiver?.close()
    await database?.close()
  })

  const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code

  test('is answered with the reason and what to do, told by webhook, and asked for again', async () => {
    const { port } = receiver.address() as AddressInfo
    const { secret } = await api.call('webhooks.add', { body: { url: `http://127.0.0.1:${port}/` } })
    const added = await api.call('preservations.add', { body: { sha256: 'ab'.repeat(32) }, query: { wait: 30 } })
    const params = { id: added.id }
    assert.equal(added.problem?.code, 'ledger-item-refused')
    assert.match(added.problem!.detail, /the key has no permission/)
    assert.ok(added.problem!.remedy !== null)
    assert.deepEqual([added.standing.state, added.certificate], ['accepted', null])
    // Who waits for what has ended does not wait.
    const read = await api.call('preservations.read', { params, query: { wait: 60 } })
    assert.deepEqual(read.problem, added.problem)
    const message = (at: number) => until(`message ${at}`, async () => heard[at])
    const told = (await message(0)) as (typeof heard)[number]
    const { type, data } = new Webhook(secret).verify(told.body, told.headers) as {
      type: string
      data: { id: string; problem: unknown; index: unknown }
    }
    assert.deepEqual([type, data.id, data.index, data.problem], ['preservation.failed', added.id, null, added.problem])

    permitted = true
    const again = await api.call('preservations.fixAgain', { params })
    assert.deepEqual([again.number, again.problem], [added.number, null])
    const fixed = await api.call('preservations.read', { params, query: { wait: 30 } })
    assert.deepEqual([fixed.standing.state, fixed.problem], ['witnessed', null])
    assert.equal(JSON.parse(((await message(1)) as (typeof heard)[number]).body).type, 'preservation.fixed')
    await assert.rejects(api.call('preservations.fixAgain', { params }), isProblem('not-failed'))
  })

  test('of another organisation cannot be asked for', async () => {
    const params = { id: newId(Date.now()) }
    await assert.rejects(api.call('preservations.fixAgain', { params }), isProblem('not-found'))
  })
})
