import assert from 'node:assert/strict'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { seededRandom } from '@mingzheng/kernel/testing'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import { RequestSchema, type Response, ResponseSchema } from '../generated/tendermint/abci/types_pb.js'
import { type AbciHandler, type AbciRequest, type AbciResponse, AbciServer } from './abci-server.ts'
import { FrameReader, framePrefix } from './frame-reader.ts'

type Asked = NonNullable<MessageInitShape<typeof RequestSchema>['value']>

const echo = (request: AbciRequest): AbciResponse => {
  if (request.case === 'echo') return { case: 'echo', value: { message: request.value.message } }
  return { case: 'flush', value: {} }
}

async function serve(t: TestContext, handle: AbciHandler) {
  const path = join(temporaryFolder(), 'abci.sock')
  const failures: string[] = []
  const server = await AbciServer.listen({
    path,
    handle,
    failed: (error, kind) => failures.push(`${kind}: ${error.message}`),
  })
  t.after(() => server.close())
  return { path, server, failures }
}

class Client {
  readonly socket: Socket
  readonly answers: Response['value'][] = []
  closed = false

  constructor(path: string) {
    const reader = new FrameReader()
    this.socket = connect(path)
    this.socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) this.answers.push(fromBinary(ResponseSchema, frame).value)
    })
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => {
      this.closed = true
    })
  }

  ask(...asked: Asked[]): void {
    for (const value of asked) {
      const bytes = toBinary(RequestSchema, create(RequestSchema, { value }))
      this.socket.write(framePrefix(bytes.length))
      this.socket.write(bytes)
    }
  }

  get cases(): (string | undefined)[] {
    return this.answers.map((answer) => answer.case)
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !condition(); i++) await sleep(5)
  assert.ok(condition())
}

describe('the ABCI server', () => {
  test('answers the requests of a connection in their order, early answers after late ones', async (t) => {
    const { path } = await serve(t, async (request) => {
      if (request.case === 'commit') await sleep(30)
      return request.case === 'commit' ? { case: 'commit', value: {} } : echo(request)
    })
    const client = new Client(path)
    client.ask(
      { case: 'commit', value: {} },
      { case: 'echo', value: { message: 'a' } },
      { case: 'commit', value: {} },
      { case: 'flush', value: {} },
    )
    await until(() => client.answers.length === 4)
    assert.deepEqual(client.cases, ['commit', 'echo', 'commit', 'flush'])
  })

  test('lets two connections change things one after the other, and answers questions meanwhile', async (t) => {
    let inside = 0
    let most = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { path } = await serve(t, async (request) => {
      if (request.case !== 'commit') return echo(request)
      most = Math.max(most, ++inside)
      await held
      inside--
      return { case: 'commit', value: {} }
    })
    const [one, two, asking] = [new Client(path), new Client(path), new Client(path)]
    one!.ask({ case: 'commit', value: {} })
    two!.ask({ case: 'commit', value: {} })
    asking!.ask({ case: 'checkTx', value: {} })
    await until(() => asking!.answers.length === 1)
    assert.deepEqual([one!.answers.length, two!.answers.length], [0, 0])
    release()
    await until(() => one!.answers.length === 1 && two!.answers.length === 1)
    assert.equal(most, 1)
  })

  test('closes a connection by name for a length that nobody would send, and serves the others', async (t) => {
    const { path, failures } = await serve(t, echo)
    const [bad, good] = [new Client(path), new Client(path)]
    bad!.socket.write(framePrefix(2 ** 34))
    await until(() => bad!.closed)
    assert.match(failures[0]!, /^frame: /)
    good!.ask({ case: 'echo', value: { message: 'still here' } })
    await until(() => good!.answers.length === 1)
  })

  test('closes a connection by name for a request of an unknown kind', async (t) => {
    const { path, failures } = await serve(t, echo)
    const client = new Client(path)
    client.socket.write(framePrefix(0))
    await until(() => client.closed)
    assert.deepEqual(failures, ['frame: a request of an unknown kind'])
  })

  test('tells CometBFT of a call that failed, then ends every connection', async (t) => {
    const { path, server, failures } = await serve(t, async (request) => {
      if (request.case === 'commit') throw new Error('no')
      return echo(request)
    })
    const [one, two] = [new Client(path), new Client(path)]
    two!.ask({ case: 'echo', value: { message: '' } })
    one!.ask({ case: 'commit', value: {} })
    await until(() => one!.closed && two!.closed)
    assert.deepEqual(one!.cases, ['exception'])
    assert.deepEqual(failures, ['application: no'])
    assert.equal(server.connections, 0)
  })

  test('replaces a socket that a killed process left, opens it to its owner alone, and takes it away', async () => {
    const path = join(temporaryFolder(), 'abci.sock')
    writeFileSync(path, '')
    const server = await AbciServer.listen({ path, handle: echo, failed: () => undefined })
    assert.equal(statSync(path).mode & 0o777, 0o600)
    await server.close()
    assert.equal(existsSync(path), false)
  })

  test('outlives a thousand connections over which nothing good comes', async (t) => {
    const { path, failures } = await serve(t, echo)
    const random = seededRandom('abci connections')
    for (let sent = 0; sent < 1000; sent += 100) {
      const clients = Array.from({ length: 100 }, () => {
        const client = new Client(path)
        const bytes = random(1 + (random(1)[0]! % 60))
        client.socket.end(Buffer.concat([framePrefix(bytes.length), bytes, new Uint8Array(12).fill(0xff)]))
        return client
      })
      await until(() => clients.every(({ closed }) => closed))
    }
    assert.equal(failures.length, 1000)
    assert.ok(failures.every((failure) => failure.startsWith('frame: ')))
    const good = new Client(path)
    good.ask({ case: 'echo', value: { message: 'still here' } })
    await until(() => good.answers.length === 1)
  })
})
