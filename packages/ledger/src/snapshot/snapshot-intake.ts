/**
 * How a new member takes over a snapshot: every chunk is judged by itself before anything of it is kept; the log grows in place,
 * the state waits in a file of its own, and with the last chunk all of it becomes the member's in one settlement. What a crash
 * interrupts begins again.
 */
import { join } from 'node:path'
import { type Bytes, digest, equalBytes } from '@mingzheng/kernel'
import { decodeEntry } from '@mingzheng/proof'
import type { Snapshot } from '../engine/engine.ts'
import type { Log } from '../log/log.ts'
import type { LookupIndex } from '../log/lookup-index.ts'
import { IncomingState } from '../storage/incoming-state.ts'
import { readLogChunk, readStateSlice } from './chunks.ts'
import { decodeManifest, manifestHash, SNAPSHOT_FORMAT, type SnapshotManifest, sumOf } from './manifest.ts'

/** What becomes a member's position at the end. */
export interface Adoption {
  readonly height: number
  readonly time: number
  /** `StateDigest.vector()`. */
  readonly vector: Bytes
  readonly changes: Iterable<readonly [key: string, value: Bytes]>
}

export interface SnapshotIntakeOptions {
  /** The member's. */
  readonly folder: string
  readonly origin: string
  readonly log: Log
  readonly index: LookupIndex
  /** Whether nothing but the first entry is here. */
  readonly isFresh: () => boolean
  /** Latest ledger time that may be believed now. */
  readonly latest: () => number
  /** From now on the log grows without the member's position. */
  readonly begin: () => void
  readonly adopt: (adoption: Adoption) => Promise<void>
  /** Told with each chunk that was taken. */
  readonly taken: (done: number, chunks: number) => void
  readonly breathe: () => Promise<void>
}

export class SnapshotIntake {
  readonly #options: SnapshotIntakeOptions
  #manifest: SnapshotManifest | null = null
  #incoming: IncomingState | null = null
  #next = 0

  constructor(options: SnapshotIntakeOptions) {
    this.#options = options
  }

  /** Whether it is a snapshot of this ledger with that app hash, and may be taken. */
  offer({ height, format, chunks, hash, metadata }: Snapshot, appHash: Bytes): 'accept' | 'reject' | 'reject-format' {
    if (format !== SNAPSHOT_FORMAT) return 'reject-format'
    const { origin, latest, isFresh, begin, folder } = this.#options
    if (!isFresh() || !equalBytes(digest('sha256', metadata), hash)) return 'reject'
    let manifest: SnapshotManifest
    try {
      manifest = decodeManifest(metadata)
    } catch {
      return 'reject'
    }
    const fits = manifest.height === height && manifest.log.length + manifest.state.length === chunks
    if (!fits || manifest.origin !== origin || manifest.time > latest()) return 'reject'
    if (!equalBytes(manifestHash(manifest), appHash)) return 'reject'
    begin()
    this.#incoming?.close()
    this.#incoming = IncomingState.begin(join(folder, 'incoming.sqlite'))
    this.#manifest = manifest
    this.#next = 0
    return 'accept'
  }

  /** The next chunk: `retry` when it is not what the manifest names, whoever sent it. */
  async apply(index: number, chunk: Bytes): Promise<'accept' | 'retry' | 'reject'> {
    const manifest = this.#manifest
    if (manifest === null || index !== this.#next) return 'reject'
    const taken = index < manifest.log.length ? await this.#takeLog(index, chunk) : this.#takeState(index, chunk)
    if (taken !== 'accept') return taken
    this.#next++
    const chunks = manifest.log.length + manifest.state.length
    if (this.#next === chunks) await this.#finish(manifest)
    this.#options.taken(this.#next, chunks)
    return 'accept'
  }

  close(): void {
    this.#incoming?.close()
    this.#incoming = null
  }

  async #takeLog(index: number, bytes: Bytes): Promise<'accept' | 'retry' | 'reject'> {
    const { log, index: lookup, breathe } = this.#options
    const chunk = this.#manifest!.log[index]!
    const entries = await readLogChunk(bytes, chunk, breathe)
    if (entries === null) return 'retry'
    for (const [i, { bytes: entry, leaf }] of entries.entries()) {
      const at = chunk.first + i
      if (at < log.size) {
        // The first entry is here by genesis; others from an attempt before, which was of the same ledger.
        if (!equalBytes(log.entry(at), entry)) return 'reject'
        continue
      }
      lookup.add(at, decodeEntry(entry))
      log.append(entry, leaf)
      if (i % 256 === 255) await breathe()
    }
    await log.room()
    await lookup.persist(false)
    return 'accept'
  }

  #takeState(index: number, bytes: Bytes): 'accept' | 'retry' {
    const manifest = this.#manifest!
    const pairs = readStateSlice(bytes, manifest.state[index - manifest.log.length]!)
    if (pairs === null) return 'retry'
    this.#incoming!.add(pairs)
    return 'accept'
  }

  async #finish({ height, time, state }: SnapshotManifest): Promise<void> {
    await this.#options.adopt({ height, time, vector: sumOf(state), changes: this.#incoming!.pairs() })
    this.#incoming!.remove()
    this.#incoming = null
    this.#manifest = null
  }
}
