import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { answer } from './answer.ts'
import { createPictures } from './picture/picture.ts'

/** A marketplace that is being served. */
export interface Marketplace {
  readonly url: string
  /** Ends every connection and stops. */
  close(): Promise<void>
}

export interface MarketplaceOptions {
  /** Port on 127.0.0.1; 0 for any. */
  readonly port: number
  /** Time from which dates of reviews and prices are counted back, in milliseconds since 1970. */
  now(): number
}

const ASSETS = ['market.css', 'market.js', 'roof.svg']

/** Serves the marketplace on the loopback address. */
export async function startMarketplace({ port, now }: MarketplaceOptions): Promise<Marketplace> {
  const folder = join(import.meta.dirname, '../assets')
  const assets = new Map(ASSETS.map((name) => [name, readFileSync(join(folder, name))]))
  const picture = createPictures()
  let origin = ''
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
      return
    }
    const url = URL.parse(request.url ?? '/', origin)
    if (url === null) {
      response.writeHead(400).end()
      return
    }
    const { status, type, body, keep } = answer(url, {
      today: now(),
      origin,
      picture,
      asset: (name) => assets.get(name) ?? null,
    })
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': keep === 0 ? 'no-store' : `public, max-age=${keep}`,
      'x-content-type-options': 'nosniff',
    })
    response.end(request.method === 'HEAD' ? undefined : body)
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
