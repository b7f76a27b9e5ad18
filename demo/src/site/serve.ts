import { createServer } from 'node:http'

/** What a site is asked. */
export interface Visit {
  readonly method: string
  readonly url: URL
  /** A header by its lower-case name; empty when absent. */
  header(name: string): string
  /** Who asks, as far as a site can tell: address and user agent. */
  readonly client: string
}

/** What goes back. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string | Buffer
  /** How long a browser may keep it, in seconds. */
  readonly keep: number
  readonly headers?: Readonly<Record<string, string>>
}

/** A site that is being served. */
export interface Site {
  readonly url: string
  /** Ends every connection and stops. */
  close(): Promise<void>
}

/** Serves on the loopback address alone; `port` 0 takes any. `answer` gets the site's own origin beside each visit. */
export async function serve(port: number, answer: (visit: Visit, origin: string) => Answer): Promise<Site> {
  let origin = ''
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', origin)
    if (url === null) {
      response.writeHead(400).end()
      return
    }
    const header = (name: string) => String(request.headers[name] ?? '')
    const method = request.method ?? 'GET'
    const client = `${request.socket.remoteAddress} ${header('user-agent')}`
    const { status, type, body, keep, headers } = answer({ method, url, header, client }, origin)
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': keep === 0 ? 'no-store' : `public, max-age=${keep}`,
      'x-content-type-options': 'nosniff',
      ...headers,
    })
    response.end(method === 'HEAD' ? undefined : body)
  })
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen({ port, host: '127.0.0.1' }, done)
  })
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`
  return {
    url: origin,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

export const pageAnswer = (body: string, status = 200): Answer => ({
  status,
  type: 'text/html; charset=utf-8',
  body,
  keep: 0,
})

export const jsonAnswer = (value: unknown, status = 200): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
  keep: 0,
})

export const fileAnswer = (body: string | Buffer, type: string): Answer => ({ status: 200, type, body, keep: 3600 })

/** The site map of some paths. */
export function sitemapAnswer(origin: string, paths: readonly string[]): Answer {
  const rows = paths.map((path) => `<url><loc>${origin}${path}</loc></url>`).join('\n')
  return fileAnswer(
    `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${rows}\n</urlset>\n`,
    'application/xml',
  )
}
