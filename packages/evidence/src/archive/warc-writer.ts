/** Appends records to one WARC file and keeps what an index needs. Records are written in the order of the calls. */
import { randomUUID } from 'node:crypto'
import { open } from 'node:fs/promises'
import { type Bytes, utf8 } from '@mingzheng/kernel'
import type { IndexedRecord } from './cdxj.ts'
import { digestText, type WarcRecord, warcMember } from './warc-record.ts'
import { writeAt } from './write-at.ts'

/** A record without its id, which the writer gives. */
export type NewRecord = Omit<WarcRecord, 'id'> & { id?: string }

/** What makes a record findable: `null` for records that only accompany another. */
export type IndexFacts = Pick<IndexedRecord, 'url' | 'method' | 'requestBody' | 'status' | 'mime'>

export interface WarcWriter {
  /** Queues a record; resolves with its id once it is in the file. */
  write(record: NewRecord, index?: IndexFacts): Promise<string>
  readonly indexed: readonly IndexedRecord[]
  /** Waits for what was queued, makes it durable and closes the file. Throws what a write threw. */
  finish(): Promise<void>
}

export function newRecordId(): string {
  return `urn:uuid:${randomUUID()}`
}

/** Opens a new file named `name` in an index; `info` are the fields of the `warcinfo` record that begins it. */
export async function openWarc(
  path: string,
  name: string,
  info: Record<string, string>,
  at: number,
  id: string = newRecordId(),
): Promise<WarcWriter> {
  const file = await open(path, 'wx', 0o600)
  const indexed: IndexedRecord[] = []
  let position = 0
  let broken: unknown = null
  let last: Promise<unknown> = Promise.resolve()

  function write(record: NewRecord, index?: IndexFacts): Promise<string> {
    const whole: WarcRecord = { ...record, id: record.id ?? newRecordId() }
    // Compressed on the thread pool at once, appended in order.
    const packed = warcMember(whole)
    packed.catch(() => {})
    const done = last.then(async () => {
      const member = await packed
      await writeAt(file, member, position)
      if (index !== undefined) indexed.push(indexLine(whole, member, index))
      position += member.length
      return whole.id
    })
    last = done.catch((error: unknown) => {
      broken ??= error
    })
    return done
  }

  function indexLine(record: WarcRecord, member: Bytes, index: IndexFacts): IndexedRecord {
    return {
      ...index,
      at: record.at,
      digest: digestText(record.payload),
      recordDigest: digestText(member),
      filename: name,
      offset: position,
      length: member.length,
    }
  }

  const fields = Object.entries(info).map(([key, value]) => `${key}: ${value.replace(/[\r\n]+/g, ' ')}\r\n`)
  try {
    await write({
      type: 'warcinfo',
      id,
      at,
      filename: name,
      contentType: 'application/warc-fields',
      head: utf8(fields.join('')),
      payload: new Uint8Array(0),
      payloadDigest: false,
    })
  } catch (error) {
    // A handle left to the garbage collector ends the process when it is found.
    await file.close()
    throw error
  }
  return {
    write,
    indexed,
    async finish() {
      await last
      try {
        await file.sync()
      } finally {
        await file.close()
      }
      if (broken !== null) throw broken
    },
  }
}
