/** Where recorded traffic goes: records of the WARC file, lines of the traffic log, and the facts for the manifest. */
import type { WarcWriter } from '../../archive/warc-writer.ts'
import type { ServerTls } from '../certificates.ts'
import type { Guard } from '../guard/guard.ts'
import type { Steps } from '../step.ts'
import type { Exchange } from './exchange.ts'
import { exchangeFacts, writeExchange, writeSocket } from './exchange-record.ts'
import type { SocketRecord } from './web-socket.ts'

export class TrafficKeeper {
  readonly #warc: WarcWriter
  readonly #guard: Guard
  readonly #steps: Steps
  readonly #lines: string[] = []
  readonly #writes: Promise<void>[] = []
  readonly #tls = new Map<string, ServerTls>()
  readonly serverAddresses = new Set<string>()
  responses = 0

  constructor(warc: WarcWriter, guard: Guard, steps: Steps) {
    this.#warc = warc
    this.#guard = guard
    this.#steps = steps
  }

  keep(exchange: Exchange): void {
    const url = new URL(exchange.url)
    const server = exchange.response?.fromServiceWorker === true ? null : this.#server(url)
    if (exchange.response !== null) this.responses++
    this.#lines.push(`${JSON.stringify(exchangeFacts(exchange, server)).toWellFormed()}\n`)
    this.#judge(exchange)
    const tls = exchange.response?.tls
    if (tls != null) this.#tls.set(url.host, { ...tls, host: url.host, origin: url.origin })
    this.#writes.push(writeExchange(this.#warc, exchange, server))
  }

  keepSocket(socket: SocketRecord): void {
    const server = URL.canParse(socket.url) ? this.#server(new URL(socket.url)) : null
    this.#lines.push(
      `${JSON.stringify({
        url: socket.url,
        type: 'WebSocket',
        askedAt: new Date(socket.askedAt).toISOString(),
        status: socket.status,
        serverAddress: server,
        framesSent: socket.frames.filter((frame) => frame.direction === 'sent').length,
        framesReceived: socket.frames.filter((frame) => frame.direction === 'received').length,
        errors: socket.errors,
      }).toWellFormed()}\n`,
    )
    this.#writes.push(writeSocket(this.#warc, socket, server))
  }

  /** Addresses inside the browser: noted in the log, since nothing of them went over the network. */
  noteInner(inner: readonly { url: string; type: string; at: number }[]): void {
    for (const each of inner) {
      const line = {
        url: each.url,
        type: each.type,
        askedAt: new Date(each.at).toISOString(),
        end: 'inside the browser',
      }
      this.#lines.push(`${JSON.stringify(line).toWellFormed()}\n`)
    }
  }

  /** Servers that answered by TLS, each once, as last seen. */
  tlsServers(): ServerTls[] {
    return [...this.#tls.values()]
  }

  log(): string {
    return this.#lines.join('')
  }

  /** Waits until every record stands in the file. */
  async flush(): Promise<void> {
    await Promise.all(this.#writes.splice(0))
  }

  #server(url: URL): string | null {
    const standard = url.protocol === 'https:' || url.protocol === 'wss:' ? 443 : 80
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const address = this.#guard.serverAddress(host, url.port === '' ? standard : Number(url.port))
    if (address !== null) this.serverAddresses.add(address)
    return address
  }

  #judge(exchange: Exchange): void {
    const short = exchange.url.slice(0, 300)
    if (exchange.end === 'failed') this.#steps.note('request-failed', `${short}: ${exchange.failure ?? 'no answer'}`)
    else if (exchange.end === 'cut-off') {
      this.#steps.note(
        'request-failed',
        `${short}: cut off after ${exchange.bodyBytes} bytes (${exchange.failure ?? ''})`,
      )
    } else if (exchange.end === 'finished' && exchange.response?.fromCache === false && isIncomplete(exchange)) {
      this.#steps.lack('body-missing', `${short}: kept ${exchange.bodyBytes} of ${exchange.decodedBytes} bytes`)
    }
    if (exchange.requestBodyMissing)
      this.#steps.lack('body-missing', `${short}: the browser did not give the request’s body`)
  }
}

function isIncomplete(exchange: Exchange): boolean {
  const response = exchange.response!
  if (exchange.payload === 'whole' || exchange.method === 'HEAD' || response.fromServiceWorker) return false
  if (exchange.payload === 'browser-text' || exchange.bodyBytes < exchange.decodedBytes) return true
  if (exchange.bodyBytes > 0 || response.status === 204 || response.status === 304) return false
  // Nothing was kept: did something come? An empty chunked body is five bytes long.
  const stated = Number(response.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? Number.NaN)
  if (!Number.isNaN(stated)) return stated > 0
  return response.headersText !== null && exchange.encodedBytes - response.headersText.length > 5
}
