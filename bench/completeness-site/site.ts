/** A site on two origins that logs every payload it sent and every body it received. Listens on loopback only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { mainPage, SERVICE, SHARED, WORKER } from './page.ts'
import { picture } from './picture.ts'
import { Sent } from './sent.ts'
import { serveSocket } from './socket.ts'

export interface CompletenessSite {
  /** Address of the page. */
  url: string
  ports: number[]
  sent: Sent
  close(): Promise<void>
}

/** 中文网页 in GBK. */
const GBK_WORDS = Buffer.from([0xd6, 0xd0, 0xce, 0xc4, 0xcd, 0xf8, 0xd2, 0xb3])
/** What GBK pages of this site are made of: each Chinese word of the page and its bytes. */
const GBK: readonly [string, number[]][] = [
  ['\u5b8c\u6574\u6027\u6d4b\u8bd5', [0xcd, 0xea, 0xd5, 0xfb, 0xd0, 0xd4, 0xb2, 0xe2, 0xca, 0xd4]],
  ['\u5b8c\u6574\u6027', [0xcd, 0xea, 0xd5, 0xfb, 0xd0, 0xd4]],
  ['\u8bf4\u660e', [0xcb, 0xb5, 0xc3, 0xf7]],
  ['\u5546\u54c1', [0xc9, 0xcc, 0xc6, 0xb7]],
  ['\u641c\u7d22', [0xcb, 0xd1, 0xcb, 0xf7]],
  ['\u4f60\u597d', [0xc4, 0xe3, 0xba, 0xc3]],
  ['\u4ef7\u683c', [0xbc, 0xdb, 0xb8, 0xf1]],
  ['\u786e\u8ba4', [0xc8, 0xb7, 0xc8, 0xcf]],
  ['\u5b57', [0xd7, 0xd6]],
  ['\u6bb5', [0xb6, 0xce]],
  ['\u65b0', [0xd0, 0xc2]],
]

function gbkBytes(text: string): Buffer {
  let latin = text
  for (const [word, bytes] of GBK) latin = latin.replaceAll(word, Buffer.from(bytes).toString('latin1'))
  return Buffer.from(latin, 'latin1')
}

export async function openCompletenessSite(): Promise<CompletenessSite> {
  const sent = new Sent()
  const servers: Server[] = []
  // Upgraded connections are no longer the server's to close.
  const sockets = new Set<Socket>()
  const listen = async (handle: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void) => {
    const server = createServer((request, response) => {
      const parts: Buffer[] = []
      response.on('error', () => {})
      request.on('data', (chunk: Buffer) => parts.push(chunk))
      request.on('end', () => {
        const body = Buffer.concat(parts)
        if (body.length > 0) sent.body(`http://${request.headers.host}${request.url}`, request.method ?? '', body)
        handle(request, response, body)
      })
    })
    server.on('upgrade', (request, socket) => serveSocket(request, socket, sent))
    server.on('connection', (socket) => sockets.add(socket))
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
  let page: Uint8Array = new Uint8Array(0)
  const answer = answerer(sent, () => page)
  const own = await listen(answer)
  const other = await listen(answer)
  const closed = await listen(() => {})
  await new Promise((resolve) => servers.pop()!.close(resolve))
  page = gbkBytes(mainPage(`http://other.test:${other}`, closed))
  return {
    url: `http://localhost:${own}/`,
    ports: [own, other, closed, 80],
    sent,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      for (const server of servers) {
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': '*',
}

function answerer(sent: Sent, page: () => Uint8Array): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const url = `http://${request.headers.host}${request.url}`
    const method = request.method ?? 'GET'
    const path = new URL(url).pathname
    const give = (
      payload: Uint8Array | string,
      type = 'text/plain; charset=utf-8',
      status = 200,
      more: Record<string, string> = {},
    ) => {
      const bytes = Buffer.from(payload as Uint8Array)
      const encoding = more['content-encoding']
      const packed =
        encoding === 'gzip'
          ? gzipSync(bytes)
          : encoding === 'br'
            ? brotliCompressSync(bytes)
            : encoding === 'deflate'
              ? deflateSync(bytes)
              : bytes
      const hasBody = method !== 'HEAD' && status !== 204 && status !== 304
      const isRedirect = status >= 300 && status < 400 && more.location !== undefined
      sent.answer({ url, method, status, kind: isRedirect ? 'redirect' : 'whole' }, hasBody ? bytes : Buffer.alloc(0))
      response.writeHead(status, { 'content-type': type, ...CORS, ...more })
      response.end(hasBody ? packed : undefined)
    }
    if (method === 'OPTIONS') return give('', 'text/plain', 204)
    if (path.startsWith('/picture/')) return give(picture(Number(/\d+/.exec(path)?.[0])), 'image/png')
    switch (path) {
      case '/':
        return give(page(), 'text/html; charset=gbk')
      case '/style.css':
        return give('@import "/imported.css"; body { margin: 4px }', 'text/css', 200, { 'content-encoding': 'br' })
      case '/imported.css':
        return give(
          Buffer.concat([Buffer.from('h1::after { content: "'), GBK_WORDS, Buffer.from('" }')]),
          'text/css; charset=gbk',
        )
      case '/gbk.js':
        return give(
          Buffer.concat([Buffer.from('window.words = "'), GBK_WORDS, Buffer.from('"')]),
          'text/javascript; charset=gbk',
        )
      case '/gbk.txt':
        return give(GBK_WORDS, 'text/plain; charset=gbk', 200, { 'content-encoding': 'gzip' })
      case '/gzip.js':
        return give('window.packed = 1;'.repeat(2000), 'text/javascript', 200, { 'content-encoding': 'gzip' })
      case '/br.js':
        return give('window.broth = 1;'.repeat(2000), 'text/javascript', 200, { 'content-encoding': 'br' })
      case '/blobbed-gzip.json':
        return give('{"blob":"packed"}', 'application/json', 200, { 'content-encoding': 'gzip' })
      case '/module.js':
        return give('import "/inner.js"', 'text/javascript')
      case '/inner.js':
      case '/imported.js':
      case '/imported-service.js':
        return give(`/* \u4e2d\u6587 ${path} */ self.loaded = 1`, 'text/javascript; charset=utf-8')
      case '/worker.js':
        return give(WORKER, 'text/javascript')
      case '/shared.js':
        return give(SHARED, 'text/javascript')
      case '/service.js':
        return give(SERVICE, 'text/javascript')
      case '/again':
        if (request.headers['if-none-match'] === '"same"') return give('', 'text/plain', 304, { etag: '"same"' })
        return give('the same', 'text/plain', 200, { etag: '"same"', 'cache-control': 'no-cache' })
      case '/frame':
        return give(
          `<meta charset="utf-8"><img src="/picture/${request.headers.host?.startsWith('other') ? 90 : 91}.png">\u6846\u67b6`,
          'text/html',
        )
      case '/form':
        return give('<meta charset="utf-8">\u6536\u5230', 'text/html; charset=utf-8')
      case '/popup':
        return give('<title>popup</title><script>fetch("/from-popup").then((a) => a.text())</script>', 'text/html')
      case '/drawing.svg':
        return give('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'image/svg+xml')
      case '/small.png':
      case '/large.png':
      case '/icon.png':
      case '/background.png':
        return give(picture(path.length), 'image/png')
      case '/font.woff2':
        return give(Buffer.from('not a font but sent'), 'font/woff2')
      case '/redirect/1':
        return give('one', 'text/plain', 301, { location: '/redirect/2' })
      case '/redirect/2':
        return give('', 'text/plain', 302, { location: '/redirected' })
      case '/redirect/post':
        return give('', 'text/plain', 307, { location: '/moved' })
      case '/missing':
        return give('<h1>\u6ca1\u6709</h1>', 'text/html; charset=utf-8', 404)
      case '/broken':
        return give('broken', 'text/plain', 500)
      case '/empty':
        return give('', 'text/plain', 204)
      case '/file.zip':
        return give(Buffer.alloc(30_000, 'PK'), 'application/zip', 200, {
          'content-disposition': 'attachment; filename="file.zip"',
        })
      case '/part':
        return give(bytesFrom(100, 100), 'application/octet-stream', 206, { 'content-range': 'bytes 100-199/1000' })
      case '/video.mp4':
        return giveRange(request, give)
      case '/cut': {
        response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '1000' })
        sent.answer({ url, method, status: 200, kind: 'cut-off' }, Buffer.from('only this'))
        response.write('only this')
        setTimeout(() => response.destroy(), 300)
        return
      }
      case '/events':
      case '/streamed': {
        const type = path === '/events' ? 'text/event-stream' : 'text/plain'
        response.writeHead(200, { 'content-type': type, ...CORS })
        const payload = Buffer.from('data: \u4e00\n\ndata: \u4e8c\n\n')
        sent.answer({ url, method, status: 200, kind: 'stream' }, payload)
        response.write(payload.subarray(0, 10))
        setTimeout(() => response.write(payload.subarray(10)), 400)
        return
      }
      default:
        return give(`answer to ${method} ${path}`)
    }
  }
}

function bytesFrom(start: number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => (start + i * 7) % 256))
}

function giveRange(
  request: IncomingMessage,
  give: (payload: Uint8Array, type: string, status: number, more: Record<string, string>) => void,
): void {
  const size = 60_000
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '')
  const start = Number(range?.[1] ?? 0)
  const end = range?.[2] ? Number(range[2]) : size - 1
  const more = { 'accept-ranges': 'bytes', 'content-range': `bytes ${start}-${end}/${size}` }
  give(bytesFrom(start, end - start + 1), 'video/mp4', range === null ? 200 : 206, more)
}
