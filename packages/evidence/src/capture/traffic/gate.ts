/**
 * Holds every answer for a moment between its headers and its payload, so that the recorder is listening before the
 * first byte of payload goes by. Nothing is changed: an answer goes on as it came.
 */
import type { CdpSession } from '../../browser/cdp.ts'
import type { CdpEvent } from '../../browser/cdp-types.ts'

type Paused = CdpEvent<'Fetch.requestPaused'>

export interface GateOptions {
  /** Longest that an answer is held to be read whole, milliseconds. */
  holdMs: number
  /** Asks the renderer to hand over the payload as it comes; false when it does not know the request or is busy. */
  listen: (requestId: string, patienceMs: number) => Promise<boolean>
  /** Takes a payload that was read whole. */
  take: (requestId: string, body: Uint8Array) => void
  /** The same for requests that have no id, such as for the script of a service worker. */
  takeNameless: (request: { url: string; method: string; headers: Record<string, string> }, body: Uint8Array) => void
  /** An answer that goes straight to a file: told by its heads, since nothing else tells of it. */
  takeDownload: (request: Paused['request'], status: number, headers: [string, string][]) => void
  /** Whether documents may be held until they have come whole. */
  holdDocuments: () => boolean
  /** A document did not come whole in time, or broke off: it was let go without its payload being kept. */
  onDocumentLost: (url: string, reason: string) => void
}

/** A thread that is blocked (by a synchronous request, say) cannot answer; waiting longer would block it for good. */
const LISTEN_MS = 400
const WHOLE_BYTES = 16_000_000
/** gzip unpacks to at most some thousand times its size (RFC 1951); Brotli knows no such bound. */
const WHOLE_PACKED_BYTES = 65_536
/** Media types that a tab shows; a document of another type becomes a download. */
const SHOWN = /^(text\/|image\/|application\/(xhtml\+xml|xml|json|javascript|pdf|.*\+(xml|json))\b)/i

/** Opens the gate on the browser's own session: it holds for every page, frame and worker from their first request. */
export async function openGate(browser: CdpSession, options: GateOptions): Promise<void> {
  browser.on('Fetch.requestPaused', (paused) => {
    pass(browser, paused, options).finally(() => browser.post('Fetch.continueRequest', { requestId: paused.requestId }))
  })
  await browser.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Response' }] })
}

async function pass(browser: CdpSession, paused: Paused, options: GateOptions): Promise<void> {
  const id = paused.networkId
  const status = paused.responseStatusCode
  if (status === undefined || paused.responseErrorReason !== undefined || hasNoPayload(status, paused)) return
  if (id === undefined && paused.resourceType === 'Document') {
    options.takeDownload(
      paused.request,
      status,
      (paused.responseHeaders ?? []).map((each) => [each.name, each.value]),
    )
    return
  }
  if (id === undefined) {
    if (!isEndless(paused)) await whole(browser, paused, options)
    return
  }
  if (paused.resourceType === 'Document') {
    if (options.holdDocuments() && mayBeHeld(paused)) await whole(browser, paused, options)
    return
  }
  // What is fetched for later never passes the page's process.
  if (/prefetch/i.test(paused.request.headers['Sec-Purpose'] ?? '') && isSmall(paused)) {
    await whole(browser, paused, options)
    return
  }
  if (await options.listen(id, LISTEN_MS)) return
  if (!isEndless(paused)) await whole(browser, paused, options)
}

async function whole(browser: CdpSession, paused: Paused, options: GateOptions): Promise<void> {
  try {
    const { body, base64Encoded } = await browser.send(
      'Fetch.getResponseBody',
      { requestId: paused.requestId },
      { timeoutMs: options.holdMs },
    )
    const bytes = Buffer.from(body, base64Encoded ? 'base64' : 'utf8')
    if (paused.networkId === undefined) options.takeNameless(paused.request, bytes)
    else options.take(paused.networkId, bytes)
  } catch (error) {
    if (paused.resourceType === 'Document') options.onDocumentLost(paused.request.url, (error as Error).message)
    // An answer that is being read cannot go on; failing it frees the page.
    browser.post('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'TimedOut' })
  }
}

function header(paused: Paused, name: string): string {
  return paused.responseHeaders?.find((each) => each.name.toLowerCase() === name)?.value ?? ''
}

function hasNoPayload(status: number, paused: Paused): boolean {
  const isRedirect = status >= 300 && status < 400 && header(paused, 'location') !== ''
  return isRedirect || status === 204 || status === 205 || status === 304 || paused.request.method === 'HEAD'
}

/**
 * Whether a document can be read whole without danger. Not when it becomes a download; not when it is compressed, since
 * a bomb would unpack inside the browser: such a document is kept as it comes, which is exact when it is UTF-8.
 */
function mayBeHeld(paused: Paused): boolean {
  const type = header(paused, 'content-type')
  if (/^\s*attachment/i.test(header(paused, 'content-disposition')) || !(type === '' || SHOWN.test(type))) return false
  return header(paused, 'content-encoding') === '' || !/charset\s*=\s*"?utf-?8/i.test(type)
}

/** Whether a payload says its length and cannot unpack into more than the browser can hold. */
function isSmall(paused: Paused): boolean {
  const length = Number(header(paused, 'content-length') || Number.NaN)
  const encoding = header(paused, 'content-encoding')
  if (encoding === '' || encoding === 'identity') return length <= WHOLE_BYTES
  return /^(gzip|deflate)$/i.test(encoding) && length <= WHOLE_PACKED_BYTES
}

function isEndless(paused: Paused): boolean {
  const type = header(paused, 'content-type')
  return /^(text\/event-stream|multipart\/x-mixed-replace|audio\/|video\/)/i.test(type)
}
