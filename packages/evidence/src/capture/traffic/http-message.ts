/** HTTP message heads as bytes for WARC: the status or request line, the headers, an empty line. */
import { type Bytes, utf8 } from '@mingzheng/kernel'
import type { Exchange, ExchangeResponse, HeaderList } from './exchange.ts'

/**
 * Headers that speak of the payload as it was encoded for the network. The browser hands payloads over decoded, so a
 * reader must not decode again: these keep their values under a name with `x-orig-` in front. The metadata record of
 * the exchange holds the head as it came.
 */
const OF_ENCODED = new Set(['content-encoding', 'transfer-encoding', 'content-length'])

/** Head of an answer. `payloadBytes` is stated as `content-length`. */
export function responseHead(response: ExchangeResponse, payloadBytes: number): Bytes {
  const headers = response.headers
    .filter(([name]) => !name.startsWith(':'))
    .map(([name, value]): [string, string] => [OF_ENCODED.has(name.toLowerCase()) ? `x-orig-${name}` : name, value])
  const line = `HTTP/1.1 ${response.status} ${response.statusText}`.trimEnd()
  return head(line, [...headers, ['content-length', String(payloadBytes)]])
}

/** Head of a request, with the path as target and the host that a proxy-less client would send. */
export function requestHead(exchange: Exchange): Bytes {
  const url = new URL(exchange.url)
  const named = exchange.requestHeaders.filter(([name]) => !name.startsWith(':'))
  const hasHost = named.some(([name]) => name.toLowerCase() === 'host')
  const headers: HeaderList = hasHost ? named : [['Host', url.host], ...named]
  return head(`${exchange.method} ${url.pathname}${url.search} HTTP/1.1`, headers)
}

function head(line: string, headers: HeaderList): Bytes {
  const lines = headers.map(([name, value]) => `${clean(name)}: ${clean(value)}\r\n`).join('')
  return utf8(`${clean(line)}\r\n${lines}\r\n`)
}

function clean(text: string): string {
  return text.toWellFormed().replace(/[\r\n\0]+/g, ' ')
}
