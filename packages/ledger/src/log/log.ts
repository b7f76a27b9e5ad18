/**
 * The log: entries, their tree over SHA-256 and the parallel one over SM3, on disk as C2SP tlog-tiles. Appending happens in
 * memory; files follow in the background, and `settle` says when all of it is durable. docs/formats/log-storage.md.
 */
import type { Bytes } from '@mingzheng/kernel'
import type { Profile } from '@mingzheng/proof'
import { EdgeFiles } from './edge-files.ts'
import { EntryLog } from './entry-log.ts'
import { TileStore, type TileStoreOptions } from './tile-store.ts'
import { TreeLog } from './tree-log.ts'

/** What a settlement keeps of the log beside its files. */
export interface LogState {
  readonly size: number
  readonly sha256: readonly Bytes[]
  readonly sm3: readonly Bytes[]
}

class Closed extends Error {}

/** Folder of the SM3 tree inside the log's. */
export const SM3_FOLDER = 'sm3/'

export class Log {
  readonly trees: { readonly [profile in Profile]: TreeLog }
  readonly #store: TileStore
  readonly #entries: EntryLog
  readonly #edges: EdgeFiles
  #closed = false

  /** Opens the log of a settlement. Throws `log-corrupt` when its files are not there. */
  constructor(options: TileStoreOptions, { size, sha256, sm3 }: LogState) {
    this.#store = new TileStore(options)
    this.#entries = new EntryLog(this.#store, size)
    this.trees = {
      sha256: new TreeLog('sha256', '', this.#store, { size, nodes: sha256 }),
      sm3: new TreeLog('sm3', SM3_FOLDER, this.#store, { size, nodes: sm3 }),
    }
    this.#edges = new EdgeFiles(this.#store, this.#edgesAt(size))
  }

  get size(): number {
    return this.#entries.size
  }

  get state(): LogState {
    return { size: this.size, sha256: this.trees.sha256.nodes, sm3: this.trees.sm3.nodes }
  }

  /** `leaf` are the entry's leaf hashes, when they are known. */
  append(entry: Bytes, leaf?: { readonly [profile in Profile]: Bytes }): void {
    this.#entries.append(entry)
    this.trees.sha256.append(entry, leaf?.sha256)
    this.trees.sm3.append(entry, leaf?.sm3)
  }

  /** Bytes of the bundles of `count` entries from `first` on: both multiples of a bundle's width. */
  bytesOf(first: number, count: number): number {
    return this.#entries.bytesOf(first, count)
  }

  entry(index: number): Bytes {
    return this.#entries.entry(index)
  }

  bundle(index: number, width: number): Bytes | null {
    return this.#entries.bundle(index, width)
  }

  /** Resolves when more may be appended; throws the fault that keeps files from being written. */
  room(): Promise<void> {
    return this.#store.room()
  }

  /** Puts the partial tiles of a checkpoint's size on disk, in the place of older ones. */
  publish(size: number): Promise<void> {
    return this.#edges.publish([...this.#edgesAt(size)])
  }

  /**
   * Resolves when the log of the present size is durable; it may grow meanwhile. Call the result when the position that
   * refers to it is durable as well: only then may the files of the position before go.
   */
  async settle(): Promise<() => void> {
    const edges = [...this.#edgesAt(this.size)]
    await this.#store.written()
    const prepared = await this.#edges.prepare(edges)
    await this.#store.syncFolders()
    return () => this.#edges.settled(prepared)
  }

  /** Makes what may be derived and is missing, a little at a time; ends when the log is closed. Throws `log-corrupt`, `storage-*`. */
  async mend(breathe: () => Promise<void>): Promise<void> {
    const step = async () => {
      await breathe()
      if (this.#closed) throw new Closed()
    }
    try {
      for (const tree of Object.values(this.trees)) await tree.mend(step)
    } catch (error) {
      if (!(error instanceof Closed)) throw error
    }
  }

  /** Writes no more. */
  close(): void {
    this.#closed = true
    this.#store.close()
  }

  *#edgesAt(size: number) {
    yield* this.#entries.edges(size)
    yield* this.trees.sha256.edges(size)
    yield* this.trees.sm3.edges(size)
  }
}
