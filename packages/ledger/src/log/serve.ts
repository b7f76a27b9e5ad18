/**
 * The log over HTTP, as C2SP tlog-tiles asks: `checkpoint`, `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`, and the
 * same under `sm3/`; beside them `policy-chain.json`. A pure function of the path: whoever has an HTTP server mounts it.
 */
import { gzipSync } from 'node:zlib'
import { type Bytes, utf8 } from '@mingzheng/kernel'
import { parseTilePath } from '@mingzheng/proof'
import type { Log } from './log.ts'
import { POLICY_CHAIN_PATH } from './policy-chain-file.ts'
import type { WitnessedCheckpoint } from './prove.ts'

/** What is served at a path. */
export interface ServedFile {
  readonly status: 200
  readonly headers: { readonly [name: string]: string }
  readonly body: Bytes
}

/** `path` is relative to the log's prefix, without a leading slash; `null` is 404. */
export type ServeLog = (path: string, acceptEncoding?: string) => ServedFile | null

/** Where the server finds what it serves. */
export interface LogSource {
  readonly log: Log
  /** Newest checkpoint; `null` before the first. */
  readonly witnessed: () => WitnessedCheckpoint | null
  /** `policy-chain.json`; `null` while no policy has changed. */
  readonly policyChain?: () => Bytes | null
}

const LASTING = 'public, max-age=31536000, immutable'
const SHORT = 'public, max-age=1'

/** Serves up to the witnessed size and nothing beyond it. */
export function logServer({ log, witnessed, policyChain = () => null }: LogSource): ServeLog {
  return (path, acceptEncoding = '') => {
    const newest = witnessed()
    if (newest === null) return null
    const sm3 = path.startsWith('sm3/')
    const name = sm3 ? path.slice(4) : path
    if (name === 'checkpoint') {
      const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': SHORT }
      return { status: 200, headers, body: utf8(sm3 ? newest.sm3 : newest.sha256) }
    }
    if (path === POLICY_CHAIN_PATH) {
      const body = policyChain()
      const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': SHORT }
      return body === null ? null : { status: 200, headers, body }
    }
    const tile = parseTilePath(name)
    if (tile === null) return null
    const { level, index, width } = tile
    const hashes = Math.floor(newest.size / 256 ** (level === 'entries' ? 0 : level))
    if (index * 256 + width > hashes) return null
    const body =
      level === 'entries' ? log.bundle(index, width) : log.trees[sm3 ? 'sm3' : 'sha256'].tile(level, index, width)
    if (body === null) return null
    const headers = { 'content-type': 'application/octet-stream', 'cache-control': LASTING }
    if (level !== 'entries') return { status: 200, headers, body }
    const varying = { ...headers, vary: 'accept-encoding' }
    if (!acceptsGzip(acceptEncoding)) return { status: 200, headers: varying, body }
    const zipped = gzipSync(body, { level: 1 })
    return { status: 200, headers: { ...varying, 'content-encoding': 'gzip' }, body: zipped }
  }
}

function acceptsGzip(header: string): boolean {
  return header.split(',').some((part) => {
    const [coding, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    return coding === 'gzip' && !parameters.some((text) => /^q=0(\.0*)?$/.test(text))
  })
}
