/** The HTTP edge: limits, headers, cross-site defence, documentation. Knows no routes. */

import { createHash, randomBytes } from 'node:crypto'
import fastifyCookie from '@fastify/cookie'
import fastifyHelmet from '@fastify/helmet'
import fastifyRateLimit from '@fastify/rate-limit'
import fastifySwagger from '@fastify/swagger'
import { REQUEST_HEADER } from '@mingzheng/api'
import { refuse } from '@mingzheng/kernel'
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, LogController } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { sendProblem } from './problem.ts'
import { boundedConnections, PATIENCE, type Patience, refuseDribblers } from './slow-clients.ts'
import { tlsOptions } from './tls-options.ts'

export interface AppOptions {
  logger: FastifyBaseLogger
  tls: { certificateFile: string; keyFile: string } | null
  /** Origin of the replay pages, the only foreign frame our pages may show. */
  replayOrigin: () => string | null
  version: string
  /** With slow clients; `PATIENCE` when left out. */
  patience?: Patience
}

/** JSON bodies are small; files travel on routes that take streams. */
const JSON_LIMIT_BYTES = 1024 * 1024
/** Requests a minute and address, pages apart: a whole office sits behind one. Sign-in has a lockout of its own. */
const REQUESTS_A_MINUTE = 6000

/** Where the description of the open API is shown. */
export const DOCS_PREFIX = '/docs'

/** The documentation's page comes with a script in it: exactly that text is allowed, by its digest, and no other. */
function allowOwnScripts(reply: FastifyReply, html: string): void {
  const digests = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, text]) =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`,
  )
  const policy = String(reply.getHeader('content-security-policy') ?? '')
  if (digests.length > 0) {
    reply.header(
      'content-security-policy',
      policy.replace("script-src 'self'", `script-src 'self' ${digests.join(' ')}`),
    )
  }
}

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { patience = PATIENCE } = options
  const { server, ...bounds } = boundedConnections(patience)
  const app = fastify({
    loggerInstance: options.logger,
    // Addresses may carry tickets; what is logged of a request is decided below.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: JSON_LIMIT_BYTES,
    ...bounds,
    keepAliveTimeout: 30_000,
    genReqId: () => randomBytes(8).toString('hex'),
    ...tlsOptions(options.tls, server),
  }) as unknown as FastifyInstance
  refuseDribblers(app, patience)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply))
  app.setNotFoundHandler((request, reply) =>
    sendProblem(refuse('not-found', 'there is no such address'), request, reply),
  )
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

  await app.register(fastifyCookie)
  await app.register(fastifyRateLimit, { max: REQUESTS_A_MINUTE, timeWindow: 60_000 })
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        frameSrc: ["'self'", 'blob:', () => options.replayOrigin() ?? "'self'"],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    hsts: options.tls === null ? false : { maxAge: 31_536_000 },
    referrerPolicy: { policy: 'same-origin' },
  })

  // A page of another site can make a browser send our cookie, but neither this header nor our origin.
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
    if (request.headers.authorization !== undefined) return
    const { origin, host } = request.headers
    const foreign = origin !== undefined && URL.parse(origin)?.host !== host
    if (foreign || request.headers[REQUEST_HEADER] === undefined) {
      return sendProblem(refuse('cross-site', 'the request does not come from our pages'), request, reply)
    }
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.url.startsWith(DOCS_PREFIX) && typeof payload === 'string') allowOwnScripts(reply, payload)
  })
  app.addHook('onResponse', async (request, reply) => {
    const line = { method: request.method, url: request.url.split('?')[0], status: reply.statusCode }
    request.log.debug({ ...line, ms: Math.round(reply.elapsedTime) }, 'request')
  })

  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Mingzheng open preservation API', version: options.version },
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'API key' } } },
    },
    transform: jsonSchemaTransform,
    // Pages, tiles and the workbench's own routes are no part of the open API.
    hideUntagged: true,
  })
  return app
}
