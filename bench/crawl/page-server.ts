/**
 * A platform's pages over HTTP in a process of its own, made before and served from memory, so that its own work costs the bench as
 * little as may be. Listings are the demo market's. Arguments: number of listings. Says its port; `change` on its input changes 2 %.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { createMarket, type MarketListing } from '@mingzheng/demo'

const size = Number(process.argv[2])
const market = createMarket({ seed: 'crawl', size, today: '2026-11-24' })
/** What every page of a shop carries beside its listing. */
const CATEGORIES = Array.from({ length: 40 }, (_, i) => `<li><a href="/search?c=${i}">栏目 ${i}</a></li>`).join('')
const NEIGHBOURS = 24

const escaped = (text: string) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`)

function page(listing: MarketListing, index: number, price: number): string {
  const { shop } = listing
  const product = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: listing.title,
    description: listing.words.join('\n'),
    ...(listing.brand === null ? {} : { brand: { '@type': 'Brand', name: listing.brand.name } }),
    offers: { '@type': 'Offer', price: price.toFixed(2), priceCurrency: 'CNY', seller: { name: shop.name } },
  }
  const near = Array.from({ length: NEIGHBOURS }, (_, i) => {
    const other = (index + i + 1) % size
    return `<a class="card" href="/item/${other}"><img src="/img/${other}.png" alt=""><h3>${escaped(market.listing(other).title)}</h3></a>`
  }).join('')
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>${escaped(listing.title)}</title>
<script type="application/ld+json">${JSON.stringify(product).replaceAll('<', '\\u003c')}</script></head><body>
<nav><ul>${CATEGORIES}</ul></nav><main><h1>${escaped(listing.title)}</h1><p class="price">¥${price.toFixed(2)}</p>
<p>店铺：${escaped(shop.name)}</p><section class="detail">${listing.words.map((line) => `<p>${escaped(line)}</p>`).join('')}</section>
<section class="related">${near}</section></main><footer>演示</footer></body></html>`
}

const make = (index: number, factor: number) => {
  const listing = market.listing(index)
  return Buffer.from(page(listing, index, listing.price * factor))
}
const pages = Array.from({ length: size }, (_, index) => make(index, 1))
let origin = ''
const server = createServer((request, response) => {
  const path = request.url ?? ''
  const body = path.startsWith('/item/')
    ? pages[Number(path.slice(6))]
    : path === '/sitemap.xml'
      ? sitemap()
      : undefined
  if (body === undefined) {
    response.writeHead(404).end()
    return
  }
  const type = path.startsWith('/item/') ? 'text/html; charset=utf-8' : 'application/xml'
  response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body)
})

function sitemap(): Buffer {
  const rows = pages.map((_, index) => `<url><loc>${origin}/item/${index}</loc></url>`).join('')
  return Buffer.from(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${rows}</urlset>`)
}

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.stdout.write(`${JSON.stringify({ origin, bytes: pages.reduce((sum, { length }) => sum + length, 0) })}\n`)
})
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line !== 'change') return
  for (let index = 0; index < size; index += 50) pages[index] = make(index, 0.9)
  process.stdout.write('{}\n')
})
process.stdin.on('end', () => process.exit(0))
