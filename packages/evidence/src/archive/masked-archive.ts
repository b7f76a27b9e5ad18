/**
 * The archive that goes to parties: cookies, tokens and what carries them are masked. The original is never touched; the
 * derived archive names it by its digest and says what was done.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bytes, fromUtf8, utf8 } from '@mingzheng/kernel'
import { z } from 'zod'
import { readStoredZip } from './read-stored-zip.ts'
import { type ReadRecord, readWarc, splitHttp } from './read-warc.ts'
import { findSecrets, maskHeaders, type Secrets } from './secrets.ts'
import { digestText, type WarcType } from './warc-record.ts'
import { openWarc, type WarcWriter } from './warc-writer.ts'
import { WARC_NAME, type WaczPage, writeWacz } from './write-wacz.ts'

export interface MaskedArchive {
  /** How many values were masked, by where they stood. */
  masked: { cookies: number; headers: number; bodies: number }
  /** `sha256:` of the original file. */
  original: string
}

/**
 * Writes `derived`, which must not exist: every record of `original` in its order and with its id, values of cookies,
 * of `Authorization` and of headers and fields that are named like tokens replaced by asterisks of the same length,
 * wherever they occur. Digests and the index are those of the masked records. The same original always gives the same
 * bytes: the copy bears the original's time, and an id that follows from the original's digest.
 */
export async function maskArchive(original: string, derived: string): Promise<MaskedArchive> {
  const bytes = new Uint8Array(await readFile(original))
  const members = readStoredZip(bytes)
  const warcBytes = members.get(`archive/${WARC_NAME}`) ?? new Uint8Array(0)
  const records = [...readWarc(warcBytes)]
  const secrets = findSecrets(records)
  const named = indexLines(members.get('indexes/index.cdx') ?? new Uint8Array(0))
  const masked = { cookies: secrets.cookies, headers: 0, bodies: 0 }
  const createdAt = createdTime(members.get('datapackage.json') ?? new Uint8Array(0))
  const folder = await mkdtemp(join(tmpdir(), 'mingzheng-masking-'))
  try {
    const warcFile = join(folder, WARC_NAME)
    const info = {
      software: 'Mingzheng masking 0.1.0',
      format: 'WARC File Format 1.1',
      description: 'cookies, tokens and their values are replaced by asterisks',
      isPartOf: digestText(bytes),
    }
    const warc = await openWarc(warcFile, WARC_NAME, info, createdAt, idOf(bytes))
    for (const record of records) {
      if (record.headers.get('warc-type') === 'warcinfo') continue
      await writeMasked(warc, record, secrets, named.get(record.offset), masked)
    }
    await warc.finish()
    await writeWacz(derived, {
      title: 'masked copy',
      software: 'Mingzheng masking 0.1.0',
      createdAt,
      warc: warcFile,
      indexed: warc.indexed,
      pages: pages(members.get('pages/pages.jsonl') ?? new Uint8Array(0), secrets),
      properties: { derivedFrom: digestText(bytes), derivation: 'secrets masked' },
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { masked, original: digestText(bytes) }
}

async function writeMasked(
  warc: WarcWriter,
  record: ReadRecord,
  secrets: Secrets,
  line: IndexLine | undefined,
  masked: MaskedArchive['masked'],
): Promise<void> {
  const header = (name: string) => record.headers.get(name)
  const type = header('warc-type') as WarcType
  const isHttp = header('content-type')?.startsWith('application/http') === true
  const http = isHttp ? splitHttp(record.block) : null
  let head: Bytes = new Uint8Array(0)
  let payload: Bytes = record.block
  if (http !== null) {
    const lines = maskHeaders(http.headers, secrets)
    masked.headers += lines.masked
    const first = secrets.maskText(http.line)
    head = utf8(`${first}\r\n${lines.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
    payload = http.payload
  }
  const body = secrets.maskBytes(payload)
  if (body.masked > 0) masked.bodies += body.masked
  const optional = (key: string, value: string | undefined) => (value === undefined ? {} : { [key]: value })
  const unwrap = (id: string | undefined) => id?.slice(1, -1)
  await warc.write(
    {
      type,
      id: unwrap(header('warc-record-id'))!,
      at: Date.parse(header('warc-date') ?? ''),
      contentType: header('content-type') ?? '',
      ...optional('targetUri', secrets.maskText(header('warc-target-uri') ?? '')),
      ...optional('ipAddress', header('warc-ip-address')),
      ...optional('concurrentTo', unwrap(header('warc-concurrent-to'))),
      ...optional('protocol', header('warc-protocol')),
      ...optional('truncated', header('warc-truncated')),
      head,
      payload: body.bytes,
      payloadDigest: header('warc-payload-digest') !== undefined,
    },
    line === undefined
      ? undefined
      : {
          url: secrets.maskText(line.url),
          method: line.method ?? 'GET',
          requestBody: secrets.maskText(line.requestBody ?? ''),
          status: line.status,
          mime: line.mime,
        },
  )
}

/** An id that follows from the bytes: version 8 of RFC 9562. */
function idOf(bytes: Bytes): string {
  const hex = digestText(bytes).slice('sha256:'.length)
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function createdTime(list: Bytes): number {
  return Date.parse(z.object({ created: z.string() }).parse(JSON.parse(fromUtf8(list))).created)
}

const lineSchema = z.object({
  url: z.string(),
  mime: z.string(),
  status: z.number(),
  offset: z.number(),
  method: z.string().optional(),
  requestBody: z.string().optional(),
})
type IndexLine = z.infer<typeof lineSchema>

function indexLines(bytes: Bytes): Map<number, IndexLine> {
  const lines = fromUtf8(bytes)
    .split('\n')
    .filter((line) => line !== '')
  return new Map(
    lines.map((line) => {
      const parsed = lineSchema.parse(JSON.parse(line.slice(line.indexOf('{'))))
      return [parsed.offset, parsed]
    }),
  )
}

const pageSchema = z.object({
  id: z.string(),
  url: z.string(),
  ts: z.string(),
  title: z.string(),
  text: z.string().default(''),
})

function pages(bytes: Bytes, secrets: Secrets): WaczPage[] {
  return fromUtf8(bytes)
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const page = pageSchema.parse(JSON.parse(line))
      const { maskText } = secrets
      return {
        id: page.id,
        url: maskText(page.url),
        at: Date.parse(page.ts),
        title: maskText(page.title),
        text: maskText(page.text),
      }
    })
}
