/**
 * The replay origin: archived pages run their own scripts here, away from our sessions. It serves ReplayWeb.page's
 * unmodified assets (AGPL-3.0, see THIRD-PARTY-NOTICES) and, by ticket, the archive of one package.
 */
import { createReadStream, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { refuse } from '@mingzheng/kernel'
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Configuration } from '../configuration.ts'
import { type FileAnswer, sendFile } from '../http/file-answer.ts'
import { sendProblem } from '../http/problem.ts'
import { tlsOptions } from '../http/tls-options.ts'
import type { ReplayTicket, Tickets } from './ticket.ts'

export interface ReplayOptions {
  logger: FastifyBaseLogger
  tickets: Tickets
  /** The certificate of our own pages: under TLS they show no frame without. */
  tls: Configuration['tls']
  /** Origins, with a space between, of the pages that may frame the replay. */
  mainOrigin: () => string
  open(ticket: ReplayTicket): Promise<FileAnswer | null>
}

/** Its `exports` name no file that can be asked for; the folder is where npm put the package. */
const ASSETS = (createRequire(import.meta.url).resolve.paths('replaywebpage') ?? [])
  .map((folder) => join(folder, 'replaywebpage'))
  .find((folder) => existsSync(folder))!

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

function page(ticket: string, url: string, started: string): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>Replay</title>
<link rel="stylesheet" href="/frame.css"><script src="/ui.js"></script></head>
<body><replay-web-page source="/archive/${escapeHtml(ticket)}/archive.wacz" url="${escapeHtml(url)}" ts="${escapeHtml(started)}"
 replayBase="/replay/" embed="default" deepLink="false"></replay-web-page></body></html>
`
}

const CSS = 'html,body{margin:0;height:100%}replay-web-page{display:block;width:100%;height:100vh}'

const APP = `<!doctype html>
<html><head><meta charset="utf-8"><script src="./ui.js"></script></head><body><replay-app-main></replay-app-main></body></html>
`

export function createReplayApp(options: ReplayOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: options.logger,
    // Addresses may carry tickets; what is logged of a request is decided below.
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: true,
    // Tickets stand in the path and are longer than the framework's 100 characters.
    routerOptions: { maxParamLength: 2000 },
    ...tlsOptions(options.tls),
  }) as unknown as FastifyInstance
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply))
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
    reply.header('cross-origin-resource-policy', 'same-origin')
  })
  const asset = (name: string) =>
    app.get(`/${name}`, (_request, reply) =>
      reply
        .type('text/javascript; charset=utf-8')
        .header('cache-control', 'public, max-age=86400')
        .send(createReadStream(join(ASSETS, name.replace('replay/', '')))),
    )
  asset('ui.js')
  asset('replay/ui.js')
  asset('replay/sw.js')
  // Until its service worker answers for this folder, the frame is given the page that the worker would give.
  app.get('/replay/', (_request, reply) => reply.type('text/html; charset=utf-8').send(APP))
  app.get('/frame.css', (_request, reply) => reply.type('text/css').send(CSS))
  app.get<{ Querystring: { ticket?: string; url?: string; ts?: string } }>('/view', (request, reply) => {
    const { ticket = '', url = '', ts = '' } = request.query
    if (options.tickets.read(ticket) === null) {
      return sendProblem(refuse('not-found', 'the ticket is not valid any more; open the page again'), request, reply)
    }
    reply.header('content-security-policy', `frame-ancestors ${options.mainOrigin()}`)
    return reply.type('text/html; charset=utf-8').send(page(ticket, url, ts))
  })
  app.get<{ Params: { ticket: string } }>('/archive/:ticket/archive.wacz', async (request, reply) => {
    const ticket = options.tickets.read(request.params.ticket)
    const file = ticket === null ? null : await options.open(ticket)
    if (file === null) return sendProblem(refuse('not-found', 'no such archive'), request, reply)
    return sendFile(request, reply, file)
  })
  return app
}
