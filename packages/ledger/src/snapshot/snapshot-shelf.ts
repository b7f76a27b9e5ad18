/**
 * Snapshots that this member can give others. Only the state is copied, from a reading transaction of its own while blocks go
 * on; the log never changes where it is, and is cut out of its bundles when it is asked for.
 */
import { join } from 'node:path'
import { type Bytes, digest } from '@mingzheng/kernel'
import type { Snapshot } from '../engine/engine.ts'
import type { Log } from '../log/log.ts'
import { decodePosition } from '../position.ts'
import type { LedgerFiles } from '../storage/ledger-files.ts'
import { StateReader } from '../storage/state-reader.ts'
import { formatLogChunk, StateSlice } from './chunks.ts'
import {
  CHUNK_BYTES,
  cutLog,
  decodeManifest,
  encodeManifest,
  SNAPSHOT_FORMAT,
  type SnapshotManifest,
} from './manifest.ts'

export interface SnapshotShelfOptions {
  readonly files: LedgerFiles
  /** The member's: `state.sqlite` is there, and `snapshots/` comes there. */
  readonly folder: string
  readonly log: Log
  /** So many are kept: a member that is half-way must find its chunks. */
  readonly keep: number
  readonly breathe: () => Promise<void>
}

const MANIFEST = 'manifest'
/** A slice of the state ends at so many bytes; a longer pair cannot be. */
const SLICE_BYTES = CHUNK_BYTES / 2

export class SnapshotShelf {
  readonly #options: SnapshotShelfOptions
  readonly #manifests = new Map<number, { manifest: SnapshotManifest; bytes: Bytes }>()
  #taking: Promise<void> | null = null

  /** Finds what is whole on disk and removes the rest. */
  constructor(options: SnapshotShelfOptions) {
    this.#options = options
    const { files } = options
    for (const name of files.list(this.#folder)) {
      const path = join(this.#folder, name, MANIFEST)
      const bytes = files.size(path) === null ? null : files.read(path)
      const manifest = bytes === null ? null : readManifest(bytes)
      // A torn manifest, or of a log that recovered shorter: nothing hangs on it.
      if (manifest === null || manifest.size > options.log.size || nameOf(manifest.height) !== name) {
        files.remove(join(this.#folder, name))
      } else {
        this.#manifests.set(manifest.height, { manifest, bytes: bytes! })
      }
    }
  }

  /** Newest first. */
  list(): Snapshot[] {
    return [...this.#manifests.values()]
      .sort((a, b) => b.manifest.height - a.manifest.height)
      .map(({ manifest, bytes }) => ({
        height: manifest.height,
        format: SNAPSHOT_FORMAT,
        chunks: manifest.log.length + manifest.state.length,
        hash: digest('sha256', bytes),
        metadata: bytes,
      }))
  }

  /** A chunk, or `null`. */
  load(height: number, format: number, chunk: number): Bytes | null {
    const found = format === SNAPSHOT_FORMAT ? this.#manifests.get(height)?.manifest : undefined
    if (found === undefined) return null
    const { files, log } = this.#options
    const part = found.log[chunk]
    if (part !== undefined) {
      return formatLogChunk(Array.from({ length: 2 ** part.level }, (_, i) => log.entry(part.first + i)))
    }
    const path = join(this.#folder, nameOf(height), sliceName(chunk - found.log.length))
    return chunk < found.log.length + found.state.length && files.size(path) !== null ? files.read(path) : null
  }

  /** Takes a snapshot of the last settlement in the background. Faults leave no snapshot and do no harm. */
  takeSoon(): void {
    if (this.#taking !== null) return
    this.#taking = this.take()
      .then(() => undefined)
      .catch(() => undefined)
      .finally(() => {
        this.#taking = null
      })
  }

  /** Takes a snapshot of the last settlement now; answers with its height. */
  async take(): Promise<number> {
    const { files, folder, log, breathe, keep } = this.#options
    const reader = StateReader.open(folder)
    try {
      const { origin, height, time, log: stood } = decodePosition(reader.position())
      const home = join(this.#folder, nameOf(height))
      const state: Bytes[] = []
      let slice = new StateSlice()
      const store = async () => {
        if (slice.bytes === 0) return
        await files.store(join(home, sliceName(state.length)), slice.format(), true)
        state.push(slice.digest.vector())
        slice = new StateSlice()
      }
      let pairs = 0
      for (const [key, value] of reader.pairs()) {
        slice.add(key, value)
        if (slice.bytes >= SLICE_BYTES) await store()
        if (++pairs % 256 === 0) await breathe()
      }
      await store()
      const chunks = [...cutLog(stood.size, (first, count) => log.bytesOf(first, count))].map(({ level, first }) => ({
        level,
        first,
        sha256: log.trees.sha256.subtree(level, first),
        sm3: log.trees.sm3.subtree(level, first),
      }))
      const manifest = { origin, height, time, size: stood.size, log: chunks, state }
      const bytes = encodeManifest(manifest)
      // Last: only what has a manifest is a snapshot.
      await files.store(join(home, MANIFEST), bytes, true)
      this.#manifests.set(height, { manifest, bytes })
      const old = [...this.#manifests.keys()].sort((a, b) => b - a).slice(keep)
      for (const gone of old) {
        this.#manifests.delete(gone)
        files.remove(join(this.#folder, nameOf(gone)))
      }
      return height
    } finally {
      reader.close()
    }
  }

  /** Waits for one under way. */
  async close(): Promise<void> {
    await this.#taking
  }

  get #folder(): string {
    return join(this.#options.folder, 'snapshots')
  }
}

function readManifest(bytes: Bytes): SnapshotManifest | null {
  try {
    return decodeManifest(bytes)
  } catch {
    return null
  }
}

function nameOf(height: number): string {
  return String(height).padStart(15, '0')
}

function sliceName(slice: number): string {
  return `state-${String(slice).padStart(5, '0')}`
}
