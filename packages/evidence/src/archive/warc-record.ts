/** One WARC 1.1 record (ISO 28500:2017) as bytes. Each record is its own gzip member, so that an index can point at it. */
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { type Bytes, concat, digest, toHex, utf8 } from '@mingzheng/kernel'

export type WarcType = 'warcinfo' | 'response' | 'request' | 'resource' | 'metadata'

export interface WarcRecord {
  type: WarcType
  /** `urn:uuid:...`, without angle brackets. */
  id: string
  /** Milliseconds since the epoch. */
  at: number
  targetUri?: string
  contentType: string
  /** Address of the server that answered. */
  ipAddress?: string
  concurrentTo?: string
  /** Protocol of the exchange as the WARC-Protocol proposal spells it, e.g. `h2`, `http/1.1`. */
  protocol?: string
  /** What cut the payload short: `length`, `time`, `disconnect`, `unspecified` (section 5.13). */
  truncated?: string
  filename?: string
  /** The block; for HTTP the headers with the empty line. */
  head: Bytes
  /** What follows `head` in the block: the payload. */
  payload: Bytes
  /** Whether a payload digest is stated: for messages that have a payload of their own. */
  payloadDigest: boolean
}

const compress = promisify(gzip)

/** `sha256:` and the hexadecimal digest: how WARC headers, CDXJ and datapackage.json of this project spell digests. */
export function digestText(bytes: Bytes): string {
  return `sha256:${toHex(digest('sha256', bytes))}`
}

/** The uncompressed record. Header values are cleaned of line ends: a hostile page chooses addresses. */
export function warcRecordBytes(record: WarcRecord): Bytes {
  const block = record.payload.length === 0 ? record.head : concat(record.head, record.payload)
  const headers: [string, string | undefined][] = [
    ['WARC-Type', record.type],
    ['WARC-Record-ID', `<${record.id}>`],
    ['WARC-Date', new Date(record.at).toISOString()],
    ['WARC-Target-URI', record.targetUri],
    ['WARC-IP-Address', record.ipAddress],
    ['WARC-Concurrent-To', record.concurrentTo === undefined ? undefined : `<${record.concurrentTo}>`],
    ['WARC-Protocol', record.protocol],
    ['WARC-Truncated', record.truncated],
    ['WARC-Filename', record.filename],
    ['WARC-Payload-Digest', record.payloadDigest ? digestText(record.payload) : undefined],
    ['WARC-Block-Digest', digestText(block)],
    ['Content-Type', record.contentType],
    ['Content-Length', String(block.length)],
  ]
  const lines = headers
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${oneLine(value!)}\r\n`)
  return concat(utf8(`WARC/1.1\r\n${lines.join('')}\r\n`), block, utf8('\r\n\r\n'))
}

/** The record as a gzip member. Payloads that are compressed already are only wrapped. */
export async function warcMember(record: WarcRecord): Promise<Bytes> {
  const packed = /image\/(?!svg)|video|audio|zip|font|woff/.test(headText(record))
  return compress(warcRecordBytes(record), { level: packed ? constants.Z_BEST_SPEED : 6 })
}

function headText(record: WarcRecord): string {
  const text = new TextDecoder('latin1').decode(record.head.subarray(0, 4096))
  return /^content-type:(.*)$/im.exec(text)?.[1] ?? record.contentType
}

function oneLine(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get through
  return value.toWellFormed().replace(/[\u0000-\u001f\u007f]/g, (character) => encodeURIComponent(character))
}
