import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { createLogger } from '../log.ts'
import { createApp } from './app.ts'

const PATIENCE = { headersMs: 300, bodyMs: 300, bodyBytesASecond: 100, quietMs: 2500, lookMs: 50, connections: 20 }

describe('clients that take their time', () => {
  let app: FastifyInstance
  /** Streams that were given up before their end. */
  let givenUp = 0
  before(async () => {
    app = await createApp({
      logger: createLogger('silent'),
      tls: null,
      replayOrigin: () => null,
      version: '0',
      patience: PATIENCE,
    })
    app.post('/json', async (request) => request.body)
    app.register(async (files) => {
      files.removeAllContentTypeParsers()
      files.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
      files.post('/file', async (request) => {
        let bytes = 0
        for await (const chunk of request.body as Readable) bytes += (chunk as Uint8Array).length
        return { bytes }
      })
      // Takes the file only after a while: it waits, not its sender.
      files.post('/late', async (request) => {
        await pause(800)
        let bytes = 0
        for await (const chunk of request.body as Readable) bytes += (chunk as Uint8Array).length
        return { bytes }
      })
    })
    app.get('/large', (_request, reply) => {
      const endless = async function* () {
        try {
          for (;;) yield new Uint8Array(64 * 1024)
        } finally {
          givenUp++
        }
      }
      return reply.send(Readable.from(endless()))
    })
    app.get('/quick', async () => ({ ok: true }))
    await app.listen({ host: '127.0.0.1', port: 0 })
  })
  after(() => app.close())

  const port = () => (app.server.address() as AddressInfo).port
  const dial = () => {
    const socket = connect(port(), '127.0.0.1')
    socket.on('error', () => {})
    return socket
  }
  const head = (path: string, length: number, type = 'application/octet-stream') =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\nx-mingzheng-request: 1\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`
  /** However it ends: a hang-up may be told as an error first. */
  const closed = (socket: Socket) => new Promise((done) => socket.once('close', done))
  /** Writes a byte now and then until the other side hangs up. */
  async function dribble(socket: Socket, text: string): Promise<void> {
    for (let at = 0; !socket.destroyed; at++) {
      socket.write(text[at % text.length]!)
      await pause(40)
    }
  }
  const answerOf = async (socket: Socket) => {
    let text = ''
    for await (const chunk of socket) {
      text += (chunk as Buffer).toString('latin1')
      if (text.includes('}')) break
    }
    return text
  }

  test('who never finishes the headers is let go, and others are answered meanwhile', async () => {
    const slow = [dial(), dial(), dial()]
    const ends = slow.map((socket) => {
      socket.write('GET /quick HTTP/1.1\r\n')
      return Promise.all([closed(socket), dribble(socket, 'x-header: y\r\n')])
    })
    assert.equal((await fetch(`http://127.0.0.1:${port()}/quick`)).status, 200)
    await Promise.all(ends)
  })

  for (const path of ['/json', '/file']) {
    test(`a body that dribbles in is let go (${path})`, async () => {
      const socket = dial()
      socket.write(head(path, 1_000_000, path === '/json' ? 'application/json' : undefined))
      await Promise.all([closed(socket), dribble(socket, '{"a":1}')])
    })
  }

  test('a long file on a thin line is taken as long as it keeps coming', async () => {
    const socket = dial()
    socket.write(head('/file', 20_000))
    for (let sent = 0; sent < 20_000; sent += 200) {
      socket.write(Buffer.alloc(200))
      await pause(20)
    }
    assert.match(await answerOf(socket), /^HTTP\/1\.1 200[\s\S]*"bytes":20000/)
  })

  test('a file that waits for us is not its sender’s fault', async () => {
    const socket = dial()
    socket.write(head('/late', 300))
    socket.write(Buffer.alloc(300))
    assert.match(await answerOf(socket), /^HTTP\/1\.1 200[\s\S]*"bytes":300/)
  })

  test('who does not read what he asked for is let go, and what he was sent is given up', async () => {
    const before = givenUp
    const socket = dial()
    socket.pause()
    socket.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n')
    while (givenUp === before) await pause(50)
    socket.destroy()
  })

  test('more connections than there may be are closed at once', async () => {
    const held = Array.from({ length: PATIENCE.connections }, dial)
    await Promise.all(held.map((socket) => once(socket, 'connect')))
    const over = dial()
    await closed(over)
    for (const socket of held) socket.destroy()
  })
})
