/**
 * A stricter check of a WACZ than the public validator makes: storage, digests, every line of the index against the
 * record that it names, every record against its own digests, and every answer found in the index.
 */
import { readFile } from 'node:fs/promises'
import { type Bytes, compareBytes, fromUtf8, utf8 } from '@mingzheng/kernel'
import { z } from 'zod'
import { integerTimestamp, searchableUrl } from './cdxj.ts'
import { readStoredZip } from './read-stored-zip.ts'
import { type ReadRecord, readRecord, readWarc, splitHttp } from './read-warc.ts'
import { searchAddress } from './request-query.ts'
import { digestText } from './warc-record.ts'
import { WARC_NAME } from './write-wacz.ts'

export interface WaczCheck {
  ok: boolean
  /** What is wrong, one line each; empty when nothing is. */
  problems: string[]
  records: number
  indexed: number
  pages: number
}

const MOST_PROBLEMS = 100

const listSchema = z.object({
  profile: z.literal('data-package'),
  wacz_version: z.literal('1.1.1'),
  title: z.string(),
  created: z.string(),
  software: z.string(),
  resources: z.array(z.object({ name: z.string(), path: z.string(), hash: z.string(), bytes: z.number().int() })),
})
const digestSchema = z.object({ path: z.literal('datapackage.json'), hash: z.string() })
const lineSchema = z.object({
  url: z.string(),
  mime: z.string(),
  status: z.number().int(),
  digest: z.string(),
  recordDigest: z.string(),
  filename: z.literal(WARC_NAME),
  offset: z.number().int(),
  length: z.number().int(),
  method: z.string().optional(),
  requestBody: z.string().optional(),
})
const pageSchema = z.object({ id: z.string(), url: z.string(), ts: z.iso.datetime(), title: z.string() })

/** Checks a file. Throws only when it cannot be read from the disk. */
export async function checkWacz(path: string): Promise<WaczCheck> {
  const problems: string[] = []
  const report = (problem: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem)
  }
  const counts = { records: 0, indexed: 0, pages: 0 }
  try {
    const members = readStoredZip(new Uint8Array(await readFile(path)))
    checkList(members, report)
    counts.pages = checkPages(members.get('pages/pages.jsonl') ?? new Uint8Array(0), report)
    const warc = members.get(`archive/${WARC_NAME}`) ?? new Uint8Array(0)
    const named = checkIndex(members.get('indexes/index.cdx') ?? new Uint8Array(0), warc, report)
    counts.indexed = named.size
    counts.records = checkRecords(warc, named, report)
  } catch (error) {
    report((error as Error).message)
  }
  return { ok: problems.length === 0, problems, ...counts }
}

function checkList(members: Map<string, Bytes>, report: (problem: string) => void): void {
  const list = members.get('datapackage.json')
  const listed = listSchema.safeParse(list === undefined ? null : JSON.parse(fromUtf8(list)))
  if (list === undefined || !listed.success) {
    report('datapackage.json is missing or not as the format asks')
    return
  }
  const digest = digestSchema.safeParse(JSON.parse(fromUtf8(members.get('datapackage-digest.json') ?? utf8('null'))))
  if (!digest.success || digest.data.hash !== digestText(list)) report('datapackage-digest.json does not fit')
  const resources = new Map(listed.data.resources.map((resource) => [resource.path, resource]))
  for (const [path, bytes] of members) {
    if (path === 'datapackage.json' || path === 'datapackage-digest.json') continue
    const resource = resources.get(path)
    if (resource === undefined) report(`${path} is not listed`)
    else if (resource.bytes !== bytes.length || resource.hash !== digestText(bytes))
      report(`${path} has another digest`)
    resources.delete(path)
  }
  for (const path of resources.keys()) report(`${path} is listed and missing`)
}

function checkPages(bytes: Bytes, report: (problem: string) => void): number {
  const [head, ...lines] = fromUtf8(bytes).trimEnd().split('\n')
  if (JSON.parse(head || 'null')?.format !== 'json-pages-1.0') report('pages.jsonl has no head')
  for (const line of lines)
    if (!pageSchema.safeParse(JSON.parse(line)).success) report(`page is malformed: ${line.slice(0, 80)}`)
  return lines.length
}

/** Checks every line; returns the offsets that are named. */
function checkIndex(bytes: Bytes, warc: Bytes, report: (problem: string) => void): Set<number> {
  const named = new Set<number>()
  let before: Bytes | null = null
  for (const text of fromUtf8(bytes).split('\n')) {
    if (text === '') continue
    const raw = utf8(text)
    if (before !== null && compareBytes(before, raw) > 0) report(`the index is not sorted at ${text.slice(0, 80)}`)
    before = raw
    const match = /^(\S+) (\d{17}) (\{.*\})$/.exec(text)
    const line = match === null ? null : lineSchema.safeParse(JSON.parse(match[3]!))
    if (match === null || line?.success !== true) {
      report(`a line of the index is malformed: ${text.slice(0, 80)}`)
      continue
    }
    const { data } = line
    const key = searchableUrl(searchAddress(data.url, data.method ?? 'GET', data.requestBody ?? '')).replaceAll(
      ' ',
      '%20',
    )
    if (key !== match[1]) report(`the key does not fit its address: ${data.url}`)
    if (named.has(data.offset)) report(`two lines name the record at ${data.offset}`)
    named.add(data.offset)
    checkLine(data, match[2]!, warc, report)
  }
  return named
}

function checkLine(
  data: z.infer<typeof lineSchema>,
  timestamp: string,
  warc: Bytes,
  report: (problem: string) => void,
): void {
  const record = readRecord(warc, data.offset)
  if (record.length !== data.length) report(`${data.url}: the record is ${record.length} bytes long`)
  const member = warc.subarray(data.offset, data.offset + data.length)
  if (digestText(member) !== data.recordDigest) report(`${data.url}: the record has another digest`)
  const target = record.headers.get('warc-target-uri')?.split('#')[0]
  if (target !== data.url) report(`${data.url}: the record is of ${target}`)
  const at = Date.parse(record.headers.get('warc-date') ?? '')
  if (integerTimestamp(at) !== timestamp) report(`${data.url}: the record has another time`)
  const type = record.headers.get('warc-type')
  if (type === 'resource') {
    if (digestText(record.block) !== data.digest) report(`${data.url}: the payload has another digest`)
  } else if (type === 'response') {
    const http = splitHttp(record.block)
    if (digestText(http.payload) !== data.digest) report(`${data.url}: the payload has another digest`)
    if (Number(http.line.split(' ')[1]) !== data.status) report(`${data.url}: the answer has another status`)
  } else report(`${data.url}: the index names a record of type ${type}`)
}

function checkRecords(warc: Bytes, named: Set<number>, report: (problem: string) => void): number {
  let count = 0
  const ids = new Set<string>()
  const pointers: string[] = []
  for (const record of readWarc(warc)) {
    count++
    const type = record.headers.get('warc-type') ?? ''
    if (count === 1 && type !== 'warcinfo') report('the first record is not a warcinfo')
    const id = record.headers.get('warc-record-id') ?? ''
    if (ids.has(id)) report(`two records have the id ${id}`)
    ids.add(id)
    const to = record.headers.get('warc-concurrent-to')
    if (to !== undefined) pointers.push(to)
    if (record.headers.get('warc-block-digest') !== digestText(record.block))
      report(`${id}: the block has another digest`)
    checkPayload(record, type, report)
    const url = record.headers.get('warc-target-uri') ?? ''
    const wanted = type === 'resource' || (type === 'response' && /^https?:/.test(url) && statusOf(record) !== 304)
    if (wanted !== named.has(record.offset)) report(`${url}: the ${type} is ${wanted ? 'not ' : ''}in the index`)
  }
  for (const to of pointers) if (!ids.has(to)) report(`a record belongs to ${to}, which is missing`)
  return count
}

function checkPayload(record: ReadRecord, type: string, report: (problem: string) => void): void {
  const stated = record.headers.get('warc-payload-digest')
  if (stated === undefined) return
  const payload = type === 'resource' ? record.block : splitHttp(record.block).payload
  if (digestText(payload) !== stated) report(`${record.headers.get('warc-record-id')}: the payload has another digest`)
}

function statusOf(record: ReadRecord): number {
  return Number(splitHttp(record.block).line.split(' ')[1])
}
