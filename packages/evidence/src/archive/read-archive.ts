/** What stands in a WACZ of ours, put together again: each exchange with its request and what else is known of it. */
import { readFile } from 'node:fs/promises'
import { type Bytes, Failure, fromUtf8 } from '@mingzheng/kernel'
import { readStoredZip } from './read-stored-zip.ts'
import { type ReadRecord, readWarc, splitHttp } from './read-warc.ts'
import { WARC_NAME } from './write-wacz.ts'

export interface ArchivedExchange {
  url: string
  method: string
  /** `null` when no answer came. */
  status: number | null
  headers: [string, string][]
  /** Payload after content decoding. */
  payload: Bytes
  requestBody: Bytes
  /** What cut the payload short, as WARC says it; `null` when nothing did. */
  truncated: string | null
  serverAddress: string | null
  /** The metadata record: JSON text of an exchange, JSON lines of a WebSocket. */
  facts: string
}

/** Every exchange of an archive in its order. Throws `zip-malformed`, `warc-malformed`. */
export async function readArchive(path: string): Promise<ArchivedExchange[]> {
  const warc = readStoredZip(new Uint8Array(await readFile(path))).get(`archive/${WARC_NAME}`)
  if (warc === undefined) throw new Failure('zip-malformed', 'the archive has no WARC file')
  return archivedExchanges([...readWarc(warc)])
}

/** Puts records together by what they say to belong to. */
export function archivedExchanges(records: readonly ReadRecord[]): ArchivedExchange[] {
  const groups = new Map<string, ReadRecord[]>()
  for (const record of records) {
    const key = record.headers.get('warc-concurrent-to') ?? record.headers.get('warc-record-id') ?? ''
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [record])
    else group.push(record)
  }
  return [...groups.values()].flatMap((group) => {
    const of = (type: string) => group.find((record) => record.headers.get('warc-type') === type)
    const answer = of('response') ?? of('resource')
    const request = of('request')
    const any = answer ?? request
    if (any === undefined) return []
    const http = answer?.headers.get('warc-type') === 'response' ? splitHttp(answer.block) : null
    const asked = request === undefined ? null : splitHttp(request.block)
    const facts = of('metadata')
    return [
      {
        url: any.headers.get('warc-target-uri') ?? '',
        method: asked?.line.split(' ')[0] ?? 'GET',
        status: http === null ? (answer === undefined ? null : 200) : Number(http.line.split(' ')[1]),
        headers: http?.headers ?? [],
        payload: http?.payload ?? answer?.block ?? new Uint8Array(0),
        requestBody: asked?.payload ?? new Uint8Array(0),
        truncated: answer?.headers.get('warc-truncated') ?? null,
        serverAddress: any.headers.get('warc-ip-address') ?? null,
        facts: facts === undefined ? '' : fromUtf8(facts.block),
      },
    ]
  })
}
