/**
 * The only way out for a capturing browser: a SOCKS 5 relay (RFC 1928) on loopback that resolves a name itself, checks
 * the answers, and dials the very address that it checked, so that neither redirects nor DNS rebinding lead into a
 * closed network. It relays bytes untouched: TLS stays between browser and server. It also knows what the browser
 * cannot: which server address answered, and how many bytes came.
 */
import { type AddressInfo, connect, createServer, isIP, type Server, type Socket } from 'node:net'
import type { Clock } from '@mingzheng/kernel'
import { closedNetwork } from './closed-network.ts'
import type { NameResolver } from './name-resolver.ts'
import { REPLY, readGreeting, readRequest, replyBytes } from './socks.ts'

/** One connection that the browser asked for, and what became of it. */
export interface GuardedConnection {
  host: string
  port: number
  at: number
  /** Answers of the resolver; empty for a literal address. */
  answers: string[]
  /** The address that was dialled; `null` when none was. */
  address: string | null
  outcome: 'pending' | 'open' | 'closed-network' | 'name-not-found' | 'dial-failed' | 'limit'
  detail: string
  received: number
  sent: number
}

export interface GuardOptions {
  clock: Clock
  resolver: NameResolver
  allow: (host: string, port: number) => boolean
  /** Bytes that may come in; all connections are cut at this point. */
  networkBytes: number
  onRefused: (connection: GuardedConnection) => void
  onLimit: () => void
}

export interface Guard {
  /** `127.0.0.1:port`. */
  readonly address: string
  readonly connections: readonly GuardedConnection[]
  received(): number
  /** Address of the server that last answered for this host and port, or `null`. */
  serverAddress(host: string, port: number): string | null
  /** Cuts every connection; new ones are refused. */
  cut(): void
  close(): Promise<void>
}

const DIAL_MS = 15_000
const MOST_CONNECTIONS = 2_000

export async function openGuard(options: GuardOptions): Promise<Guard> {
  const connections: GuardedConnection[] = []
  const sockets = new Set<Socket>()
  const latest = new Map<string, string>()
  let received = 0
  let stopped = false

  const server = createServer((client) => {
    track(client)
    serve(client).catch(() => client.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })

  function track(socket: Socket): void {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
  }

  async function serve(client: Socket): Promise<void> {
    await readGreeting(client)
    const { host, port } = await readRequest(client)
    const connection: GuardedConnection = {
      host,
      port,
      at: options.clock.now(),
      answers: [],
      address: null,
      outcome: 'pending',
      detail: '',
      received: 0,
      sent: 0,
    }
    // The browser's own services are turned to names that lead nowhere (RFC 6761 section 6.4): no part of the capture.
    if (host.endsWith('.invalid')) {
      client.end(replyBytes(REPLY.unreachable))
      return
    }
    if (connections.length < MOST_CONNECTIONS) connections.push(connection)
    const target = await dialChecked(connection)
    if (target === null) {
      options.onRefused(connection)
      client.end(replyBytes(connection.outcome === 'closed-network' ? REPLY.notAllowed : REPLY.unreachable))
      return
    }
    latest.set(`${host}:${port}`, connection.address!)
    client.write(replyBytes(REPLY.granted))
    relay(client, target, connection)
  }

  /** Dials an address that was checked, or says in `connection` why not. */
  async function dialChecked(connection: GuardedConnection): Promise<Socket | null> {
    const refused = (outcome: GuardedConnection['outcome'], detail: string) => {
      connection.outcome = outcome
      connection.detail = detail
      return null
    }
    if (stopped || connections.length >= MOST_CONNECTIONS) return refused('limit', 'the capture’s limit was reached')
    const addresses = await addressesOf(connection)
    if (addresses.length === 0) return refused('name-not-found', `${connection.host} has no address`)
    const open = options.allow(connection.host, connection.port)
    const reasons = addresses.map((address) => [address, open ? null : closedNetwork(address)] as const)
    const dialable = reasons.filter(([, reason]) => reason === null).map(([address]) => address)
    if (dialable.length === 0) {
      const [address, reason] = reasons[0]!
      return refused('closed-network', `${connection.host} leads to ${address} (${reason})`)
    }
    for (const address of dialable.slice(0, 3)) {
      const socket = await dial(address, connection.port)
      if (socket === null) continue
      if (stopped) {
        socket.destroy()
        return refused('limit', 'the capture’s limit was reached')
      }
      track(socket)
      connection.address = address
      connection.outcome = 'open'
      return socket
    }
    return refused('dial-failed', `${dialable.join(', ')} port ${connection.port} did not answer`)
  }

  async function addressesOf(connection: GuardedConnection): Promise<string[]> {
    if (isIP(connection.host) !== 0) return [connection.host]
    try {
      connection.answers = (await options.resolver(connection.host)).filter((address) => isIP(address) !== 0)
    } catch {
      connection.answers = []
    }
    return connection.answers
  }

  function relay(client: Socket, target: Socket, connection: GuardedConnection): void {
    target.on('data', (chunk: Buffer) => {
      connection.received += chunk.length
      received += chunk.length
      if (received <= options.networkBytes || stopped) return
      cut()
      options.onLimit()
    })
    client.on('data', (chunk: Buffer) => {
      connection.sent += chunk.length
    })
    client.pipe(target)
    target.pipe(client)
    client.once('close', () => target.destroy())
    // A server that cuts off must look cut off to the browser too, not politely ended.
    target.once('error', () => client.resetAndDestroy())
  }

  function cut(): void {
    stopped = true
    for (const socket of sockets) socket.destroy()
  }

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    received: () => received,
    serverAddress: (host, port) => latest.get(`${host}:${port}`) ?? null,
    cut,
    close: async () => {
      cut()
      await closed(server)
    },
  }
}

function dial(address: string, port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: DIAL_MS })
    const fail = () => {
      socket.destroy()
      resolve(null)
    }
    socket.once('connect', () => {
      socket.off('timeout', fail)
      socket.off('error', fail)
      socket.setTimeout(0)
      resolve(socket)
    })
    socket.once('timeout', fail)
    socket.once('error', fail)
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
