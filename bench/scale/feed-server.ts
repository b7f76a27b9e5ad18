/**
 * A platform's feed and pages over HTTP in a process of its own: `/feed.xml` names the listings of the present round that changed, and
 * each has its page, worked out when it is asked for. Arguments: seed, number of listings, day. A line `ROUND SHARE MILLISECONDS` on its
 * input begins a round (`1 0.005 1795507200000`), whose changes are of that time, and is answered with how many changed.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { createMarket, type MarketListing } from '@mingzheng/demo'

const [seed = '', size = '', today = ''] = process.argv.slice(2)
const market = createMarket({ seed, size: Number(size), today })
let changed: readonly number[] = []
let changedAt = ''
let origin = ''

const escaped = (text: string) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`)

/** A place from 0 to 1 for each listing, so that rounds take listings of their own. */
const placeOf = (index: number) => (Math.imul(index + 1, 2_654_435_761) >>> 0) / 2 ** 32

function page(listing: MarketListing, code: string | null, company: string): string {
  const { shop, was, sold, facts } = listing
  // Today's price is another one, up or down by up to a fifth.
  const price = (listing.price * (0.8 + 0.4 * placeOf(listing.index * 7))).toFixed(2)
  const product = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: listing.title,
    description: listing.words.join('\n'),
    category: listing.kind.category,
    sku: listing.id,
    ...(listing.brand === null ? {} : { brand: { '@type': 'Brand', name: listing.brand.name } }),
    offers: { '@type': 'Offer', price, priceCurrency: 'CNY', seller: { '@type': 'Organization', name: shop.name } },
  }
  const rows = { ...facts, 销量: sold, 企业名称: company, ...(code === null ? {} : { 统一社会信用代码: code }) }
  const table = Object.entries(rows).map(
    ([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(String(value))}</td></tr>`,
  )
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>${escaped(listing.title)}</title>
<script type="application/ld+json">${JSON.stringify(product).replaceAll('<', '\\u003c')}</script></head><body><main>
<h1>${escaped(listing.title)}</h1><p class="price">¥${price}${was === null ? '' : ` <del>¥${was.price}</del>`}</p>
${listing.words.map((line) => `<p>${escaped(line)}</p>`).join('')}<table>${table.join('')}</table></main></body></html>`
}

const server = createServer((request, response) => {
  const path = request.url ?? ''
  const index = Number(/^\/item\/(\d+)$/.exec(path)?.[1] ?? Number.NaN)
  if (path === '/feed.xml') {
    const items = changed
      .map((one) => `<item><link>${origin}/item/${one}</link><pubDate>${changedAt}</pubDate></item>`)
      .join('')
    response
      .writeHead(200, { 'content-type': 'application/rss+xml' })
      .end(`<rss version="2.0"><channel>${items}</channel></rss>`)
  } else if (index < market.size) {
    const listing = market.listing(index)
    const { code, company } = market.licence(listing.shop.operator)
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(listing, code, company))
  } else response.writeHead(404).end()
})

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.stdout.write(`${JSON.stringify({ origin })}\n`)
})
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [round = 0, share = 0, at = 0] = line.split(' ').map(Number)
    const from = round * 0.1
    changedAt = new Date(at).toUTCString()
    changed = Array.from({ length: market.size }, (_, index) => index).filter((index) => {
      const place = placeOf(index)
      return place >= from && place < from + share
    })
    process.stdout.write(`${JSON.stringify({ changed: changed.length })}\n`)
  })
  .on('close', () => process.exit(0))
