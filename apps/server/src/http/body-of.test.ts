import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createLogger } from '../log.ts'
import { createApp } from './app.ts'
import { bodyOf } from './handler.ts'

const LIMIT = 100_000

describe('a file that is sent', () => {
  let app: FastifyInstance
  let url: string
  /** How each request ended on our side: its bytes, or why not. */
  const ended: (number | string)[] = []
  before(async () => {
    app = await createApp({ logger: createLogger('silent'), tls: null, replayOrigin: () => null, version: '0' })
    app.register(async (files) => {
      files.removeAllContentTypeParsers()
      files.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
      files.post('/file', async (request) => {
        let bytes = 0
        try {
          for await (const chunk of bodyOf(request, LIMIT, 'send less')) bytes += chunk.length
        } catch (error) {
          ended.push((error as { code?: string }).code ?? 'unknown')
          throw error
        }
        ended.push(bytes)
        return { bytes }
      })
    })
    url = await app.listen({ host: '127.0.0.1', port: 0 })
  })
  after(() => app.close())

  const headers = { 'x-mingzheng-request': '1', 'content-type': 'application/octet-stream' }
  const send = (body: Uint8Array | ReadableStream) =>
    fetch(`${url}/file`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
  /** Its length is not said before. */
  const streamOf = (bytes: number) =>
    new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < bytes; sent += 10_000) controller.enqueue(new Uint8Array(10_000))
        controller.close()
      },
    })

  test('is taken up to the limit, whether its length is said before or not', async () => {
    for (const body of [new Uint8Array(LIMIT), streamOf(LIMIT)]) {
      assert.deepEqual(await (await send(body)).json(), { bytes: LIMIT })
    }
  })

  test('and is larger is refused by name, with what to do instead', async () => {
    for (const body of [new Uint8Array(LIMIT + 1), streamOf(LIMIT + 10_000)]) {
      const answer = await send(body)
      assert.equal(answer.status, 413)
      const { code, remedy } = (await answer.json()) as { code: string; remedy: string }
      assert.deepEqual([code, remedy], ['too-large', 'send less'])
    }
    assert.deepEqual(await (await send(new Uint8Array(10))).json(), { bytes: 10 })
  })

  test('and whose sender goes away in the middle ends our work on it', async () => {
    const before = ended.length
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const lines = [
      'POST /file HTTP/1.1',
      'host: x',
      'x-mingzheng-request: 1',
      'content-type: a/b',
      'content-length: 5000',
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    socket.write(Buffer.alloc(1000), () => socket.destroy())
    while (ended.length === before) await new Promise((next) => setTimeout(next, 20))
    assert.equal(typeof ended.at(-1), 'string')
  })
})
