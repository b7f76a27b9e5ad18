/** Any RFC 3161 service by URL (section 3.4). Nothing it answers is believed before it is checked. */
import { type Bytes, type Clock, digest, Failure, randomBytes, toHex } from '@mingzheng/kernel'
import { type ParsedCertificate, readTimestamp, type Timestamp, verifyTimestamp } from '@mingzheng/proof'
import { fetchRevocationLists } from './fetch-revocation-lists.ts'
import { readBounded } from './read-bounded.ts'
import type { TimestampAuthority } from './timestamp-authority.ts'
import { encodeTimestampRequest } from './timestamp-request.ts'

export interface HttpTimestampOptions {
  url: string
  /** What reports call it; default the host. */
  name?: string
  accredited?: boolean
  /** Roots of the authority as the trust policy lists them: a token that does not lead to one is refused. */
  roots: readonly Bytes[]
  /** Revocation lists of the authority, if there are; without any its revocation is not checked here. */
  crls?: () => Promise<readonly Bytes[]>
  clock: Clock
  /** Milliseconds for one question; default 10,000. */
  timeoutMs?: number
  /** How far the token's time may be from ours; default 10 minutes. */
  toleranceMs?: number
  fetch?: typeof fetch
}

const MAX_BYTES = 256 << 10

export function httpTimestampAuthority(options: HttpTimestampOptions): TimestampAuthority {
  const { url, clock } = options
  let chain: readonly ParsedCertificate[] = []
  const ask = options.fetch ?? fetch
  const timeoutMs = options.timeoutMs ?? 10_000

  /** One question. The reply is bounded in time and size. */
  const post = async (request: Bytes, signal?: AbortSignal): Promise<Bytes> => {
    const patience = AbortSignal.timeout(timeoutMs)
    try {
      const response = await ask(url, {
        method: 'POST',
        headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
        body: new Uint8Array(request),
        redirect: 'error',
        signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
      })
      if (response.status !== 200)
        throw new Failure('timestamp-unreachable', `the authority answers ${response.status}`)
      const type = response.headers.get('content-type')?.split(';')[0]?.trim()
      if (type !== 'application/timestamp-reply') throw invalid(`it answers with ${type ?? 'no type'}`)
      return await readBounded(response, MAX_BYTES, () => invalid('it is too long'))
    } catch (cause) {
      signal?.throwIfAborted()
      if (cause instanceof Failure) throw cause
      throw new Failure('timestamp-unreachable', `the timestamp authority ${url} cannot be reached`, { cause })
    }
  }

  const stampOnce = async (
    imprintSha256: Bytes,
    signal?: AbortSignal,
  ): Promise<{ tsr: Bytes; timestamp: Timestamp }> => {
    const nonce = BigInt(`0x${toHex(randomBytes(8))}`)
    const tsr = await post(encodeTimestampRequest(imprintSha256, nonce), signal)
    const timestamp = readOrRefuse(tsr)
    // The nonce ties the answer to this question: an old answer would carry an old time.
    if (timestamp.nonce !== nonce) throw invalid('it answers another question')
    const crls = (await options.crls?.()) ?? []
    const result = await verifyTimestamp({
      tsr,
      imprintSha256,
      roots: options.roots,
      crls,
      revocation: crls.length === 0 ? 'if-present' : 'required',
    })
    if (!result.ok) throw invalid(`${result.code}: ${result.detail}`)
    chain = result.chain
    if (Math.abs(timestamp.time - clock.now()) > (options.toleranceMs ?? 600_000)) {
      throw invalid(`its time is ${new Date(timestamp.time).toISOString()}`)
    }
    return { tsr, timestamp }
  }

  return {
    name: options.name ?? new URL(url).host,
    accredited: options.accredited ?? false,
    stamp: async (imprintSha256, signal) => (await stampOnce(imprintSha256, signal)).tsr,
    revocationLists: (signal) => fetchRevocationLists(chain, { ask, timeoutMs, ...(signal && { signal }) }),
    async time(signal) {
      const asked = clock.now()
      const { timestamp } = await stampOnce(digest('sha256', randomBytes(32)), signal)
      const elapsed = clock.now() - asked
      // The token was made somewhere between question and answer.
      return { ms: timestamp.time + elapsed / 2, uncertaintyMs: elapsed / 2 + (timestamp.accuracyMs ?? 1000) }
    },
  }
}

const invalid = (what: string) =>
  new Failure('timestamp-invalid', `the timestamp authority's answer is not valid: ${what}`)

function readOrRefuse(tsr: Bytes): Timestamp {
  try {
    return readTimestamp(tsr)
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause
    if (cause.code === 'timestamp-refused') throw new Failure('timestamp-refused', cause.message, { cause })
    throw invalid(cause.message)
  }
}
