/** What opens a door in an archive: cookies, authorisations, tokens; and their masking wherever they turn up. */
import type { Bytes } from '@mingzheng/kernel'
import { type ReadRecord, splitHttp } from './read-warc.ts'

export interface Secrets {
  /** Distinct values of cookies that were found. */
  cookies: number
  /** Replaces known values by asterisks of the same length. */
  maskText: (text: string) => string
  maskBytes: (bytes: Bytes) => { bytes: Bytes; masked: number }
}

/** Headers whose values are secret as they stand. */
const SECRET_HEADERS =
  /^(cookie|set-cookie|authorization|proxy-authorization|x-[a-z-]*(token|auth|session|csrf|xsrf)[a-z-]*|(x-)?csrf-token|authentication-info)$/i
/** Fields of bodies and queries that are named like secrets. */
const SECRET_FIELDS =
  /["']?\b((?:access|refresh|id|auth|session|csrf|xsrf|user)[_-]?(?:token|id|key|ticket)|token|jwt|sid|sessionid|password|passwd|pwd)\b["']?\s*[:=]\s*["']?([A-Za-z0-9._~+/%=-]{6,4096})/gi
/** Shorter values occur by chance; masking them everywhere would blot out what is no secret. */
const SHORTEST = 8
const MOST_SECRETS = 2_000

/** Gathers the secrets of an archive from its headers, and from bodies and queries by the names of fields. */
export function findSecrets(records: readonly ReadRecord[]): Secrets {
  const values = new Set<string>()
  const cookies = new Set<string>()
  const add = (value: string) => {
    if (value.length >= SHORTEST && values.size < MOST_SECRETS) values.add(value)
  }
  for (const record of records) {
    if (record.headers.get('content-type')?.startsWith('application/http') !== true) continue
    const http = splitHttp(record.block)
    for (const [name, value] of http.headers) {
      if (!SECRET_HEADERS.test(name)) continue
      if (/cookie$/i.test(name)) {
        const pairs = /^set-cookie$/i.test(name) ? [value.split(';')[0]!] : value.split(';')
        for (const pair of pairs) {
          const secret = pair.slice(pair.indexOf('=') + 1).trim()
          cookies.add(secret)
          add(secret)
        }
      } else add(value.replace(/^(Bearer|Basic|Token)\s+/i, ''))
    }
    const text = `${http.line}\n${readableText(http.payload)}`
    for (const match of text.matchAll(SECRET_FIELDS)) add(match[2]!)
  }
  const ordered = [...values].sort((a, b) => b.length - a.length)
  return {
    cookies: cookies.size,
    maskText: (text) => ordered.reduce((rest, value) => rest.replaceAll(value, '*'.repeat(value.length)), text),
    maskBytes: (bytes) => maskBytes(bytes, ordered),
  }
}

/** Headers with secret values masked; others masked where they repeat a secret. */
export function maskHeaders(
  headers: readonly [string, string][],
  secrets: Secrets,
): { headers: [string, string][]; masked: number } {
  let masked = 0
  const out = headers.map(([name, value]): [string, string] => {
    if (!SECRET_HEADERS.test(name)) return [name, secrets.maskText(value)]
    masked++
    // Names of cookies and their attributes stay: which there were is no secret.
    if (/^set-cookie$/i.test(name))
      return [name, value.replace(/=([^;]*)/, (_, secret: string) => `=${'*'.repeat(secret.length)}`)]
    if (/^cookie$/i.test(name))
      return [name, value.replace(/=([^;]*)/g, (_, secret: string) => `=${'*'.repeat(secret.length)}`)]
    return [name, value.replace(/\S+$/, (secret) => '*'.repeat(secret.length))]
  })
  return { headers: out, masked }
}

function readableText(payload: Bytes): string {
  return payload.length > 2_000_000
    ? ''
    : Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('latin1')
}

function maskBytes(bytes: Bytes, values: readonly string[]): { bytes: Bytes; masked: number } {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let copy: Buffer | null = null
  let masked = 0
  for (const value of values) {
    const needle = Buffer.from(value, 'utf8')
    for (let at = source.indexOf(needle); at >= 0; at = source.indexOf(needle, at + needle.length)) {
      copy ??= Buffer.from(source)
      copy.fill('*', at, at + needle.length)
      masked++
    }
  }
  return { bytes: copy ?? bytes, masked }
}
