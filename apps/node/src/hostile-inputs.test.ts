/**
 * What a node takes from outside over HTTP and by files, damaged and forged by seed: every public and private route, what peers
 * answer, the files of the ceremony. None crashes it, none is answered as a fault of the node, memory stays where it was. (What
 * comes to its ledger: packages/ledger/src/hostile-inputs.test.ts.)
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Bytes, encodeJson, Failure, systemClock, toHex } from '@mingzheng/kernel'
import { damage, type Roll, seededRandom, seededRoll } from '@mingzheng/kernel/testing'
import { type MemberLedger, openLedger } from '@mingzheng/ledger'
import { testItem, testLedgerKeys, testLedgerOptions } from '@mingzheng/ledger/testing'
import { actorOf } from '@mingzheng/proof'
import type { FastifyInstance } from 'fastify'
import { parseApproval, parseFounding, parseRequest } from './ceremony/founding.ts'
import { type Custodian, openCustodian } from './custody/custodian.ts'
import { custodyRoutes } from './custody/custody-routes.ts'
import { createApp } from './http/app.ts'
import { askHeights, askHoldings, askPositions } from './http/peers.ts'
import { registerPublicPart } from './http/public-part.ts'
import { foundLocally } from './local/local-consortium.ts'
import type { OpenNode } from './run/open-node.ts'

const SEED = process.env.MUTATION_SEED ?? 'hostile inputs 1'
const ROUNDS = Number(process.env.MUTATION_ROUNDS ?? 12_000)
const MOST_GROWTH = 64 << 20

describe(`hostile inputs of a node (seed "${SEED}")`, { timeout: 600_000 }, () => {
  let folder: string
  let ledger: MemberLedger
  let custodian: Custodian
  let app: FastifyInstance
  const roll = seededRoll(SEED)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-hostile-'))
    const words = { zh: '市场监管', en: 'Market regulation' }
    const platform = { host: 'hostile.test', province: '330000', demo: true, organisation: words }
    const rest = { certificateRoots: [], timestampRoots: [], previous: null }
    const founding = await foundLocally(join(folder, 'founded'), { ...platform, ...rest }, systemClock)
    ledger = await openLedger(testLedgerOptions(join(folder, 'ledger')))
    const random = seededRandom(SEED)
    const items = Array.from({ length: 20 }, () => testItem(random))
    await ledger.submit(items)
    await ledger.wait(items.at(-1)!.id, 'witnessed')
    custodian = await openCustodian({
      ledger,
      folder: join(folder, 'custody'),
      actor: actorOf(testLedgerKeys('one').gateway.publicKey),
      boxKey: random(32),
      onError: () => undefined,
    })
    // As a node is, but for the engine: what it says of its blocks is asked of it by height alone.
    const node = {
      home: folder,
      configuration: { member: 'regulator' },
      founding,
      ledger,
      engine: { positions: () => [{ height: 1, appHash: new Uint8Array(32) }] },
      others: [],
    } as unknown as OpenNode
    app = createApp()
    registerPublicPart(app, node)
    custodyRoutes(app, custodian)
    await app.ready()
  })
  after(async () => {
    await app?.close()
    await custodian?.stop()
    await ledger?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function rounds(count: number, one: (roll: Roll) => unknown): Promise<void> {
    let before = 0
    for (let round = 0; round < count; round++) {
      await one(roll)
      if (round === Math.floor(count / 4)) before = process.memoryUsage().heapUsed
    }
    const grown = process.memoryUsage().heapUsed - before
    assert.ok(grown < MOST_GROWTH, `the heap grew by ${grown} bytes`)
  }

  test(`of strangers over HTTP, ${ROUNDS / 2}: answered by a code, and the node is as it was`, async () => {
    const id = 'a'.repeat(32)
    const message = encodeJson({ v: 1, notes: [await ledger.checkpoint('sha256')] })
    const addresses = [
      '/checkpoint',
      '/receipt/1',
      `/lookup/${'0'.repeat(64)}`,
      '/policy.json',
      '/founding.json',
      '/health',
      '/peer/cosignatures?size=3',
      '/peer/positions?from=1',
      '/peer/holdings?size=2',
      '/log/checkpoint',
      '/log/tile/entries/000.p/21',
      '/log/sm3/tile/0/000.p/21',
      `/custody/${id}`,
      `/custody/${id}/drawn`,
      `/custody/${id}/parts/0`,
      `/custody/given/${id}/parts/0`,
    ].map((address) => Buffer.from(address))
    const methods = ['GET', 'GET', 'POST', 'PUT', 'DELETE', 'HEAD'] as const
    const seen = new Map<number, number>()
    const { size } = await ledger.status()
    await rounds(ROUNDS / 2, async (next) => {
      const address = addresses[next(addresses.length)]!
      const url = next(3) === 0 ? address : damage(address, next)
      const method = methods[next(methods.length)]!
      const body = method === 'POST' || method === 'PUT' ? { payload: Buffer.from(damage(message, next)) } : {}
      const { statusCode } = await app.inject({
        method,
        url: `/${encodeURI(Buffer.from(url).toString('latin1')).replace(/^\/+/, '')}`,
        ...body,
      })
      seen.set(statusCode, (seen.get(statusCode) ?? 0) + 1)
    })
    assert.ok(
      [...seen.keys()].every((status) => status < 500),
      JSON.stringify([...seen]),
    )
    assert.ok((seen.get(200) ?? 0) > ROUNDS / 20, JSON.stringify([...seen]))
    assert.equal((await ledger.status()).size, size)
  })

  test(`of the ceremony’s files, ${ROUNDS / 2}: what is changed is refused by name`, async () => {
    const founded = join(folder, 'founded')
    const founding = new Uint8Array(await readFile(join(founded, 'founding.json')))
    const request = new Uint8Array(await readFile(join(founded, 'court', 'request.json')))
    const [approval] = parseFounding(founding).approvals
    const files: readonly [Bytes, (bytes: Bytes) => unknown][] = [
      [founding, parseFounding],
      [request, parseRequest],
      [encodeJson(approval as never), parseApproval],
    ]
    const whole = files.map(([bytes]) => toHex(bytes))
    let taken = 0
    await rounds(ROUNDS / 2, (next) => {
      const which = next(files.length)
      const [bytes, parse] = files[which]!
      const other = damage(bytes, next)
      if (toHex(other) === whole[which]) return
      try {
        parse(other)
        // Another word or address in a request is a request in form; who signed it is asked later.
        assert.notEqual(which, 0, 'a founding file with a changed byte is taken')
        taken++
      } catch (error) {
        if (!(error instanceof Failure)) throw error
      }
    })
    assert.ok(taken < ROUNDS / 4, `${taken}`)
  })

  test(`of what peers answer, ${ROUNDS / 8}: who answers nonsense is left out`, async () => {
    const holdings = { member: 'court', height: 7, size: 9, witnessedSize: 9, state: 'ready', detail: '' }
    const at = { size: 9, sha256: '0'.repeat(64), sm3: '1'.repeat(64) }
    const good = [encodeJson({ ...holdings, at }), encodeJson([{ height: 3, appHash: 'a'.repeat(64) }])]
    let answer: Bytes = good[0]!
    const server = createServer((_request, response) => response.end(answer))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as { port: number }
    const peer = { id: 'court', url: `http://127.0.0.1:${port}` }
    let left = 0
    await rounds(ROUNDS / 8, async (next) => {
      const which = next(2)
      answer = damage(good[which]!, next)
      if (which === 1) {
        for (const { positions } of await askPositions([peer], 1)) {
          assert.ok(positions.every(({ height, appHash }) => Number.isSafeInteger(height) && appHash.length === 32))
        }
      } else if ((await askHeights([peer])).length === 0) {
        left++
        await assert.rejects(askHoldings(peer, null))
      }
    })
    assert.ok(left > ROUNDS / 64, `${left}`)
    server.closeAllConnections()
    server.close()
  })
})
