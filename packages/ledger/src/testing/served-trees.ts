/** A log as a stranger reads it: through the served paths alone, with the tile arithmetic of `proof`. */
import type { Bytes } from '@mingzheng/kernel'
import {
  foldPlan,
  hashesFromTiles,
  type Profile,
  parseEntryBundle,
  parseSignedCheckpoint,
  planConsistency,
  planInclusion,
  TILE_WIDTH,
  tilePath,
  tileWidth,
} from '@mingzheng/proof'
import type { ServeLog } from '../log/serve.ts'

export interface ServedTree {
  readonly size: number
  readonly root: Bytes
  inclusion(index: number, size: number): Bytes[]
  consistency(from: number, to: number): Bytes[]
  /** All entries, from the bundles. */
  entries(): Bytes[]
}

/** Reads at the size of the served checkpoint. Throws when a path that must be there is not. */
export function servedTrees(serve: ServeLog): { readonly [profile in Profile]: ServedTree } {
  return { sha256: servedTree(serve, 'sha256', ''), sm3: servedTree(serve, 'sm3', 'sm3/') }
}

function servedTree(serve: ServeLog, profile: Profile, prefix: string): ServedTree {
  const get = (path: string): Bytes => {
    const file = serve(prefix + path)
    if (file === null) throw new Error(`${prefix}${path} is not served`)
    return file.body
  }
  const { size, root } = parseSignedCheckpoint(get('checkpoint')).checkpoint
  // Proofs at older sizes are made of the tiles of the present one.
  const hashAt = hashesFromTiles(profile, size, (tile) => get(tilePath(tile)))
  return {
    size,
    root,
    inclusion: (index, at) => foldPlan(profile, planInclusion(index, at), hashAt),
    consistency: (from, to) => foldPlan(profile, planConsistency(from, to), hashAt),
    entries: () =>
      Array.from({ length: Math.ceil(size / TILE_WIDTH) }, (_, index) => {
        const width = tileWidth('entries', index, size)
        return parseEntryBundle(get(tilePath({ level: 'entries', index, width })))
      }).flat(),
  }
}
