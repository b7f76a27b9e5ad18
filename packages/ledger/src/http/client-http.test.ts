import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { decodeCbor, encodeCbor } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import fc from 'fast-check'
import { openLedger } from '../ledger.ts'
import type { MemberLedger } from '../ledger-client.ts'
import { clientContract } from '../testing/client-contract.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { TEST_ORIGIN, testItem, testLedgerOptions } from '../testing/test-ledger.ts'
import { answerCall } from './answer.ts'
import { openLedgerOverHttp } from './client-http.ts'

const TOKEN = 'a'.repeat(64)

clientContract('in process', async (t) => {
  const ledger = await openLedger(testLedgerOptions(temporaryFolder()))
  t.after(() => ledger.close())
  return ledger
})

clientContract('over HTTP', async (t) => {
  const { url } = await served(t)
  const ledger = await openLedgerOverHttp({ url, token: TOKEN, origin: TEST_ORIGIN })
  t.after(() => ledger.close())
  return ledger
})

describe('a ledger over HTTP', () => {
  const random = seededRandom('over http')

  test('refuses a wrong token, another log, and a node that is not there, each by name', async (t) => {
    const { url } = await served(t)
    await assert.rejects(openLedgerOverHttp({ url, token: 'b', origin: TEST_ORIGIN }), { code: 'ledger-refuses-token' })
    const other = { url, token: TOKEN, origin: 'elsewhere.test/330000/0a1b2c3d' }
    await assert.rejects(openLedgerOverHttp(other), { code: 'ledger-other-genesis' })
    const nobody = { url: 'http://127.0.0.1:1', token: TOKEN, origin: TEST_ORIGIN, patienceMs: 0 }
    await assert.rejects(openLedgerOverHttp(nobody), { code: 'ledger-unreachable' })
  })

  test('a wait outlasts a node that is started again', async (t) => {
    const one = await served(t)
    const client = await openLedgerOverHttp({ url: one.url, token: TOKEN, origin: TEST_ORIGIN })
    t.after(() => client.close())
    await one.away()
    const item = testItem(random)
    const waiting = client.wait(item.id, 'witnessed')
    await assert.rejects(client.submit([item]), { code: 'ledger-unreachable' })
    await pause(300)
    await one.ledger.submit([item])
    await one.back()
    assert.equal((await waiting).kind, 'witnessed')
  })

  test('a question that is not as the format says is refused, whatever it is', async (t) => {
    const { ledger } = await served(t)
    const answered = { ledger, members: async () => [], governance: () => null }
    const calls = [
      'submit',
      'standing',
      'wait',
      'receipt',
      'lookup',
      'entries',
      'checkpoint',
      'members',
      'governance',
      'nothing',
    ]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...calls), fc.uint8Array({ maxLength: 200 }), async (call, bytes) => {
        const { status, body } = await answerCall(answered, call, bytes)
        assert.ok(status >= 400 && status < 500, `${call} ${status}`)
        assert.equal((decodeCbor(body) as { code: string }).code, 'ledger-question-malformed')
      }),
      { seed: 20_261_124, numRuns: 500 },
    )
    const long = encodeCbor({ id: new Uint8Array(16), kind: 'witnessed', ms: 10_000_000 })
    assert.equal((await answerCall(answered, 'wait', long)).status, 400)
  })
})

interface Served {
  readonly url: string
  readonly ledger: MemberLedger
  /** Closes the door, as a node that is being started again. */
  away(): Promise<void>
  back(): Promise<void>
}

async function served(t: TestContext): Promise<Served> {
  const ledger = await openLedger(testLedgerOptions(temporaryFolder()))
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', async () => {
      if (request.headers.authorization !== `Bearer ${TOKEN}`) return response.writeHead(401).end()
      const path = request.url ?? ''
      if (request.method === 'GET') {
        const file = ledger.serve(path.replace('/log/', ''))
        return file === null ? response.writeHead(404).end() : response.writeHead(200, file.headers).end(file.body)
      }
      const answered = { ledger, members: async () => [], governance: () => null }
      const { status, body } = await answerCall(answered, path.replace('/ledger/', ''), Buffer.concat(pieces))
      response.writeHead(status, { 'content-type': 'application/cbor' }).end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const away = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise((done) => server.close(done))
  }
  t.after(async () => {
    await away()
    await ledger.close()
  })
  const back = async () => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  return { url: `http://127.0.0.1:${port}`, ledger, away, back }
}
