/**
 * Fetches one address politely and within bounds of time and size. Never throws for what a site does: every end is an outcome.
 * Redirects are followed by hand, each checked anew. RFC 9110.
 */
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'
import { Failure } from '@mingzheng/kernel'
import { request } from 'undici'
import type { GuardedAgent } from './guarded-agent.ts'
import type { Outcome } from './outcome.ts'

export interface FetchWish {
  readonly url: string
  readonly userAgent: string
  /** Of the last answer, so that an unchanged page need not be sent. */
  readonly etag: string | null
  readonly modified: string | null
}

export interface Fetched {
  readonly outcome: Outcome
  /** In words, for people; empty for `ok`. */
  readonly detail: string
  readonly status: number | null
  readonly finalUrl: string
  readonly mediaType: string | null
  readonly charset: string | null
  /** As decoded from its transfer; `null` unless something came. */
  readonly body: Uint8Array | null
  readonly etag: string | null
  readonly modified: string | null
  readonly retryAfterMs: number | null
  /** Whether a browser drew it. */
  readonly drawn: boolean
  /** How it came, where it was not fetched. */
  readonly by?: 'report' | 'upload'
  readonly ms: number
}

export interface FetchLimits {
  readonly bytes: number
  readonly ms: number
  readonly redirects: number
}

export const FETCH_LIMITS: FetchLimits = { bytes: 8 << 20, ms: 15_000, redirects: 5 }

const DECODERS: { readonly [coding: string]: (bytes: Uint8Array, options: object) => Promise<Uint8Array> } = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
}

/** What puts a request on the wire and brings the answer; undici's `request` unless told otherwise. */
export type Send = (url: string, options: NonNullable<Parameters<typeof request>[1]>) => Promise<WireAnswer>
export type WireAnswer = Pick<Awaited<ReturnType<typeof request>>, 'statusCode' | 'headers'> & {
  readonly body: AsyncIterable<Uint8Array> & { destroy(): unknown; on(event: 'error', listener: () => void): unknown }
}

type Headers = { readonly [name: string]: string | string[] | undefined }

/** `elapsed` are milliseconds that pass evenly. */
export async function fetchPage(
  guard: GuardedAgent,
  wish: FetchWish,
  {
    limits = FETCH_LIMITS,
    elapsed,
    signal,
    send = request,
  }: { limits?: FetchLimits; elapsed: () => number; signal: AbortSignal; send?: Send | undefined },
): Promise<Fetched> {
  const began = elapsed()
  let url = wish.url
  const end = (outcome: Outcome, detail: string, more: Partial<Fetched> = {}): Fetched => ({
    outcome,
    detail,
    status: null,
    finalUrl: url,
    mediaType: null,
    charset: null,
    body: null,
    etag: null,
    modified: null,
    retryAfterMs: null,
    drawn: false,
    ...more,
    ms: Math.round(elapsed() - began),
  })
  const within = AbortSignal.any([signal, AbortSignal.timeout(limits.ms)])
  try {
    for (let hop = 0; ; hop++) {
      const refusal = guard.refusal(url)
      if (refusal !== null) return end('refused', refusal)
      const answer = await send(url, {
        dispatcher: guard.agent,
        headers: headersOf(wish, hop),
        signal: within,
      })
      // A body that is let go of says so by an error event; what matters of it comes by the reading.
      answer.body.on('error', () => undefined)
      const headers = answer.headers as Headers
      const status = answer.statusCode
      const location = textHeader(headers, 'location')
      if (status >= 300 && status < 400 && status !== 304 && location !== null) {
        answer.body.destroy()
        const next = URL.parse(location, url)
        if (next === null || hop >= limits.redirects)
          return end('failed', `redirected too often, or nowhere: ${location}`, { status })
        url = next.href
        continue
      }
      const body = status === 304 ? null : await readBody(answer.body, headers, limits.bytes)
      if (body === 'too-large') return end('too-large', `more than ${limits.bytes} bytes`, { status })
      const { mediaType, charset } = mediaTypeOf(textHeader(headers, 'content-type'))
      const facts = {
        status,
        mediaType,
        charset,
        body,
        etag: textHeader(headers, 'etag'),
        modified: textHeader(headers, 'last-modified'),
        retryAfterMs: retryAfter(textHeader(headers, 'retry-after')),
      }
      return end(...outcomeOfStatus(status, facts.retryAfterMs), facts)
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    return end(...outcomeOfError(error, limits.ms))
  }
}

function headersOf({ userAgent, etag, modified }: FetchWish, hop: number): Record<string, string> {
  return {
    'user-agent': userAgent,
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5',
    'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5',
    'accept-encoding': 'gzip, br, zstd, deflate',
    ...(etag !== null && hop === 0 ? { 'if-none-match': etag } : {}),
    ...(modified !== null && hop === 0 ? { 'if-modified-since': modified } : {}),
  }
}

async function readBody(
  source: AsyncIterable<Uint8Array> & { destroy(): unknown },
  headers: Headers,
  most: number,
): Promise<Uint8Array | 'too-large'> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > most) {
      source.destroy()
      return 'too-large'
    }
    chunks.push(chunk)
  }
  let bytes: Uint8Array = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
  const codings = (textHeader(headers, 'content-encoding') ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
  for (const coding of codings.reverse()) {
    const decode = DECODERS[coding]
    if (decode === undefined || bytes.length === 0) continue
    try {
      bytes = await decode(bytes, { maxOutputLength: most })
    } catch (error) {
      if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return 'too-large'
      throw new Failure('coding-broken', `the body is not what ${coding} makes`, { cause: error })
    }
  }
  return bytes
}

/** RFC 9110, 15; 429 and Retry-After: RFC 6585, 4; 451: RFC 7725. */
function outcomeOfStatus(status: number, retryAfterMs: number | null): [Outcome, string] {
  if (status === 304) return ['unchanged', '']
  if (status >= 200 && status < 300) return ['ok', '']
  if (status === 429 || (status === 503 && retryAfterMs !== null)) return ['limited', `HTTP ${status}`]
  if ([401, 403, 407, 451, 456, 491].includes(status)) return ['blocked', `HTTP ${status}`]
  if (status === 404 || status === 410) return ['gone', `HTTP ${status}`]
  return ['failed', `HTTP ${status}`]
}

function outcomeOfError(error: unknown, ms: number): [Outcome, string] {
  const cause = (error as { cause?: unknown }).cause
  const failure = error instanceof Failure ? error : cause instanceof Failure ? cause : null
  if (failure !== null) return [failure.code === 'address-private' ? 'refused' : 'failed', failure.message]
  if ((error as Error).name === 'TimeoutError') return ['failed', `no whole answer within ${ms / 1000} s`]
  return ['failed', (error as { code?: string }).code ?? (error as Error).message]
}

function textHeader(headers: Headers, name: string): string | null {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value)?.slice(0, 2000) ?? null
}

function mediaTypeOf(header: string | null): { mediaType: string | null; charset: string | null } {
  if (header === null) return { mediaType: null, charset: null }
  const charset = /;\s*charset\s*=\s*"?([\w-]{1,40})/i.exec(header)?.[1] ?? null
  return { mediaType: header.split(';')[0]!.trim().toLowerCase().slice(0, 100), charset }
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | null): number | null {
  if (header === null) return null
  if (/^\d{1,7}$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now())
}
