/** The entries of the log, as C2SP entry bundles. */
import type { Bytes } from '@mingzheng/kernel'
import { formatEntryBundle, TILE_WIDTH, tilePath, tileWidth } from '@mingzheng/proof'
import { ledgerFailure } from '../failure-codes.ts'
import { Bundle } from './bundle.ts'
import { ByteCache } from './byte-cache.ts'
import type { EdgeFile } from './edge-files.ts'
import type { TileStore } from './tile-store.ts'
import { readPrefix } from './tree-log.ts'

const BUNDLES_BYTES = 16 << 20
/** What is known of a bundle beside its bytes. */
const BUNDLE_OVERHEAD = 4 << 10
/** One entry of a bundle is cut out of this: only what is asked for again soon is kept. */
const ROOM_BYTES = 256 << 10
const SOON = 64

export class EntryLog {
  readonly #store: TileStore
  readonly #bundles = new ByteCache<number, Bundle>(BUNDLES_BYTES)
  readonly #room = new Uint8Array(ROOM_BYTES)
  /** Bundles of which one entry was read, the last ones. */
  readonly #touched = new Set<number>()
  #size: number
  #edge: Bytes[] = []

  /** Throws `log-corrupt` when the last bundle is not there. Whether entries are the right ones, the trees say. */
  constructor(store: TileStore, size: number) {
    this.#store = store
    this.#size = size
    const width = size % TILE_WIDTH
    if (width === 0) return
    const bundle = this.#read(Math.floor(size / TILE_WIDTH), width)
    this.#edge = Array.from({ length: width }, (_, at) => bundle.entry(at))
  }

  get size(): number {
    return this.#size
  }

  append(entry: Bytes): void {
    this.#edge.push(entry)
    this.#size++
    if (this.#edge.length < TILE_WIDTH) return
    const index = this.#size / TILE_WIDTH - 1
    const bytes = formatEntryBundle(this.#edge)
    this.#store.put(tilePath({ level: 'entries', index, width: TILE_WIDTH }), bytes)
    this.#keep(index, new Bundle(bytes, TILE_WIDTH))
    this.#edge = []
  }

  /** The entry at an index below the size. */
  entry(index: number): Bytes {
    const bundle = Math.floor(index / TILE_WIDTH)
    const at = index % TILE_WIDTH
    const entry = this.#atEdge(bundle) ? this.#edge[at] : this.#entry(bundle, at)
    if (entry === undefined) throw ledgerFailure('log-corrupt', `entry ${index} is missing`)
    return entry
  }

  /** Bytes of a bundle's first `width` entries, or `null` when there are not so many. */
  bundle(index: number, width: number): Bytes | null {
    if (width > tileWidth('entries', index, this.#size)) return null
    if (this.#atEdge(index)) return formatEntryBundle(this.#edge.slice(0, width))
    return this.#bundle(index).prefix(width)
  }

  /** The partial bundle of the first `size` entries, if it has one. */
  *edges(size: number): Generator<EdgeFile> {
    const width = size % TILE_WIDTH
    if (width === 0) return
    const index = Math.floor(size / TILE_WIDTH)
    yield { path: tilePath({ level: 'entries', index, width }), bytes: this.bundle(index, width)! }
  }

  /** Bytes of full bundles: `first` and `count` are multiples of their width. */
  bytesOf(first: number, count: number): number {
    let bytes = 0
    for (let index = first / TILE_WIDTH; index < (first + count) / TILE_WIDTH; index++) {
      bytes += this.#store.size(tilePath({ level: 'entries', index, width: TILE_WIDTH })) ?? 0
    }
    return bytes
  }

  #atEdge(index: number): boolean {
    return index === Math.floor(this.#size / TILE_WIDTH)
  }

  #entry(index: number, at: number): Bytes {
    const kept = this.#bundles.get(index)
    if (kept !== undefined) return kept.entry(at)
    if (this.#touched.has(index)) return this.#bundle(index).entry(at)
    this.#touched.add(index)
    for (const oldest of this.#touched) {
      if (this.#touched.size <= SOON) break
      this.#touched.delete(oldest)
    }
    const path = tilePath({ level: 'entries', index, width: TILE_WIDTH })
    const bytes = this.#store.readPart(path, 0, ROOM_BYTES, this.#room)
    if (bytes === null || bytes.length === ROOM_BYTES) return this.#bundle(index).entry(at)
    return new Bundle(bytes, at + 1).entry(at)
  }

  #bundle(index: number): Bundle {
    const kept = this.#bundles.get(index)
    if (kept !== undefined) return kept
    this.#touched.delete(index)
    const bundle = this.#read(index, TILE_WIDTH)
    this.#keep(index, bundle)
    return bundle
  }

  #keep(index: number, bundle: Bundle): void {
    this.#bundles.set(index, bundle, bundle.bytes.length + BUNDLE_OVERHEAD)
  }

  #read(index: number, width: number): Bundle {
    const bytes = readPrefix(this.#store, '', { level: 'entries', index, width })
    if (bytes !== null) return new Bundle(bytes, width)
    throw ledgerFailure('log-corrupt', `${tilePath({ level: 'entries', index, width })} is missing`)
  }
}
