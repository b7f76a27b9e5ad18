/** The few bytes of SOCKS 5 (RFC 1928) that a browser speaks to the guard: no sign-in, CONNECT only. */
import type { Socket } from 'node:net'
import { Failure } from '@mingzheng/kernel'

/** Reply codes, section 6. */
export const REPLY = { granted: 0, notAllowed: 2, unreachable: 4 } as const

const VERSION = 5
const CONNECT = 1

/** Answers the greeting (section 3) with "no authentication required". */
export async function readGreeting(client: Socket): Promise<void> {
  const [version, methods] = await take(client, 2)
  if (version !== VERSION) throw new Failure('socks-malformed', 'not SOCKS 5')
  await take(client, methods!)
  client.write(Buffer.from([VERSION, 0]))
}

/** Reads a CONNECT request (section 4): the host as text, a name or a literal address. */
export async function readRequest(client: Socket): Promise<{ host: string; port: number }> {
  const [version, command, , kind] = await take(client, 4)
  if (version !== VERSION || command !== CONNECT) throw new Failure('socks-malformed', 'not a CONNECT request')
  let host: string
  if (kind === 1) host = [...(await take(client, 4))].join('.')
  else if (kind === 3) host = (await take(client, (await take(client, 1))[0]!)).toString('latin1').toLowerCase()
  else if (kind === 4) host = v6Text(await take(client, 16))
  else throw new Failure('socks-malformed', 'unknown address type')
  return { host, port: (await take(client, 2)).readUInt16BE() }
}

/** A reply (section 6); the bound address is of no use to a browser and left zero. */
export function replyBytes(code: number): Buffer {
  return Buffer.from([VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0])
}

function v6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16))
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}

/** Exactly `count` bytes, waiting for them; what follows stays in the socket. */
function take(socket: Socket, count: number): Promise<Buffer> {
  if (count === 0) return Promise.resolve(Buffer.alloc(0))
  return new Promise((resolve, reject) => {
    const attempt = () => {
      const bytes = socket.read(count) as Buffer | null
      if (bytes === null) return
      done()
      if (bytes.length === count) resolve(bytes)
      else reject(new Failure('socks-malformed', 'cut off'))
    }
    const fail = () => {
      done()
      reject(new Failure('socks-malformed', 'cut off'))
    }
    const done = () => {
      socket.off('readable', attempt)
      socket.off('end', fail)
      socket.off('close', fail)
    }
    socket.on('readable', attempt)
    socket.once('end', fail)
    socket.once('close', fail)
    attempt()
  })
}
