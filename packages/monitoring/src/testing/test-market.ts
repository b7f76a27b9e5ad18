/** A small shop for tests, served on loopback: pages, sitemap, robots, and whatever trouble a test asks for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TestMarket {
  readonly url: string
  readonly port: number
  /** Paths asked for, in order. */
  readonly asked: string[]
  /** What a path answers; a function answers for itself. */
  readonly pages: Map<string, string | Uint8Array | ((request: IncomingMessage, response: ServerResponse) => void)>
  close(): Promise<void>
}

export interface TestListing {
  readonly title: string
  readonly description?: string
  readonly price?: string
  readonly shop?: string
}

/** A listing's page with JSON-LD, as shops have it. */
export function listingPage({ title, description = '', price = '99.00', shop = '青石铺' }: TestListing): string {
  const product = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: title,
    description,
    offers: { '@type': 'Offer', price, priceCurrency: 'CNY', seller: { '@type': 'Organization', name: shop } },
  }
  const json = JSON.stringify(product).replaceAll('<', '\\u003c')
  return `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title>
<script type="application/ld+json">${json}</script></head>
<body><nav><a href="/">首页</a></nav><main><h1>${title}</h1><p>¥${price}</p><p>${description}</p></main></body></html>`
}

export async function startTestMarket(): Promise<TestMarket> {
  const asked: string[] = []
  const pages: TestMarket['pages'] = new Map()
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    asked.push(path)
    const page = pages.get(path)
    if (typeof page === 'function') return page(request, response)
    if (page === undefined) {
      response.writeHead(404).end()
      return
    }
    const type = path.endsWith('.xml') ? 'application/xml' : path === '/robots.txt' ? 'text/plain' : 'text/html'
    response.writeHead(200, { 'content-type': type }).end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    pages,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Puts listings at `/item/1`... and a sitemap that names them. */
export function stockMarket(market: TestMarket, listings: readonly TestListing[]): void {
  const paths = listings.map((listing, i) => {
    market.pages.set(`/item/${i + 1}`, listingPage(listing))
    return `/item/${i + 1}`
  })
  const rows = paths.map((path) => `<url><loc>${market.url}${path}</loc></url>`).join('')
  market.pages.set(
    '/sitemap.xml',
    `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${rows}</urlset>`,
  )
}
