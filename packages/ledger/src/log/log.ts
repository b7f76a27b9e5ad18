/**
 * The log: entries, their tree over SHA-256 and the parallel one over SM3, on disk as C2SP tlog-tiles. Appending happens in
 * memory; `flush`, `flushEdges` and `settle` carry it to disk and may be repeated after a fault. docs/formats/log-storage.md.
 */
import type { Bytes } from '@mingzheng/kernel'
import type { Profile } from '@mingzheng/proof'
import type { LedgerFiles } from '../storage/ledger-files.ts'
import { EntryLog } from './entry-log.ts'
import { TileStore } from './tile-store.ts'
import { TreeLog } from './tree-log.ts'

/** What a settlement keeps of the log beside its files. */
export interface LogState {
  readonly size: number
  readonly sha256: readonly Bytes[]
  readonly sm3: readonly Bytes[]
}

/** Folder of the SM3 tree inside the log's. */
export const SM3_FOLDER = 'sm3/'

export class Log {
  readonly trees: { readonly [profile in Profile]: TreeLog }
  readonly #store: TileStore
  readonly #entries: EntryLog
  /** Partial files on disk: those of the last settlement must stay until the next. */
  readonly #partials = new Set<string>()
  #settled = new Set<string>()
  /** Partial files that were settled, or written since by this process. */
  #trusted: Set<string>
  #edgesAt = -1

  /** Opens the log of a settlement. Throws `log-corrupt` when its files are not there. */
  constructor(files: LedgerFiles, folder: string, { size, sha256, sm3 }: LogState) {
    this.#store = new TileStore(files, folder)
    this.#entries = new EntryLog(this.#store, size)
    this.trees = {
      sha256: new TreeLog('sha256', '', this.#store, { size, nodes: sha256 }),
      sm3: new TreeLog('sm3', SM3_FOLDER, this.#store, { size, nodes: sm3 }),
    }
    for (const { path } of this.#edgeFiles()) {
      this.#settled.add(path)
      const folder = path.slice(0, path.lastIndexOf('/'))
      for (const name of this.#store.list(folder)) this.#partials.add(`${folder}/${name}`)
    }
    // What a crash left beyond the settlement may be torn.
    this.#trusted = new Set(this.#settled)
  }

  get size(): number {
    return this.#entries.size
  }

  get state(): LogState {
    return { size: this.size, sha256: this.trees.sha256.nodes, sm3: this.trees.sm3.nodes }
  }

  append(entry: Bytes): void {
    this.#entries.append(entry)
    this.trees.sha256.append(entry)
    this.trees.sm3.append(entry)
  }

  entry(index: number): Bytes {
    return this.#entries.entry(index)
  }

  bundle(index: number, width: number): Bytes | null {
    return this.#entries.bundle(index, width)
  }

  /** Hands full tiles and bundles to the operating system. */
  flush(): void {
    this.#store.flush()
    this.#store.syncAhead()
  }

  /** Writes the partial tiles of the present size, as a checkpoint needs them; drops superseded ones. */
  flushEdges(): void {
    if (this.#edgesAt === this.size) return
    const now = new Set<string>()
    for (const { path, bytes } of this.#edgeFiles()) {
      now.add(path)
      if (!this.#trusted.has(path)) this.#store.put(path, bytes, false)
      this.#trusted.add(path)
      this.#partials.add(path)
    }
    this.#store.flush()
    this.#edgesAt = this.size
    this.#dropPartials(now)
  }

  /** Resolves when the whole log of the present size is durable. Nothing may be appended meanwhile. */
  async settle(): Promise<void> {
    this.#edgesAt = -1
    this.flushEdges()
    await this.#store.settle()
    this.#settled = new Set([...this.#edgeFiles()].map(({ path }) => path))
    this.#dropPartials(this.#settled)
  }

  #dropPartials(now: ReadonlySet<string>): void {
    const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'))
    const kept = new Set([...now, ...this.#settled].map(folderOf))
    for (const path of this.#partials) {
      if (now.has(path) || this.#settled.has(path)) continue
      // An empty folder costs as much disk as a partial tile.
      this.#store.remove(kept.has(folderOf(path)) ? path : folderOf(path))
      this.#partials.delete(path)
      this.#trusted.delete(path)
    }
  }

  *#edgeFiles() {
    yield* this.#entries.partials()
    yield* this.trees.sha256.partials()
    yield* this.trees.sm3.partials()
  }
}
