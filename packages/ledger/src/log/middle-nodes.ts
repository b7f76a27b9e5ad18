/**
 * The nodes halfway up the lowest tiles, kept beside them: a proof from anywhere in a long log then takes sixteen hashes here and
 * sixteen there instead of a whole tile. Derived from the tiles: what is missing or damaged is done without, and made again.
 * docs/formats/log-storage.md.
 */
import type { Bytes } from '@mingzheng/kernel'
import { HASH_BYTES, TILE_HEIGHT, TILE_WIDTH } from '@mingzheng/proof'
import type { TileStore } from './tile-store.ts'

/** Levels above the leaves. */
export const MIDDLE_HEIGHT = TILE_HEIGHT / 2
/** So many of them stand in a tile, and so many leaves below each. */
export const MIDDLE_WIDTH = 2 ** MIDDLE_HEIGHT
/** Bytes of the middle nodes of a tile, and of the leaf hashes below one of them. */
export const SIXTEEN_BYTES = MIDDLE_WIDTH * HASH_BYTES

/** Tiles whose middle nodes stand in one file. */
const FILE_TILES = TILE_WIDTH
const FILE_NODES = FILE_TILES * MIDDLE_WIDTH
const FILE_BYTES = FILE_TILES * SIXTEEN_BYTES
/** Leaves below the nodes of one file. */
export const FILE_LEAVES = FILE_TILES * TILE_WIDTH

export class MiddleNodes {
  readonly #folder: string
  readonly #store: TileStore
  /** The file that is growing: which one, and which of its nodes are here. */
  #file = -1
  #bytes: Bytes = new Uint8Array()
  #from = 0
  #to = 0

  /** `prefix` is that of the tree. */
  constructor(prefix: string, store: TileStore) {
    this.#folder = `${prefix}middle`
    this.#store = store
  }

  /** Takes the next node, in the order in which a log grows. */
  take(index: number, hash: Bytes): void {
    const file = Math.floor(index / FILE_NODES)
    const at = index % FILE_NODES
    if (file !== this.#file) {
      this.#file = file
      this.#bytes = new Uint8Array(FILE_BYTES)
      this.#from = at
    }
    this.#bytes.set(hash, at * HASH_BYTES)
    this.#to = at + 1
    if (this.#to < FILE_NODES) return
    // Begun before this process: `missing` tells of it.
    if (this.#from === 0) this.#store.put(this.#path(file), this.#bytes)
    this.#file = -1
  }

  /** The middle nodes of a full tile, not judged; `null` when they are not kept. */
  read(tile: number): Bytes | null {
    const file = Math.floor(tile / FILE_TILES)
    const offset = (tile % FILE_TILES) * SIXTEEN_BYTES
    if (file !== this.#file) return this.#store.readKept(this.#path(file), offset, SIXTEEN_BYTES)
    const first = (tile % FILE_TILES) * MIDDLE_WIDTH
    return first >= this.#from && first + MIDDLE_WIDTH <= this.#to
      ? this.#bytes.slice(offset, offset + SIXTEEN_BYTES)
      : null
  }

  /** Files that a log of so many leaves should have and has not. */
  missing(leaves: number): number[] {
    const files = Array.from({ length: Math.floor(leaves / FILE_LEAVES) }, (_, file) => file)
    return files.filter((file) => this.#store.size(this.#path(file)) !== FILE_BYTES)
  }

  /** Makes a file of the middle nodes of its tiles, asked for one after the other. */
  async make(file: number, middlesOf: (tile: number) => Promise<Bytes>): Promise<void> {
    const bytes = new Uint8Array(FILE_BYTES)
    for (let i = 0; i < FILE_TILES; i++) bytes.set(await middlesOf(file * FILE_TILES + i), i * SIXTEEN_BYTES)
    this.#store.put(this.#path(file), bytes)
  }

  #path(file: number): string {
    return `${this.#folder}/${String(file).padStart(9, '0')}`
  }
}
