/** Where the server listens: pages and interface, the replay on an origin of its own, and under TLS a plain door for this machine's commands. */
import { createServer } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Configuration } from '../configuration.ts'
import type { ClosingOrder } from './closing-order.ts'

export interface Doors {
  /** The address listened on. */
  url: string
  /** The same for commands of this machine: its certificate is for another name than the loopback's. */
  commandUrl: string
  /** Origin of the replay as browsers reach it; null when it is not known. */
  replay: string | null
}

interface DoorOptions {
  configuration: Configuration
  app: FastifyInstance
  replay: FastifyInstance
  closing: ClosingOrder
  logger: Logger
}

const LOOPBACK = '127.0.0.1'
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port
const inUrl = (host: string) => (isIPv6(host) ? `[${host}]` : host)

/** An origin of the loopback address is opened by its name as well. */
export function bothNames(url: string): string[] {
  const { origin } = new URL(url)
  return origin.includes(`//${LOOPBACK}`) ? [origin, origin.replace(LOOPBACK, 'localhost')] : [origin]
}

export async function openDoors({ configuration, app, replay, closing, logger }: DoorOptions): Promise<Doors> {
  const { host, port, tls } = configuration
  const scheme = tls === null ? 'http' : 'https'
  closing.add('server', () => app.close())
  closing.add('replay', () => replay.close())
  await replay.listen({ host, port: port === 0 ? 0 : port + 1 })
  await app.listen({ host, port })
  const url = `${scheme}://${inUrl(host)}:${portOf(app.server)}`
  return {
    url,
    commandUrl: tls === null ? url : await openCommandDoor(app, closing),
    replay: replayOrigin(configuration, portOf(replay.server), logger),
  }
}

async function openCommandDoor(app: FastifyInstance, closing: ClosingOrder): Promise<string> {
  const door = createServer((request, response) => app.routing(request, response))
  await new Promise<void>((listening, failed) => {
    door.once('error', failed)
    door.listen(0, LOOPBACK, listening)
  })
  closing.add('command door', async () => {
    door.close()
    door.closeAllConnections()
  })
  return `http://${LOOPBACK}:${portOf(door)}`
}

function replayOrigin({ replayUrl, publicUrl, host, tls }: Configuration, port: number, logger: Logger): string | null {
  if (replayUrl !== null) return new URL(replayUrl).origin
  const scheme = tls === null ? 'http' : 'https'
  if (publicUrl === null) return `${scheme}://${inUrl(host)}:${port}`
  const { protocol, hostname } = new URL(publicUrl)
  if (protocol === `${scheme}:`) return `${scheme}://${hostname}:${port}`
  // A page under TLS shows no frame without; where the proxy leads to this port only its operator knows.
  logger.warn({ port }, 'archives are not replayed: set REPLAY_URL to where the proxy leads to this port')
  return null
}
