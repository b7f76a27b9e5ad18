/**
 * Clients that take their time on purpose. Headers must come at once and connections must move; a body may be long and its line thin,
 * but it must keep coming at a pace. A body that waits for us is not its sender's fault.
 */
import type { FastifyInstance } from 'fastify'

/** Milliseconds, bytes a second, connections. */
export interface Patience {
  /** For all headers of a request. */
  headersMs: number
  /** For a body, whatever its pace. */
  bodyMs: number
  /** The least pace of a body after that, on the average. */
  bodyBytesASecond: number
  /** A connection on which nothing moves, in either direction. */
  quietMs: number
  /** How often they are looked at. */
  lookMs: number
  /** Open at once; more are closed. */
  connections: number
}

export const PATIENCE: Patience = {
  headersMs: 20_000,
  bodyMs: 60_000,
  bodyBytesASecond: 8 * 1024,
  // Longer than anything that is worked out for one request.
  quietMs: 300_000,
  lookMs: 5000,
  connections: 4096,
}

/** For `fastify(...)`: the bounds that Node itself keeps. Its bound on a whole request would cut off long files. */
export function boundedConnections({ lookMs, quietMs }: Patience) {
  return { server: { connectionsCheckingInterval: lookMs }, requestTimeout: 0, connectionTimeout: quietMs }
}

/** Ends connections whose bodies dribble in. */
export function refuseDribblers(app: FastifyInstance, patience: Patience): void {
  app.server.headersTimeout = patience.headersMs
  app.server.maxConnections = patience.connections
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.headers['content-length'] === undefined && raw.headers['transfer-encoding'] === undefined) return
    const { socket } = raw
    const before = socket.bytesRead
    let start = performance.now()
    const watch = setInterval(() => {
      const now = performance.now()
      // It has sent what nobody has taken yet.
      if (raw.readableLength > 0) start = now
      const due = ((now - start - patience.bodyMs) / 1000) * patience.bodyBytesASecond
      if (now - start > patience.bodyMs && socket.bytesRead - before < due + 1) socket.destroy()
    }, patience.lookMs)
    watch.unref()
    const done = () => clearInterval(watch)
    raw.once('end', done)
    raw.once('close', done)
  })
}
