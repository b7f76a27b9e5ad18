/**
 * Records what goes between browser and servers, as the browser reports it, for every page, frame and worker. Nothing
 * is rewritten; what could not be got is recorded as missing, with the reason.
 */
import type { CdpSession } from '../../browser/cdp.ts'
import type { CdpEvent } from '../../browser/cdp-types.ts'
import { type Exchange, exchangeResponse, type HeaderList, newExchange } from './exchange.ts'
import { ExtraInfo } from './extra-info.ts'
import { recoverPayload } from './payload.ts'
import { type SocketRecord, watchSockets } from './web-socket.ts'

export interface RecorderOptions {
  now: () => number
  /** Receives each exchange once, when nothing more will come of it. */
  keep: (exchange: Exchange) => void
  /** Payload bytes after decoding and requests that may pass; called once when one is exceeded. */
  decodedBytes: number
  requests: number
  onLimit: (which: 'bytes' | 'requests') => void
  /** Something went over the network, for showing progress and for waiting until it is quiet. */
  onActivity: () => void
}

const EXTRA_INFO_MS = 500
const ENDLESS_MS = 4_000

export class Recorder {
  readonly #options: RecorderOptions
  readonly #open = new Map<string, { exchange: Exchange; session: CdpSession }>()
  readonly #extra = new ExtraInfo()
  readonly #finishing = new Set<Promise<void>>()
  readonly #nameless = new Map<
    string,
    { url: string; method: string; headers: Record<string, string>; body: Uint8Array }
  >()
  readonly #bodies = new Map<Exchange, Promise<void>>()
  readonly sockets = new Map<string, SocketRecord>()
  /** Addresses of data: and blob: URLs are noted, not fetched: they never went over the network. */
  readonly inner: { url: string; type: string; at: number }[] = []
  requests = 0
  decodedBytes = 0
  #limited = false

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  /**
   * Requests under way that can be expected to end: no event streams, and nothing that has been trickling for long
   * without having said how much will come.
   */
  pending(): number {
    const now = this.#options.now()
    let count = 0
    for (const { exchange } of this.#open.values()) {
      if (exchange.resourceType === 'EventSource' || exchange.resourceType === 'Ping') continue
      const said = exchange.response?.headers.some(([name]) => name.toLowerCase() === 'content-length') === true
      if (said || now - exchange.askedAt < ENDLESS_MS) count++
    }
    return count
  }

  /** Listens on one target; call before the target runs. */
  attach(session: CdpSession, target: string): void {
    session.on('Network.requestWillBeSent', (event) => this.#asked(event, session, target))
    session.on('Network.requestWillBeSentExtraInfo', (event) => this.#extra.addRequest(event))
    session.on('Network.responseReceivedExtraInfo', (event) => this.#extra.addResponse(event))
    session.on('Network.responseReceived', (event) => this.#answered(event, session, target))
    session.on('Network.dataReceived', (event) => this.#came(event))
    session.on('Network.loadingFinished', (event) => this.#finished(event, session))
    session.on('Network.loadingFailed', (event) => this.#failed(event))
    watchSockets(session, this.sockets, this.#options.now, (bytes) => this.#count(bytes))
    session.post('Network.configureDurableMessages', {
      maxTotalBufferSize: 200_000_000,
      maxResourceBufferSize: 50_000_000,
    })
    session.post('Network.enable', { maxTotalBufferSize: 200_000_000, maxResourceBufferSize: 100_000_000 })
  }

  /** Makes the renderer stream the payload of a request; false when it cannot or does not answer in time. */
  async listen(requestId: string, patienceMs: number): Promise<boolean> {
    const known = this.#open.get(requestId)
    if (known === undefined) return false
    try {
      await known.session.send('Network.streamResourceContent', { requestId }, { timeoutMs: patienceMs })
      if (known.exchange.payload === 'none') known.exchange.payload = 'streamed'
      return true
    } catch {
      return false
    }
  }

  /** A payload that was read whole at the gate. */
  take(requestId: string, body: Uint8Array): void {
    const exchange = this.#open.get(requestId)?.exchange
    if (exchange === undefined) return
    exchange.payload = 'whole'
    exchange.body = [body]
    exchange.bodyBytes = body.length
  }

  /** The same for a request whose id is not known yet: its answer will be told with an id and without a question. */
  takeNameless(request: { url: string; method: string; headers: Record<string, string> }, body: Uint8Array): void {
    if (this.#nameless.size < 1_000) this.#nameless.set(request.url, { ...request, body })
  }

  /** An answer that the browser writes to a file by itself: it is handed on at once, its payload comes with the file. */
  takeDownload(
    request: { url: string; method: string; headers: Record<string, string> },
    status: number,
    headers: HeaderList,
  ): void {
    this.requests++
    this.#options.keep({
      ...newExchange(request, '', 'page'),
      resourceType: 'Document',
      askedAt: this.#options.now(),
      response: {
        status,
        statusText: '',
        headers,
        headersText: null,
        mime: headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]?.split(';')[0] ?? '',
        protocol: 'http/1.1',
        fromCache: false,
        fromServiceWorker: false,
        tls: null,
      },
      end: 'cut-off',
      failure: 'net::ERR_ABORTED',
      endedAt: this.#options.now(),
    })
  }

  /** Ends what is still open and waits until everything has been handed on. */
  async finish(reason: string): Promise<void> {
    for (const { exchange } of [...this.#open.values()]) {
      this.#close(exchange, exchange.response === null ? 'failed' : 'cut-off', reason, null)
    }
    while (this.#finishing.size > 0) await Promise.all(this.#finishing)
  }

  #asked(event: CdpEvent<'Network.requestWillBeSent'>, session: CdpSession, target: string): void {
    if (this.requests > this.#options.requests) return
    this.#options.onActivity()
    if (!/^https?:/.test(event.request.url)) {
      if (this.inner.length < 5_000 && /^(data|blob):/.test(event.request.url)) {
        this.inner.push({
          url: event.request.url.slice(0, 200),
          type: event.type ?? 'Other',
          at: event.wallTime * 1000,
        })
      }
      return
    }
    const before = this.#open.get(event.requestId)
    if (before !== undefined && event.redirectResponse !== undefined) {
      before.exchange.response = exchangeResponse(event.redirectResponse)
      before.exchange.encodedBytes = event.redirectResponse.encodedDataLength
      this.#close(before.exchange, 'redirected', null, null)
    }
    const exchange: Exchange = {
      ...newExchange(event.request, event.requestId, target),
      resourceType: event.type ?? 'Other',
      askedAt: event.wallTime * 1000,
    }
    this.#open.set(event.requestId, { exchange, session })
    this.#extra.begin(exchange)
    if (event.request.hasPostData === true) this.#bodies.set(exchange, this.#askBody(exchange, event, session))
    this.requests++
    if (this.requests > this.#options.requests) this.#limit('requests')
  }

  async #askBody(exchange: Exchange, event: CdpEvent<'Network.requestWillBeSent'>, session: CdpSession): Promise<void> {
    try {
      const answer = await session.send(
        'Network.getRequestPostData',
        { requestId: event.requestId },
        { timeoutMs: 5_000 },
      )
      exchange.requestBody = Buffer.from(answer.postData, answer.base64Encoded ? 'base64' : 'utf8')
    } catch {
      const text = event.request.postData
      if (text !== undefined) exchange.requestBody = Buffer.from(text, 'utf8')
      else exchange.requestBodyMissing = true
    }
  }

  #answered(event: CdpEvent<'Network.responseReceived'>, session: CdpSession, target: string): void {
    if (!this.#open.has(event.requestId)) this.#answeredUnasked(event, session, target)
    const known = this.#open.get(event.requestId)
    if (known === undefined) return
    // An answer from nowhere: the browser's own viewer, put in the place of a PDF file.
    const isInner =
      !event.response.remoteIPAddress && !event.response.fromDiskCache && !event.response.fromServiceWorker
    if (isInner && event.hasExtraInfo === false && target !== 'service_worker') {
      this.#open.delete(event.requestId)
      this.inner.push({ url: event.response.url.slice(0, 200), type: 'viewer', at: known.exchange.askedAt })
      return
    }
    known.exchange.response = exchangeResponse(event.response)
    // A document moves to another process between question and answer: further questions go where the answer is.
    known.session = session
    if (known.exchange.payload === 'none') void this.#listenLate(known.exchange, session)
  }

  /** The script of a service worker is asked for before there is a target that could tell of it. */
  #answeredUnasked(event: CdpEvent<'Network.responseReceived'>, session: CdpSession, target: string): void {
    const { url } = event.response
    if (!/^https?:/.test(url) || this.requests > this.#options.requests) return
    const asked = this.#nameless.get(url)
    this.#nameless.delete(url)
    const exchange: Exchange = {
      ...newExchange({ url, method: asked?.method ?? 'GET', headers: asked?.headers ?? {} }, event.requestId, target),
      resourceType: event.type,
      askedAt: event.response.responseTime ?? this.#options.now(),
    }
    this.requests++
    this.#open.set(event.requestId, { exchange, session })
    this.#extra.begin(exchange)
    if (asked !== undefined) this.take(event.requestId, asked.body)
  }

  /** For documents that were not held: what the renderer has already comes at once, the rest as it comes. */
  async #listenLate(exchange: Exchange, session: CdpSession): Promise<void> {
    exchange.payload = 'streamed'
    try {
      const { bufferedData } = await session.send('Network.streamResourceContent', { requestId: exchange.id })
      if (bufferedData === '') return
      const early = Buffer.from(bufferedData, 'base64')
      exchange.body.unshift(early)
      exchange.bodyBytes += early.length
    } catch {
      // Finished already: its payload is asked for when it ends.
    }
  }

  #came(event: CdpEvent<'Network.dataReceived'>): void {
    const exchange = this.#open.get(event.requestId)?.exchange
    if (exchange === undefined) return
    if (this.#options.now() - exchange.askedAt < ENDLESS_MS) this.#options.onActivity()
    exchange.decodedBytes += event.dataLength
    exchange.encodedBytes += event.encodedDataLength
    if (!this.#count(event.dataLength) || event.data === undefined || exchange.payload === 'whole') return
    const piece = Buffer.from(event.data, 'base64')
    exchange.body.push(piece)
    exchange.bodyBytes += piece.length
  }

  #finished(event: CdpEvent<'Network.loadingFinished'>, session: CdpSession): void {
    const exchange = this.#open.get(event.requestId)?.exchange
    if (exchange === undefined) return
    exchange.encodedBytes = event.encodedDataLength
    this.#close(exchange, 'finished', null, session)
  }

  #failed(event: CdpEvent<'Network.loadingFailed'>): void {
    const known = this.#open.get(event.requestId)
    if (known === undefined) return
    const { exchange } = known
    const status = exchange.response?.status ?? 0
    const detail = event.blockedReason ?? event.corsErrorStatus?.corsError ?? ''
    const reason = detail === '' ? event.errorText : `${event.errorText} (${detail})`
    // An answer without content is reported as aborted by some kinds of request.
    const isEmpty = status === 204 || status === 205
    this.#close(exchange, isEmpty ? 'finished' : exchange.response === null ? 'failed' : 'cut-off', reason, null)
  }

  #close(exchange: Exchange, end: Exchange['end'], failure: string | null, session: CdpSession | null): void {
    if (this.#open.get(exchange.id)?.exchange === exchange) this.#open.delete(exchange.id)
    exchange.end = end
    exchange.failure = end === 'finished' || end === 'redirected' ? null : failure
    exchange.endedAt = this.#options.now()
    this.#options.onActivity()
    const work = this.#settle(exchange, session)
      .catch(() => {})
      .then(() => this.#options.keep(exchange))
    this.#finishing.add(work)
    void work.finally(() => this.#finishing.delete(work))
  }

  /** Gets what belongs to an ended exchange and has not come yet. */
  async #settle(exchange: Exchange, session: CdpSession | null): Promise<void> {
    // A payload that a page takes as a blob never passes the page's process, only the network's: nothing was counted.
    const isMissing = exchange.bodyBytes === 0 || exchange.bodyBytes !== exchange.decodedBytes
    if (session !== null && exchange.payload !== 'whole' && isMissing) await recoverPayload(exchange, session)
    await this.#bodies.get(exchange)
    this.#bodies.delete(exchange)
    const wanted = exchange.response !== null && !exchange.response.fromCache && !exchange.response.fromServiceWorker
    for (let waited = 0; wanted && !this.#extra.isKnown(exchange) && waited < EXTRA_INFO_MS; waited += 25) {
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    this.#extra.apply(exchange)
    if (exchange.end !== 'redirected') this.#extra.forget(exchange.id)
  }

  /** Counts decoded bytes; false once they pass the limit. */
  #count(bytes: number): boolean {
    this.decodedBytes += bytes
    if (this.decodedBytes <= this.#options.decodedBytes) return true
    this.#limit('bytes')
    return false
  }

  #limit(which: 'bytes' | 'requests'): void {
    if (this.#limited) return
    this.#limited = true
    this.#options.onLimit(which)
  }
}
