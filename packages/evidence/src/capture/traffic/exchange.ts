/** One request and what came back, as the browser reported it. A redirect ends one exchange and begins the next. */
import type { Bytes } from '@mingzheng/kernel'
import type { CdpEvent } from '../../browser/cdp-types.ts'

/** Headers in their order; the same name may stand several times. */
export type HeaderList = [name: string, value: string][]

type CdpResponse = CdpEvent<'Network.responseReceived'>['response']

export interface TlsFacts {
  protocol: string
  cipher: string
  keyExchange: string
  subject: string
  issuer: string
  validFrom: number
  validTo: number
}

export interface ExchangeResponse {
  status: number
  statusText: string
  headers: HeaderList
  /** Head of the answer as it stood on the wire, where the protocol is HTTP/1 and the browser tells it. */
  headersText: string | null
  mime: string
  protocol: string
  fromCache: boolean
  fromServiceWorker: boolean
  tls: TlsFacts | null
}

export type ExchangeEnd = 'open' | 'finished' | 'redirected' | 'cut-off' | 'failed'

/** How exact the kept payload is: as it came out of content decoding, or text that had been decoded already. */
export type PayloadSource = 'streamed' | 'whole' | 'browser' | 'browser-text' | 'none'

export interface Exchange {
  id: string
  url: string
  method: string
  /** `Document`, `Image`, `XHR`, ... as the browser classes it. */
  resourceType: string
  /** `page`, `iframe`, `worker`, `service_worker`, `shared_worker`. */
  target: string
  /** Milliseconds since the epoch, by the browser's clock. */
  askedAt: number
  requestHeaders: HeaderList
  requestHeadersExact: boolean
  requestBody: Bytes | null
  /** The browser said that there was a body and could not give it. */
  requestBodyMissing: boolean
  response: ExchangeResponse | null
  /** Payload pieces in order. */
  body: Bytes[]
  bodyBytes: number
  payload: PayloadSource
  /** Bytes after content decoding as counted by the browser; over the network as counted by it. */
  decodedBytes: number
  encodedBytes: number
  end: ExchangeEnd
  failure: string | null
  endedAt: number | null
}

/** An exchange of which only the question is known. */
export function newExchange(
  request: { url: string; urlFragment?: string; method: string; headers: Record<string, string> },
  id: string,
  target: string,
): Exchange {
  return {
    id,
    url: request.url + (request.urlFragment ?? ''),
    method: request.method,
    resourceType: 'Other',
    target,
    askedAt: 0,
    requestHeaders: Object.entries(request.headers),
    requestHeadersExact: false,
    requestBody: null,
    requestBodyMissing: false,
    response: null,
    body: [],
    bodyBytes: 0,
    payload: 'none',
    decodedBytes: 0,
    encodedBytes: 0,
    end: 'open',
    failure: null,
    endedAt: null,
  }
}

/** A header object of the protocol as a list: repeated headers come joined by line ends. */
export function headerList(headers: Record<string, string>): HeaderList {
  return Object.entries(headers).flatMap(([name, value]) =>
    value.split('\n').map((each): [string, string] => [name, each]),
  )
}

export function exchangeResponse(response: CdpResponse): ExchangeResponse {
  const details = response.securityDetails
  return {
    status: response.status,
    statusText: response.statusText,
    headers: headerList(response.headers),
    headersText: null,
    mime: response.mimeType,
    protocol: response.protocol ?? 'http/1.1',
    fromCache: response.fromDiskCache === true || response.fromPrefetchCache === true,
    fromServiceWorker: response.fromServiceWorker === true,
    tls:
      details === undefined
        ? null
        : {
            protocol: details.protocol,
            cipher: details.cipher,
            keyExchange: details.keyExchangeGroup ?? details.keyExchange,
            subject: details.subjectName,
            issuer: details.issuer,
            validFrom: details.validFrom * 1000,
            validTo: details.validTo * 1000,
          },
  }
}

/** The payload in one piece. */
export function payloadOf(exchange: Exchange): Bytes {
  if (exchange.body.length === 1) return exchange.body[0]!
  const joined = new Uint8Array(exchange.bodyBytes)
  let at = 0
  for (const piece of exchange.body) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}
