/** Where a log stores which hashes: C2SP tlog-tiles. A tile holds up to 256 hashes of one level of every eighth. */
import type { Bytes, DigestName } from '@mingzheng/kernel'
import { formatFailure } from '../format-failure.ts'
import { HASH_BYTES } from './merkle-hash.ts'
import { foldRange, type NodeAt, type ProofPlan } from './proof-plan.ts'

/** Hashes of a full tile, entries of a full bundle. */
export const TILE_WIDTH = 256
/** Levels of the tree that one tile spans. */
export const TILE_HEIGHT = 8

/** A hash tile (`level` 0 to 63) or an entry bundle (`'entries'`); `width` 256 is full, less is partial. */
export interface Tile {
  readonly level: number | 'entries'
  readonly index: number
  readonly width: number
}

/** `tile/0/x001/234` or `tile/entries/x001/234.p/5`; relative to the log's prefix. Throws `tile-malformed`. */
export function tilePath({ level, index, width }: Tile): string {
  const wrongLevel = level !== 'entries' && !(Number.isInteger(level) && level >= 0 && level <= 63)
  if (wrongLevel || !Number.isSafeInteger(index) || index < 0 || !isWidth(width)) {
    throw formatFailure('tile-malformed', 'no such tile')
  }
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  const name = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/')
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/

/** Reads a path in its one spelling; `null` when it is none. */
export function parseTilePath(path: string): Tile | null {
  const match = PATH.exec(path)
  if (match === null) return null
  const tile: Tile = {
    level: match[1] === 'entries' ? 'entries' : Number(match[1]),
    index: Number(match[2]!.replaceAll(/[x/]/g, '')),
    width: match[3] === undefined ? TILE_WIDTH : Number(match[3]),
  }
  try {
    return tilePath(tile) === path ? tile : null
  } catch {
    return null
  }
}

/** Width of the tile in a tree of `size` leaves: 256 full, less partial, 0 when it does not exist yet. */
export function tileWidth(level: number | 'entries', index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level))
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH))
}

/** The hash tiles that a tree must have when it grew from `before` to `size` leaves: full ones once, partial edges as well. */
export function tilesBetween(before: number, size: number): Tile[] {
  const tiles: Tile[] = []
  for (let level = 0; TILE_WIDTH ** level <= size; level++) {
    const from = Math.floor(before / TILE_WIDTH ** level)
    const to = Math.floor(size / TILE_WIDTH ** level)
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
      if (from < to) tiles.push({ level, index, width: tileWidth(level, index, size) })
    }
  }
  return tiles
}

/** Where a subtree's root is found: the tile, and the hashes in it (`first` up to `first + count`) whose fold it is. */
export interface TileSlice {
  readonly tile: Tile
  readonly first: number
  readonly count: number
}

/** The place of a perfect subtree in the tiles of a tree of `size` leaves. */
export function tileOfNode({ level, index }: NodeAt, size: number): TileSlice {
  const tileLevel = Math.floor(level / TILE_HEIGHT)
  const count = 2 ** (level % TILE_HEIGHT)
  const first = index * count
  const tileIndex = Math.floor(first / TILE_WIDTH)
  const tile = { level: tileLevel, index: tileIndex, width: tileWidth(tileLevel, tileIndex, size) }
  if ((index + 1) * 2 ** level > size) throw formatFailure('proof-range', 'the subtree goes beyond the tree')
  return { tile, first: first % TILE_WIDTH, count }
}

/** Root of the slice, given the tile's bytes (its hashes one after another). Throws `tile-malformed` when it is too short. */
export function foldSlice(name: DigestName, slice: TileSlice, tileBytes: Bytes): Bytes {
  if (tileBytes.length < (slice.first + slice.count) * HASH_BYTES) {
    throw formatFailure('tile-malformed', `${tilePath(slice.tile)} is too short`)
  }
  let hashes: Bytes[] = Array.from({ length: slice.count }, (_, i) => {
    const start = (slice.first + i) * HASH_BYTES
    return tileBytes.slice(start, start + HASH_BYTES)
  })
  while (hashes.length > 1) {
    hashes = Array.from({ length: hashes.length / 2 }, (_, i) => foldRange(name, [hashes[2 * i]!, hashes[2 * i + 1]!]))
  }
  return hashes[0]!
}

/** Every tile that a planned proof in a tree of `size` leaves reads, each once. */
export function tilesForPlan(plan: ProofPlan, size: number): Tile[] {
  const tiles = new Map<string, Tile>()
  for (const node of plan.flat()) {
    const { tile } = tileOfNode(node, size)
    tiles.set(tilePath(tile), tile)
  }
  return [...tiles.values()]
}

/** `hashAt` for `foldPlan` over tiles that were read. `tileAt` gives a tile's bytes. */
export function hashesFromTiles(
  name: DigestName,
  size: number,
  tileAt: (tile: Tile) => Bytes,
): (node: NodeAt) => Bytes {
  return (node) => {
    const slice = tileOfNode(node, size)
    return foldSlice(name, slice, tileAt(slice.tile))
  }
}

const LONGEST_ENTRY = 65_535

/** Bytes of an entry bundle: each entry after its length in two bytes, big-endian. Throws `bundle-malformed`. */
export function formatEntryBundle(entries: readonly Bytes[]): Bytes {
  const bundle = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    if (entry.length > LONGEST_ENTRY) throw formatFailure('bundle-malformed', 'an entry has at most 65,535 bytes')
    bundle[at] = entry.length >> 8
    bundle[at + 1] = entry.length & 0xff
    bundle.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bundle
}

/** Entries of a bundle. A cut-off bundle, or more than 256 entries, throws `bundle-malformed`. */
export function parseEntryBundle(bundle: Bytes): Bytes[] {
  const entries: Bytes[] = []
  let at = 0
  while (at < bundle.length) {
    const end = at + 2 + (bundle[at]! << 8) + (bundle[at + 1] ?? 0)
    if (at + 2 > bundle.length || end > bundle.length || entries.length === TILE_WIDTH) {
      throw formatFailure('bundle-malformed', 'the bundle is cut off or holds too much')
    }
    entries.push(bundle.slice(at + 2, end))
    at = end
  }
  return entries
}

const isWidth = (width: number) => Number.isInteger(width) && width >= 1 && width <= TILE_WIDTH
