/** One RFC 6962 tree over a digest, grown leaf by leaf and kept as C2SP tlog-tiles; makes its proofs from the tiles. */
import { type Bytes, type DigestName, equalBytes } from '@mingzheng/kernel'
import {
  CompactRange,
  foldPlan,
  HASH_BYTES,
  type MerkleHash,
  type NodeAt,
  planConsistency,
  planInclusion,
  TILE_HEIGHT,
  TILE_WIDTH,
  tilePath,
  tileWidth,
  verifyInclusion,
} from '@mingzheng/proof'
import { ledgerFailure } from '../failure-codes.ts'
import type { EdgeFile } from './edge-files.ts'
import type { TileStore } from './tile-store.ts'

/** Full tiles kept in memory with what was folded of them: about 20 KiB each. */
const TILES_KEPT = 512

/** The tile at the right end of one level. */
interface Edge {
  bytes: Bytes
  width: number
  folded: Map<number, Bytes>
}

interface TileNodes {
  readonly bytes: Bytes
  /** Inner nodes by their place in a heap of 512: 1 is the root, 256 the first hash. */
  readonly folded: Map<number, Bytes>
}

const newEdge = (): Edge => ({ bytes: new Uint8Array(TILE_WIDTH * HASH_BYTES), width: 0, folded: new Map() })

/** State of a tree that a settlement keeps. */
export interface TreeState {
  readonly size: number
  readonly nodes: readonly Bytes[]
}

export class TreeLog {
  readonly hash: MerkleHash
  readonly #name: DigestName
  readonly #prefix: string
  readonly #store: TileStore
  readonly #range: CompactRange
  readonly #edges: Edge[] = []
  readonly #tiles = new Map<string, TileNodes>()

  /** `prefix` is what stands before `tile/` on disk. Throws `log-corrupt` when the tiles are not those of the state. */
  constructor(name: DigestName, prefix: string, store: TileStore, { size, nodes }: TreeState) {
    this.#name = name
    this.#prefix = prefix
    this.#store = store
    this.#range = new CompactRange(name, size, nodes)
    this.hash = this.#range.hash
    for (let level = 0; TILE_WIDTH ** level <= size; level++) this.#edges.push(this.#readEdge(level))
    if (size > 0) this.#requireWhole()
  }

  get size(): number {
    return this.#range.size
  }

  get nodes(): readonly Bytes[] {
    return this.#range.nodes
  }

  root(): Bytes {
    return this.#range.root()
  }

  /** Appends a leaf, its hash given when it is known; full tiles go to the store. */
  append(data: Bytes, leafHash = this.hash.leaf(data)): void {
    this.#range.append(leafHash, this.#visit)
  }

  /** Root of the full subtree of the 2^`level` leaves from `first` on, a multiple of that. */
  subtree(level: number, first: number): Bytes {
    return this.#node({ level, index: first / 2 ** level })
  }

  /** The partial tiles of the tree of the first `size` leaves. */
  *edges(size: number): Generator<EdgeFile> {
    for (let level = 0; TILE_WIDTH ** level <= size; level++) {
      const hashes = Math.floor(size / TILE_WIDTH ** level)
      const tile = { level, index: Math.floor(hashes / TILE_WIDTH), width: hashes % TILE_WIDTH }
      if (tile.width === 0) continue
      yield { path: this.#prefix + tilePath(tile), bytes: this.tile(level, tile.index, tile.width)!.slice() }
    }
  }

  /** The first `width` hashes of a tile, or `null` when the tree has not so many there. */
  tile(level: number, index: number, width: number): Bytes | null {
    if (width > tileWidth(level, index, this.size)) return null
    const edge = this.#edges[level]
    if (edge !== undefined && index === this.#edgeIndex(level)) return edge.bytes.slice(0, width * HASH_BYTES)
    return this.#tile(level, index).bytes.subarray(0, width * HASH_BYTES)
  }

  /** Sibling hashes of leaf `index` in the tree of the first `size` leaves. */
  inclusion(index: number, size: number): Bytes[] {
    return foldPlan(this.#name, planInclusion(index, size), this.#node)
  }

  /** Proof that the first `from` leaves begin the first `to`. */
  consistency(from: number, to: number): Bytes[] {
    return foldPlan(this.#name, planConsistency(from, to), this.#node)
  }

  /** Root of the first `size` leaves. */
  rootAt(size: number): Bytes {
    const nodes: NodeAt[] = []
    for (let level = 52, at = 0; level >= 0; level--) {
      const width = 2 ** level
      if (at + width > size) continue
      nodes.push({ level, index: at / width })
      at += width
    }
    return foldPlan(this.#name, [nodes], this.#node)[0]!
  }

  #edgeIndex(level: number): number {
    return Math.floor(this.size / TILE_WIDTH ** (level + 1))
  }

  readonly #visit = (height: number, index: number, hash: Bytes): void => {
    if (height % TILE_HEIGHT !== 0) return
    const level = height / TILE_HEIGHT
    this.#edges[level] ??= newEdge()
    const edge = this.#edges[level]
    edge.bytes.set(hash, edge.width * HASH_BYTES)
    edge.width++
    if (edge.width < TILE_WIDTH) return
    const tile = { level, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH }
    this.#store.put(this.#prefix + tilePath(tile), edge.bytes)
    this.#keep(`${level}/${tile.index}`, edge)
    this.#edges[level] = newEdge()
  }

  readonly #node = ({ level, index }: NodeAt): Bytes => {
    const tileLevel = Math.floor(level / TILE_HEIGHT)
    const height = level % TILE_HEIGHT
    const tileIndex = Math.floor((index * 2 ** height) / TILE_WIDTH)
    const edge = this.#edges[tileLevel]
    const atEdge = edge !== undefined && tileIndex === this.#edgeIndex(tileLevel)
    const tile = atEdge ? edge : this.#tile(tileLevel, tileIndex)
    return this.#fold(tile, 2 ** (TILE_HEIGHT - height) + (index % 2 ** (TILE_HEIGHT - height)))
  }

  #fold(tile: TileNodes, place: number): Bytes {
    if (place >= TILE_WIDTH) {
      const at = (place - TILE_WIDTH) * HASH_BYTES
      return tile.bytes.slice(at, at + HASH_BYTES)
    }
    let node = tile.folded.get(place)
    if (node === undefined) {
      node = this.hash.node(this.#fold(tile, 2 * place), this.#fold(tile, 2 * place + 1))
      tile.folded.set(place, node)
    }
    return node
  }

  #tile(level: number, index: number): TileNodes {
    const name = `${level}/${index}`
    let tile = this.#tiles.get(name)
    if (tile === undefined) {
      const path = this.#prefix + tilePath({ level, index, width: TILE_WIDTH })
      const bytes = this.#store.read(path)
      if (bytes?.length !== TILE_WIDTH * HASH_BYTES) throw corrupt(path)
      tile = { bytes, folded: new Map() }
    } else {
      this.#tiles.delete(name)
    }
    this.#keep(name, tile)
    return tile
  }

  #keep(name: string, { bytes, folded }: TileNodes): void {
    this.#tiles.set(name, { bytes, folded })
    if (this.#tiles.size > TILES_KEPT) this.#tiles.delete(this.#tiles.keys().next().value!)
  }

  #readEdge(level: number): Edge {
    const edge = newEdge()
    const index = this.#edgeIndex(level)
    edge.width = tileWidth(level, index, this.size)
    if (edge.width === 0) return edge
    const bytes = readPrefix(this.#store, this.#prefix, { level, index, width: edge.width })
    if (bytes === null || bytes.length < edge.width * HASH_BYTES) {
      throw corrupt(this.#prefix + tilePath({ level, index, width: edge.width }))
    }
    edge.bytes.set(bytes.subarray(0, edge.width * HASH_BYTES))
    return edge
  }

  /** The last leaf's proof walks along the whole right edge: if it holds, so do the edge's tiles. */
  #requireWhole(): void {
    const { size } = this
    const index = size - 1
    const leafHash = this.#node({ level: 0, index })
    const path = this.inclusion(index, size)
    const holds = verifyInclusion({ name: this.#name, index, size, leafHash, path, root: this.root() })
    if (!holds || !equalBytes(this.rootAt(size), this.root())) throw corrupt(`${this.#prefix}tile`)
  }
}

/** The bytes of a tile or bundle from any file that begins with them: full, or partial and wide enough. */
export function readPrefix(
  store: TileStore,
  prefix: string,
  { level, index, width }: { level: number | 'entries'; index: number; width: number },
): Bytes | null {
  const full = prefix + tilePath({ level, index, width: TILE_WIDTH })
  // The partial one of a settled size is durable; a wider or full one may be what a crash left of it.
  const exact = width === TILE_WIDTH ? null : store.read(`${full}.p/${width}`)
  const whole = exact ?? store.read(full)
  if (whole !== null) return whole
  const wider = store.list(`${full}.p`).map(Number)
  const found = wider.filter((one) => one >= width).sort((a, b) => a - b)[0]
  return found === undefined ? null : store.read(`${full}.p/${found}`)
}

function corrupt(path: string) {
  return ledgerFailure('log-corrupt', `${path} is missing or not what the log's root says`)
}
