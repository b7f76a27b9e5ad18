/**
 * Partial tiles on disk: those of the newest published checkpoint, and those of the last settlement, from which a log is
 * opened after a crash. Superseded ones are removed; the server makes older widths from wider tiles.
 */
import type { Bytes } from '@mingzheng/kernel'
import type { TileStore } from './tile-store.ts'

export interface EdgeFile {
  readonly path: string
  readonly bytes: Bytes
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'))

export class EdgeFiles {
  readonly #store: TileStore
  #settled: ReadonlySet<string>
  /** Durable already, for a settlement under way. */
  #prepared: ReadonlySet<string> = new Set()
  #published: ReadonlySet<string> = new Set()
  /** Everything that may be on disk. */
  readonly #there = new Set<string>()
  #turn: Promise<unknown> = Promise.resolve()

  /** `settled` are the partial tiles of the settlement that was opened. */
  constructor(store: TileStore, settled: Iterable<EdgeFile>) {
    this.#store = store
    this.#settled = new Set([...settled].map(({ path }) => path))
    for (const path of this.#settled) {
      // What a crash left beside them may be torn; it goes with the next change.
      for (const name of store.list(folderOf(path))) this.#there.add(`${folderOf(path)}/${name}`)
    }
  }

  /** Partial tiles of a checkpoint that is about to stand on disk. */
  publish(edges: readonly EdgeFile[]): Promise<void> {
    return this.#exclusively(async () => {
      const now = await this.#write(edges, false)
      this.#published = now
      this.#drop()
    })
  }

  /** Partial tiles from which the log can be opened; durable when the store has settled after this. */
  prepare(edges: readonly EdgeFile[]): Promise<ReadonlySet<string>> {
    return this.#exclusively(async () => {
      this.#prepared = await this.#write(edges, true)
      return this.#prepared
    })
  }

  /** Those that `prepare` gave are durable now, and the position that needs them is. */
  settled(prepared: ReadonlySet<string>): void {
    this.#settled = prepared
    this.#drop()
  }

  async #write(edges: readonly EdgeFile[], durable: boolean): Promise<ReadonlySet<string>> {
    for (const { path, bytes } of edges) {
      // A file on which an opening may depend is not written twice: a crash could leave it torn.
      if (this.#settled.has(path) || this.#prepared.has(path)) continue
      this.#there.add(path)
      await this.#store.store(path, bytes, durable)
    }
    return new Set(edges.map(({ path }) => path))
  }

  #drop(): void {
    const kept = new Set([...this.#settled, ...this.#prepared, ...this.#published])
    const folders = new Set([...kept].map(folderOf))
    for (const path of this.#there) {
      if (kept.has(path)) continue
      // An empty folder costs as much disk as a partial tile.
      this.#store.remove(folders.has(folderOf(path)) ? path : folderOf(path))
      this.#there.delete(path)
    }
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(task)
    this.#turn = mine.catch(() => undefined)
    return mine
  }
}
