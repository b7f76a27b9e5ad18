/** The server's half of a WebSocket (RFC 6455), as much as the test site needs: short frames, echo, close. */
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Sent } from './sent.ts'

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Accepts the connection, greets, echoes what comes. */
export function serveSocket(request: IncomingMessage, socket: Duplex, sent: Sent): void {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${MAGIC}`).digest('base64')
  socket.on('error', () => {})
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  const send = (opcode: number, payload: Buffer) => {
    sent.messages.push({
      direction: 'to-browser',
      data: opcode === 1 ? payload.toString() : payload.toString('base64'),
    })
    socket.write(Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]))
  }
  send(1, Buffer.from('你好'))
  send(2, Buffer.from([0, 1, 2, 254, 255]))
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 6) {
      const opcode = rest[0]! & 15
      const length = rest[1]! & 127
      if (length > 125 || rest.length < 6 + length) return
      const mask = rest.subarray(2, 6)
      const payload = Buffer.from(rest.subarray(6, 6 + length).map((byte, i) => byte ^ mask[i % 4]!))
      rest = rest.subarray(6 + length)
      if (opcode === 8) {
        socket.end()
        return
      }
      sent.messages.push({
        direction: 'to-server',
        data: opcode === 1 ? payload.toString() : payload.toString('base64'),
      })
      send(opcode, payload)
    }
  })
}
