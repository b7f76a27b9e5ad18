/** The entries of the log, as C2SP entry bundles. */
import type { Bytes } from '@mingzheng/kernel'
import { formatEntryBundle, parseEntryBundle, TILE_WIDTH, tilePath, tileWidth } from '@mingzheng/proof'
import { ledgerFailure } from '../failure-codes.ts'
import type { EdgeFile } from './edge-files.ts'
import type { TileStore } from './tile-store.ts'
import { readPrefix } from './tree-log.ts'

const BUNDLES_KEPT = 128

export class EntryLog {
  readonly #store: TileStore
  readonly #bundles = new Map<number, Bytes[]>()
  #size: number
  #edge: Bytes[] = []

  /** Throws `log-corrupt` when the last bundle is not there. Whether entries are the right ones, the trees say. */
  constructor(store: TileStore, size: number) {
    this.#store = store
    this.#size = size
    const width = size % TILE_WIDTH
    if (width > 0) this.#edge = this.#read(Math.floor(size / TILE_WIDTH), width)
  }

  get size(): number {
    return this.#size
  }

  append(entry: Bytes): void {
    this.#edge.push(entry)
    this.#size++
    if (this.#edge.length < TILE_WIDTH) return
    const index = this.#size / TILE_WIDTH - 1
    this.#store.put(tilePath({ level: 'entries', index, width: TILE_WIDTH }), formatEntryBundle(this.#edge))
    this.#keep(index, this.#edge)
    this.#edge = []
  }

  /** The entry at an index below the size. */
  entry(index: number): Bytes {
    const bundle = this.#bundle(Math.floor(index / TILE_WIDTH))
    const entry = bundle[index % TILE_WIDTH]
    if (entry === undefined) throw ledgerFailure('log-corrupt', `entry ${index} is missing`)
    return entry
  }

  /** Bytes of a bundle's first `width` entries, or `null` when there are not so many. */
  bundle(index: number, width: number): Bytes | null {
    if (width > tileWidth('entries', index, this.#size)) return null
    return formatEntryBundle(this.#bundle(index).slice(0, width))
  }

  /** The partial bundle of the first `size` entries, if it has one. */
  *edges(size: number): Generator<EdgeFile> {
    const width = size % TILE_WIDTH
    if (width === 0) return
    const index = Math.floor(size / TILE_WIDTH)
    yield { path: tilePath({ level: 'entries', index, width }), bytes: this.bundle(index, width)! }
  }

  #bundle(index: number): Bytes[] {
    if (index === Math.floor(this.#size / TILE_WIDTH)) return this.#edge
    let bundle = this.#bundles.get(index)
    if (bundle === undefined) {
      bundle = this.#read(index, TILE_WIDTH)
      this.#keep(index, bundle)
    }
    return bundle
  }

  #keep(index: number, bundle: Bytes[]): void {
    this.#bundles.set(index, bundle)
    if (this.#bundles.size > BUNDLES_KEPT) this.#bundles.delete(this.#bundles.keys().next().value!)
  }

  #read(index: number, width: number): Bytes[] {
    const bytes = readPrefix(this.#store, '', { level: 'entries', index, width })
    const entries = bytes === null ? [] : parseEntryBundle(bytes)
    if (entries.length < width) {
      throw ledgerFailure('log-corrupt', `${tilePath({ level: 'entries', index, width })} is missing or too short`)
    }
    return entries.slice(0, width)
  }
}
