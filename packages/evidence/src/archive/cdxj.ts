/** The index of an archive: CDXJ 0.1.0, one line a record, sorted by bytes. */
import { compareBytes, utf8 } from '@mingzheng/kernel'
import { searchAddress } from './request-query.ts'

export interface IndexedRecord {
  /** Address without the method's parameters. */
  url: string
  method: string
  /** Canonical query of a request body (Request Body Canonicalization), `''` for GET. */
  requestBody: string
  /** Milliseconds since the epoch. */
  at: number
  /** HTTP status, 200 for resources. */
  status: number
  /** Media type without parameters. */
  mime: string
  /** `sha256:` of the payload, of the compressed record. */
  digest: string
  recordDigest: string
  filename: string
  /** Where the record's gzip member begins in the file, and its length, bytes. */
  offset: number
  length: number
}

/** The address turned round so that a host's pages stand together: `https://www.a.cn/X?y` is `cn,a,www)/x?y`. */
export function searchableUrl(url: string): string {
  if (!/^https?:/i.test(url)) return url.toLowerCase()
  const parsed = new URL(url)
  const host = parsed.hostname.startsWith('[') ? parsed.hostname : parsed.hostname.split('.').reverse().join(',')
  const port = parsed.port === '' ? '' : `:${parsed.port}`
  return `${host}${port})${parsed.pathname}${parsed.search}`.toLowerCase()
}

/** `20261124160000123`: UTC with milliseconds. */
export function integerTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, '')
}

function line(record: IndexedRecord): string {
  const key = searchableUrl(searchAddress(record.url, record.method, record.requestBody)).replaceAll(' ', '%20')
  const block = {
    url: record.url,
    mime: record.mime,
    status: record.status,
    digest: record.digest,
    recordDigest: record.recordDigest,
    filename: record.filename,
    offset: record.offset,
    length: record.length,
    ...(record.method === 'GET' ? {} : { method: record.method, requestBody: record.requestBody }),
  }
  return `${key} ${integerTimestamp(record.at)} ${JSON.stringify(block)}\n`
}

/** The whole index file. */
export function cdxjText(records: readonly IndexedRecord[]): string {
  const lines = records.map((record) => {
    const text = line(record)
    return { text, bytes: utf8(text) }
  })
  lines.sort((a, b) => compareBytes(a.bytes, b.bytes))
  return lines.map((each) => each.text).join('')
}
