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
import { ByteCache } from './byte-cache.ts'
import type { EdgeFile } from './edge-files.ts'
import { MIDDLE_HEIGHT, MIDDLE_WIDTH, MiddleNodes, SIXTEEN_BYTES } from './middle-nodes.ts'
import { TileHeap } from './tile-heap.ts'
import type { TileStore } from './tile-store.ts'

/** Full tiles kept in memory with what was folded of them. */
const TILES_BYTES = 16 << 20
/** Pieces of sixteen hashes, the same way. */
const SIXTEENS_BYTES = 8 << 20
/** What a cache itself needs for one of them. */
const KEPT_BYTES = 256

/** The tile at the right end of one level. */
interface Edge {
  readonly tile: TileHeap
  width: number
}

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
  readonly #tiles = new ByteCache<number, TileHeap>(TILES_BYTES)
  readonly #sixteens = new ByteCache<number, TileHeap>(SIXTEENS_BYTES)
  /** Hashes of the leaves from some on to the end of the tree of one size: every proof there has some of them. */
  #ends: { readonly size: number; readonly hashes: Map<number, Bytes> } = { size: 0, hashes: new Map() }
  readonly #middles: MiddleNodes

  /** `prefix` is what stands before `tile/` on disk. Throws `log-corrupt` when the tiles are not those of the state. */
  constructor(name: DigestName, prefix: string, store: TileStore, { size, nodes }: TreeState) {
    this.#name = name
    this.#prefix = prefix
    this.#store = store
    this.#middles = new MiddleNodes(prefix, store)
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
    if (edge !== undefined && index === this.#edgeIndex(level)) return edge.tile.hashes(width)
    return this.#tile(level, index).hashes(width)
  }

  /** Sibling hashes of leaf `index` in the tree of the first `size` leaves. */
  inclusion(index: number, size: number): Bytes[] {
    return planInclusion(index, size).map((nodes) => {
      return nodes.length === 1 ? this.#node(nodes[0]!) : this.#end(nodes, size)
    })
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

  /** Makes what middle nodes are missing, as after an update or a damage; `breathe` is called between two tiles, and may throw. */
  async mend(breathe: () => Promise<void>): Promise<void> {
    for (const file of this.#middles.missing(this.size)) {
      await this.#middles.make(file, async (index) => {
        await breathe()
        const path = this.#prefix + tilePath({ level: 0, index, width: TILE_WIDTH })
        const bytes = this.#store.read(path)
        if (bytes?.length !== TILE_WIDTH * HASH_BYTES) throw corrupt(path)
        const tile = new TileHeap(this.#name, TILE_WIDTH, bytes)
        const middles = new Uint8Array(SIXTEEN_BYTES)
        for (let i = 0; i < MIDDLE_WIDTH; i++) middles.set(tile.node(MIDDLE_WIDTH + i), i * HASH_BYTES)
        return middles
      })
    }
  }

  readonly #visit = (height: number, index: number, hash: Bytes): void => {
    if (height === MIDDLE_HEIGHT) this.#middles.take(index, hash)
    if (height % TILE_HEIGHT !== 0) return
    const level = height / TILE_HEIGHT
    this.#edges[level] ??= this.#newEdge()
    const edge = this.#edges[level]
    edge.tile.set(edge.width, hash)
    edge.width++
    if (edge.width < TILE_WIDTH) return
    const tile = { level, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH }
    this.#store.put(this.#prefix + tilePath(tile), edge.tile.hashes(TILE_WIDTH))
    this.#tiles.set(tileKey(level, tile.index), edge.tile, edge.tile.weight + KEPT_BYTES)
    this.#edges[level] = this.#newEdge()
  }

  #newEdge(): Edge {
    return { tile: new TileHeap(this.#name, TILE_WIDTH), width: 0 }
  }

  /** Root of more than one subtree, of which the last ends where the tree does. */
  #end(nodes: NodeAt[], size: number): Bytes {
    if (this.#ends.size !== size) this.#ends = { size, hashes: new Map() }
    const [{ level, index }] = nodes as [NodeAt]
    const from = index * 2 ** level
    let hash = this.#ends.hashes.get(from)
    if (hash === undefined) {
      hash = foldPlan(this.#name, [nodes], this.#node)[0]!
      this.#ends.hashes.set(from, hash)
    }
    return hash
  }

  readonly #node = ({ level, index }: NodeAt): Bytes => {
    const tileLevel = Math.floor(level / TILE_HEIGHT)
    const height = level % TILE_HEIGHT
    const tileIndex = Math.floor((index * 2 ** height) / TILE_WIDTH)
    const edge = this.#edges[tileLevel]
    const place = placeOf(TILE_HEIGHT, height, index)
    if (edge !== undefined && tileIndex === this.#edgeIndex(tileLevel)) return edge.tile.node(place)
    const tile = this.#tiles.get(tileKey(tileLevel, tileIndex))
    if (tile !== undefined) return tile.node(place)
    const node = tileLevel === 0 ? this.#halfway(tileIndex, height, index) : null
    return node ?? this.#tile(tileLevel, tileIndex).node(place)
  }

  /** A node of a lowest tile by way of its middle nodes; `null` where they are not there or not right. */
  #halfway(tileIndex: number, height: number, index: number): Bytes | null {
    const group = Math.floor((index * 2 ** height) / MIDDLE_WIDTH)
    if (height < MIDDLE_HEIGHT) {
      const kept = this.#sixteens.get(leavesKey(group))
      if (kept !== undefined) return kept.node(placeOf(MIDDLE_HEIGHT, height, index))
    }
    const middles = this.#sixteen(
      middlesKey(tileIndex),
      () => this.#middles.read(tileIndex),
      () => this.#node({ level: TILE_HEIGHT, index: tileIndex }),
    )
    if (middles === null) return null
    if (height >= MIDDLE_HEIGHT) return middles.node(placeOf(TILE_HEIGHT, height, index))
    const path = this.#prefix + tilePath({ level: 0, index: tileIndex, width: TILE_WIDTH })
    const leaves = this.#sixteen(
      leavesKey(group),
      () => this.#store.readPart(path, (group % MIDDLE_WIDTH) * SIXTEEN_BYTES, SIXTEEN_BYTES),
      () => middles.node(placeOf(TILE_HEIGHT, MIDDLE_HEIGHT, group)),
    )
    if (leaves === null) throw corrupt(path)
    return leaves.node(placeOf(MIDDLE_HEIGHT, height, index))
  }

  /** Sixteen neighbouring hashes whose root is known already; `null` when they are not there or have another. */
  #sixteen(key: number, read: () => Bytes | null, root: () => Bytes): TileHeap | null {
    const kept = this.#sixteens.get(key)
    if (kept !== undefined) return kept
    const bytes = read()
    if (bytes?.length !== SIXTEEN_BYTES) return null
    const nodes = new TileHeap(this.#name, MIDDLE_WIDTH, bytes)
    if (!equalBytes(nodes.node(1), root())) return null
    this.#sixteens.set(key, nodes, nodes.weight + KEPT_BYTES)
    return nodes
  }

  #tile(level: number, index: number): TileHeap {
    const key = tileKey(level, index)
    const kept = this.#tiles.get(key)
    if (kept !== undefined) return kept
    const path = this.#prefix + tilePath({ level, index, width: TILE_WIDTH })
    const bytes = this.#store.read(path)
    if (bytes?.length !== TILE_WIDTH * HASH_BYTES) throw corrupt(path)
    const tile = new TileHeap(this.#name, TILE_WIDTH, bytes)
    this.#tiles.set(key, tile, tile.weight + KEPT_BYTES)
    return tile
  }

  #readEdge(level: number): Edge {
    const edge = this.#newEdge()
    const index = this.#edgeIndex(level)
    edge.width = tileWidth(level, index, this.size)
    if (edge.width === 0) return edge
    const bytes = readPrefix(this.#store, this.#prefix, { level, index, width: edge.width })
    if (bytes === null || bytes.length < edge.width * HASH_BYTES) {
      throw corrupt(this.#prefix + tilePath({ level, index, width: edge.width }))
    }
    for (let i = 0; i < edge.width; i++) edge.tile.set(i, bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES))
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

/** Names of what is kept in memory: a number is found faster than a text. A tile has seven levels at most. */
const tileKey = (level: number, index: number) => index * 8 + level
const middlesKey = (tile: number) => tile * 2
const leavesKey = (group: number) => group * 2 + 1

/** Where a node stands in the heap below a root that is `top` levels above the leaves. */
function placeOf(top: number, height: number, index: number): number {
  const width = 2 ** (top - height)
  return width + (index % width)
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
