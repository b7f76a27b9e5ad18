/** An HTTP server with bounds on everything: bytes, time, requests at once. Errors are told by code and never by a stack. */
import { type Bytes, Failure } from '@mingzheng/kernel'
import Fastify, { type FastifyInstance } from 'fastify'

const LIMITS = {
  /** Bodies of peers and of strangers; the ledger's own routes say what they take. */
  bodyLimit: 512 * 1024,
  /** A request must be here whole within this time, milliseconds. */
  requestTimeout: 15_000,
  connectionTimeout: 60_000,
  keepAliveTimeout: 65_000,
  maxRequestsPerSocket: 10_000,
  routerOptions: { maxParamLength: 300 },
}
/** Connections at once; more are closed. */
const MOST_CONNECTIONS = 1024

const STATUS: Readonly<Record<string, number>> = {
  'not-found': 404,
  'ledger-not-found': 404,
  'input-wrong': 400,
  'token-wrong': 401,
  'maintenance-others-away': 409,
  busy: 503,
  'ledger-closed': 503,
}

/** `requestTimeout` in milliseconds: longer where people hand in files. */
export function createApp({ requestTimeout = LIMITS.requestTimeout } = {}): FastifyInstance {
  const app = Fastify({ logger: false, ...LIMITS, requestTimeout })
  app.server.maxConnections = MOST_CONNECTIONS
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: 'not-found' }))
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const code = error instanceof Failure ? error.code : null
    const status = (code === null ? error.statusCode : STATUS[code]) ?? 500
    // What keeps a member from its maintenance it may know: it asked by its own token.
    const detail = code === 'maintenance-others-away' ? { detail: error.message } : {}
    reply.code(status).send({ code: code ?? (status < 500 ? 'input-wrong' : 'internal'), ...detail })
  })
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
  })
  return app
}

/** The body's bytes; empty without one. */
export function bodyBytes(body: unknown): Bytes {
  return body instanceof Uint8Array ? new Uint8Array(body.buffer, body.byteOffset, body.length) : new Uint8Array()
}

/** A natural number of a query, `null` when absent. Throws `input-wrong`. */
export function natural(query: unknown, name: string): number | null {
  const text = (query as Record<string, unknown>)[name]
  if (text === undefined) return null
  if (typeof text === 'string' && /^(0|[1-9]\d{0,14})$/.test(text)) return Number(text)
  throw new Failure('input-wrong', `${name} is a natural number`, { field: name })
}
