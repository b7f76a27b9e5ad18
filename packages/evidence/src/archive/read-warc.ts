/** Reads WARC files whose records are gzip members of their own. Strict: what is not as the standard says is refused. */
import { crc32, inflateRawSync } from 'node:zlib'
import { type Bytes, Failure } from '@mingzheng/kernel'

export type WarcCode = 'warc-malformed'

export interface ReadRecord {
  /** Where the member begins in the file, and its length, bytes. */
  offset: number
  length: number
  /** WARC headers by lower-case name. */
  headers: ReadonlyMap<string, string>
  block: Bytes
}

/** Largest record that is unpacked. */
const LARGEST_RECORD = 1_000_000_000

/** All records of a file in their order. Throws `warc-malformed` with the offset. */
export function* readWarc(file: Bytes): Generator<ReadRecord> {
  for (let offset = 0; offset < file.length; ) {
    const record = readRecord(file, offset)
    yield record
    offset += record.length
  }
}

/** The record whose member begins at `offset`. */
export function readRecord(file: Bytes, offset: number): ReadRecord {
  const wrong = (why: string): never => {
    throw new Failure<WarcCode>('warc-malformed', `record at ${offset}: ${why}`)
  }
  const head = file.subarray(offset, offset + 10)
  if (head.length < 10 || head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== 8) wrong('no gzip member')
  if (head[3] !== 0) wrong('the gzip member has optional fields')
  let inflated: { buffer: Bytes; engine: { bytesWritten: number } }
  try {
    // `info` makes zlib tell how much it took in: that is where the member ends.
    inflated = inflateRawSync(file.subarray(offset + 10), {
      info: true,
      maxOutputLength: LARGEST_RECORD,
    }) as unknown as typeof inflated
  } catch {
    return wrong('the gzip member is broken')
  }
  const end = offset + 10 + inflated.engine.bytesWritten
  const trailer = Buffer.from(file.buffer, file.byteOffset + end, Math.min(8, file.length - end))
  if (trailer.length < 8 || trailer.readUInt32LE(0) !== crc32(inflated.buffer)) wrong('the checksum does not fit')
  const parsed = parseRecord(inflated.buffer)
  if (parsed === null) return wrong('no WARC record')
  return { offset, length: end + 8 - offset, ...parsed }
}

function parseRecord(bytes: Bytes): { headers: Map<string, string>; block: Bytes } | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = buffer.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [version, ...lines] = buffer.toString('utf8', 0, end).split('\r\n')
  if (version !== 'WARC/1.1' && version !== 'WARC/1.0') return null
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) return null
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  const length = Number(headers.get('content-length') ?? Number.NaN)
  const block = buffer.subarray(end + 4, end + 4 + length)
  if (block.length !== length || buffer.toString('latin1', end + 4 + length) !== '\r\n\r\n') return null
  return { headers, block }
}

/** Splits an HTTP message: first line, headers in order, payload. Throws `warc-malformed`. */
export function splitHttp(block: Bytes): { line: string; headers: [string, string][]; payload: Bytes } {
  const buffer = Buffer.from(block.buffer, block.byteOffset, block.length)
  const end = buffer.indexOf('\r\n\r\n')
  if (end < 0) throw new Failure<WarcCode>('warc-malformed', 'an HTTP message without an empty line')
  const [line = '', ...rest] = buffer.toString('utf8', 0, end).split('\r\n')
  const headers = rest.map((each): [string, string] => {
    const colon = each.indexOf(':')
    return [each.slice(0, colon), each.slice(colon + 1).trim()]
  })
  return { line, headers, payload: buffer.subarray(end + 4) }
}
