/**
 * Finds entries by id, commitment and number. Recent ones in memory, older ones in sorted segments that merge as they
 * grow. All of it is derived: what is missing or damaged is built again from the entries. Answers are candidates by six
 * bytes of the key; the caller compares the entries.
 */
import { join } from 'node:path'
import type { Bytes, CborValue } from '@mingzheng/kernel'
import { decodeEntry } from '@mingzheng/proof'
import type { LedgerFiles } from '../storage/ledger-files.ts'
import { mergeSegments } from './merge-segments.ts'
import { RecentRecords } from './recent-records.ts'
import { digestIndexKey, formatSegment, idIndexKey, Segment } from './segment.ts'

/** Entries in memory before a segment is written. */
export const SEGMENT_ENTRIES = 16_384
/** Neighbours of like size that become one. */
const MERGE_FACTOR = 4
/** A segment of so many entries is left alone. */
const LARGEST_MERGE = SEGMENT_ENTRIES * MERGE_FACTOR ** 3

export interface Indexed {
  readonly id: Bytes
  readonly body: { readonly [key: string]: CborValue }
}

/** Fields of an entry's body by which it is found. */
const FOUND_BY = ['c', 's', 'n'] as const

export class LookupIndex {
  readonly #files: LedgerFiles
  readonly #folder: string
  #segments: Segment[] = []
  #recent = new RecentRecords()
  /** Being written to a segment; answers as before meanwhile. */
  #leaving: RecentRecords | null = null
  #leavingTo = 0
  #from = 0
  #size = 0
  #merging: Promise<void> | null = null
  #closed = false

  constructor(files: LedgerFiles, folder: string) {
    this.#files = files
    this.#folder = folder
  }

  /** Reads the segments that cover the log's beginning without a gap; the rest up to `size` is read from the entries. */
  load(size: number, entry: (index: number) => Bytes): void {
    const found = this.#files
      .list(this.#folder)
      .map((name) => ({ name, match: /^(\d{15})-(\d{15})\.idx$/.exec(name) }))
      .flatMap(({ name, match }) => (match === null ? [] : [{ name, from: Number(match[1]), to: Number(match[2]) }]))
      .sort((a, b) => a.from - b.from || b.to - a.to)
    for (const { name, from, to } of found) {
      const path = join(this.#folder, name)
      const segment = from === this.#from && to <= size ? Segment.open(this.#files, path) : null
      if (segment === null || segment.to !== to) {
        this.#files.remove(path)
      } else {
        this.#segments.push(segment)
        this.#from = to
      }
    }
    this.#size = this.#from
    for (let index = this.#from; index < size; index++) this.add(index, decodeEntry(entry(index)))
  }

  /** Takes the next entry. */
  add(index: number, { id, body }: Indexed): void {
    this.#recent.add(idIndexKey(id), index, true)
    for (const field of FOUND_BY) {
      const value = body[field]
      if (value instanceof Uint8Array && value.length === 32) this.#recent.add(digestIndexKey(value), index, false)
    }
    this.#size = index + 1
  }

  /** Indices of entries that may have this id. */
  byId(id: Bytes): number[] {
    const key = idIndexKey(id)
    const found = [...(this.#leaving?.find(key, true) ?? []), ...this.#recent.find(key, true)]
    for (const segment of this.#segments) if (segment.filter.has(key)) found.push(...segment.find(key))
    return found
  }

  /** Indices of entries that may hold this commitment or number digest, ascending. */
  byDigest(digest: Bytes): number[] {
    const key = digestIndexKey(digest)
    const older = this.#segments.flatMap((segment) => segment.find(key))
    const leaving = this.#leaving?.find(key, false) ?? []
    return [...older, ...leaving, ...this.#recent.find(key, false)].sort((a, b) => a - b)
  }

  /** Writes what is in memory when it is much, or when `all`; throws faults of the disk and loses nothing by them. */
  async persist(all: boolean): Promise<void> {
    if (this.#leaving === null) {
      const entries = this.#size - this.#from
      if (entries === 0 || (!all && entries < SEGMENT_ENTRIES)) return
      this.#leaving = this.#recent
      this.#leavingTo = this.#size
      this.#recent = new RecentRecords()
    }
    const to = this.#leavingTo
    const segment = await this.#store(this.#from, to, formatSegment(this.#from, to, this.#leaving.records()))
    this.#segments.push(segment)
    this.#leaving = null
    this.#from = to
  }

  /** Merges in the background. At most one at a time; faults leave things as they are. */
  mergeAhead(breathe: () => Promise<void>): void {
    if (this.#merging !== null) return
    const run = this.#mergeable()
    if (run === null) return
    this.#merging = this.#merge(run, breathe)
      .catch(() => undefined)
      .finally(() => {
        this.#merging = null
      })
  }

  /** Waits for a merge under way. */
  async merged(): Promise<void> {
    await this.#merging
  }

  /** Gives up a merge under way: it is made again. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#merging
  }

  #mergeable(): Segment[] | null {
    const tail = this.#segments.slice(-MERGE_FACTOR)
    const sizes = tail.map(({ from, to }) => to - from)
    // Restarts leave small segments: the newest four become one when none of them dwarfs the rest together.
    const largest = Math.max(...sizes)
    const sum = sizes.reduce((a, b) => a + b, 0)
    const alike = tail.length === MERGE_FACTOR && largest <= LARGEST_MERGE / MERGE_FACTOR && largest * 2 <= sum
    return alike ? tail : null
  }

  async #merge(run: readonly Segment[], breathe: () => Promise<void>): Promise<void> {
    const step = async () => {
      await breathe()
      if (this.#closed) throw new Error('the index is closed')
    }
    const bytes = await mergeSegments(run, step)
    const merged = await this.#store(run[0]!.from, run.at(-1)!.to, bytes)
    const at = this.#segments.indexOf(run[0]!)
    this.#segments = this.#segments.toSpliced(at, run.length, merged)
    for (const { path } of run) this.#files.remove(path)
  }

  async #store(from: number, to: number, bytes: Bytes): Promise<Segment> {
    const name = `${String(from).padStart(15, '0')}-${String(to).padStart(15, '0')}.idx`
    const path = join(this.#folder, name)
    await this.#files.store(`${path}.tmp`, bytes, false)
    this.#files.rename(`${path}.tmp`, path)
    const segment = Segment.open(this.#files, path)
    if (segment === null) throw new Error(`${path} reads other than it was written`)
    return segment
  }
}
