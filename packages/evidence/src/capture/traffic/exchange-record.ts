/** Turns exchanges and WebSocket connections into WARC records: the answer, the request, and what else is known. */
import { type Bytes, utf8 } from '@mingzheng/kernel'
import { requestQuery } from '../../archive/request-query.ts'
import { newRecordId, type WarcWriter } from '../../archive/warc-writer.ts'
import { type Exchange, type ExchangeResponse, payloadOf } from './exchange.ts'
import { requestHead, responseHead } from './http-message.ts'
import type { SocketRecord } from './web-socket.ts'

const NOTHING = new Uint8Array(0)
const HTTP_REQUEST = 'application/http;msgtype=request'
const HTTP_RESPONSE = 'application/http;msgtype=response'

/** Writes one exchange. Resolves when its records stand in the file. */
export async function writeExchange(warc: WarcWriter, exchange: Exchange, server: string | null): Promise<void> {
  const common = {
    at: exchange.askedAt,
    targetUri: exchange.url,
    ...(server === null ? {} : { ipAddress: server }),
  }
  const main = newRecordId()
  const { response } = exchange
  if (response?.fromCache === true && exchange.requestHeadersExact === false) {
    // Nothing went over the network: the record that filled the cache stands in this archive.
    return
  }
  const writes: Promise<string>[] = []
  if (response !== null) writes.push(writeAnswer(warc, exchange, main, common))
  if (response?.fromServiceWorker !== true) {
    writes.push(
      warc.write({
        ...common,
        type: 'request',
        id: response === null ? main : newRecordId(),
        contentType: HTTP_REQUEST,
        ...(response === null ? {} : { concurrentTo: main }),
        head: requestHead(exchange),
        payload: exchange.requestBody ?? NOTHING,
        payloadDigest: exchange.requestBody !== null,
      }),
    )
  }
  writes.push(
    warc.write({
      at: exchange.askedAt,
      targetUri: exchange.url,
      type: 'metadata',
      contentType: 'application/json',
      concurrentTo: main,
      head: utf8(`${JSON.stringify(exchangeFacts(exchange, server))}\n`),
      payload: NOTHING,
      payloadDigest: false,
    }),
  )
  await Promise.all(writes)
}

function writeAnswer(
  warc: WarcWriter,
  exchange: Exchange,
  id: string,
  common: { at: number; targetUri: string; ipAddress?: string },
): Promise<string> {
  const response = exchange.response!
  // A 304 carries none: what the page then showed came from the browser's store.
  const payload = response.status === 304 ? NOTHING : payloadOf(exchange)
  const query =
    exchange.method === 'GET' ? '' : requestQuery(headerOf(exchange, 'content-type'), exchange.requestBody ?? NOTHING)
  const index = {
    url: exchange.url.split('#')[0]!,
    method: exchange.method,
    requestBody: query,
    status: response.status,
    mime: response.mime === '' ? 'application/octet-stream' : response.mime,
  }
  const reason = cutReason(exchange, response)
  const truncated = reason === null ? {} : { truncated: reason }
  if (response.fromServiceWorker) {
    // Made by a script in the browser, not by a server: a resource, never a response.
    return warc.write(
      {
        at: common.at,
        targetUri: common.targetUri,
        ...truncated,
        id,
        type: 'resource',
        contentType: index.mime,
        head: NOTHING,
        payload,
        payloadDigest: true,
      },
      { ...index, status: 200 },
    )
  }
  return warc.write(
    {
      ...common,
      ...truncated,
      id,
      type: 'response',
      contentType: HTTP_RESPONSE,
      protocol: response.protocol,
      head: responseHead(response, payload.length),
      payload,
      payloadDigest: true,
    },
    // A 304 has no payload to show and must not hide the answer that has one.
    response.status === 304 ? undefined : index,
  )
}

function cutReason(exchange: Exchange, response: ExchangeResponse): string | null {
  // The browser throws the payload of a redirect away before anybody can see it.
  if (exchange.end === 'redirected') {
    const stated = response.headers.find(([name]) => /^(content-length|transfer-encoding)$/i.test(name))?.[1] ?? '0'
    return stated === '0' ? null : 'unspecified'
  }
  if (exchange.end !== 'cut-off') return null
  if (exchange.failure === 'capture ended' || exchange.failure === 'limit-time') return 'time'
  return exchange.failure?.startsWith('limit') === true ? 'length' : 'disconnect'
}

function headerOf(exchange: Exchange, name: string): string {
  return exchange.requestHeaders.find(([each]) => each.toLowerCase() === name)?.[1] ?? ''
}

/** What is known of an exchange beside its bytes: the line of the traffic log and the metadata record. */
export function exchangeFacts(exchange: Exchange, server: string | null): Record<string, unknown> {
  const { response } = exchange
  return {
    url: exchange.url,
    method: exchange.method,
    type: exchange.resourceType,
    target: exchange.target,
    askedAt: new Date(exchange.askedAt).toISOString(),
    endedAt: exchange.endedAt === null ? null : new Date(exchange.endedAt).toISOString(),
    end: exchange.end,
    failure: exchange.failure,
    serverAddress: server,
    status: response?.status ?? null,
    mime: response?.mime ?? null,
    protocol: response?.protocol ?? null,
    fromCache: response?.fromCache ?? false,
    fromServiceWorker: response?.fromServiceWorker ?? false,
    encodedBytes: exchange.encodedBytes,
    decodedBytes: exchange.decodedBytes,
    keptBytes: exchange.bodyBytes,
    payload: exchange.payload,
    requestBodyBytes: exchange.requestBody?.length ?? 0,
    requestBodyMissing: exchange.requestBodyMissing,
    requestHeadersExact: exchange.requestHeadersExact,
    responseHead: response?.headersText ?? null,
    responseHeaders: response?.headersText == null ? (response?.headers ?? null) : null,
    tls: response?.tls ?? null,
  }
}

/** Writes a WebSocket connection: its handshake as an exchange, its frames one JSON line each beside it. */
export async function writeSocket(warc: WarcWriter, socket: SocketRecord, server: string | null): Promise<void> {
  const main = newRecordId()
  const common = { at: socket.askedAt, targetUri: socket.url, ...(server === null ? {} : { ipAddress: server }) }
  const path = URL.canParse(socket.url) ? `${new URL(socket.url).pathname}${new URL(socket.url).search}` : '/'
  const lines = (first: string, headers: [string, string][]): Bytes =>
    utf8(`${first}\r\n${headers.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`.toWellFormed())
  const writes: Promise<string>[] = []
  if (socket.status !== null) {
    writes.push(
      warc.write({
        ...common,
        type: 'response',
        id: main,
        contentType: HTTP_RESPONSE,
        head: lines(`HTTP/1.1 ${socket.status} ${socket.statusText}`, socket.responseHeaders),
        payload: NOTHING,
        payloadDigest: false,
      }),
    )
  }
  writes.push(
    warc.write({
      ...common,
      type: 'request',
      id: socket.status === null ? main : newRecordId(),
      ...(socket.status === null ? {} : { concurrentTo: main }),
      contentType: HTTP_REQUEST,
      head: lines(`GET ${path} HTTP/1.1`, socket.requestHeaders),
      payload: NOTHING,
      payloadDigest: false,
    }),
    warc.write({
      at: socket.askedAt,
      targetUri: socket.url,
      type: 'metadata',
      contentType: 'application/x-ndjson',
      concurrentTo: main,
      head: utf8(socketLines(socket)),
      payload: NOTHING,
      payloadDigest: false,
    }),
  )
  await Promise.all(writes)
}

function socketLines(socket: SocketRecord): string {
  const frames = socket.frames.map((frame) => ({
    kind: 'frame',
    at: new Date(frame.at).toISOString(),
    direction: frame.direction,
    opcode: frame.opcode,
    ...(frame.opcode === 1 ? { text: frame.data } : { base64: frame.data }),
  }))
  const end = {
    kind: 'end',
    closedAt: socket.closedAt === null ? null : new Date(socket.closedAt).toISOString(),
    errors: socket.errors,
  }
  return [...frames, end].map((line) => `${JSON.stringify(line).toWellFormed()}\n`).join('')
}
