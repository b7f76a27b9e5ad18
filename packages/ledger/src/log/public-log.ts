/**
 * Somebody's log as it is served to everybody (C2SP tlog-tiles), and the roots that follow from it. Nothing that the server
 * says is believed: roots are folded from its tiles, and proved to lead to the checkpoint that it signed (RFC 9162 2.1.4).
 */
import { type Bytes, equalBytes, Failure, fromUtf8 } from '@mingzheng/kernel'
import {
  foldPlan,
  hashesFromTiles,
  judgeCheckpoint,
  type NodeAt,
  type Profile,
  planConsistency,
  profileKeys,
  type Tile,
  type TrustPolicy,
  tilePath,
  tilesForPlan,
  verifyConsistency,
} from '@mingzheng/proof'

/** Reads a file below the log's prefix, without a leading slash. Throws when there is none, or no answer. */
export type ReadLogFile = (path: string) => Promise<Bytes>

/**
 * `proven`: the roots follow from the tiles and begin the tree whose checkpoint a log key of the policy signed. `short`: the
 * signed tree has fewer entries. `broken`: the tiles do not fold to the signed root, or no log key signed it. `silent`: no answer.
 */
export type PublicRoots =
  | { readonly kind: 'proven'; readonly signedSize: number; readonly sha256: Bytes; readonly sm3: Bytes }
  | { readonly kind: 'short'; readonly signedSize: number }
  | { readonly kind: 'broken' }
  | { readonly kind: 'silent' }

/** The roots of both trees at a size, computed from what is served. Never throws for what the server does. */
export async function readPublicRoots(read: ReadLogFile, policy: TrustPolicy, size: number): Promise<PublicRoots> {
  try {
    const [sha256, sm3] = await Promise.all([rootOf('sha256', read, policy, size), rootOf('sm3', read, policy, size)])
    const signedSize = Math.min(sha256.signedSize, sm3.signedSize)
    if (sha256.root === null || sm3.root === null) return { kind: 'short', signedSize }
    return { kind: 'proven', signedSize, sha256: sha256.root, sm3: sm3.root }
  } catch (error) {
    return { kind: error instanceof BrokenLog || error instanceof Failure ? 'broken' : 'silent' }
  }
}

class BrokenLog extends Error {}

async function rootOf(
  profile: Profile,
  read: ReadLogFile,
  policy: TrustPolicy,
  size: number,
): Promise<{ signedSize: number; root: Bytes | null }> {
  const prefix = profile === 'sm3' ? 'sm3/' : ''
  const text = fromUtf8(await read(`${prefix}checkpoint`))
  const { checkpoint, origin, log } = judgeCheckpoint(text, policy, profileKeys(policy, profile))
  if (checkpoint === null || origin.status !== 'passed' || log.status !== 'passed') {
    throw new BrokenLog('the checkpoint is not signed by a key of this log')
  }
  if (size > checkpoint.size) return { signedSize: checkpoint.size, root: null }
  const grown = await readGrowth(read, profile, { from: size, to: checkpoint.size, toRoot: checkpoint.root })
  if (grown === null) throw new BrokenLog('the tiles are not those of the checkpoint')
  return { signedSize: checkpoint.size, root: grown.root }
}

/** What leads from a smaller tree to a larger one whose root is known. */
export interface Growth {
  /** Of the smaller tree, as the larger one implies it. */
  readonly root: Bytes
  /** Consistency proof (RFC 9162 2.1.4). */
  readonly path: Bytes[]
}

/**
 * The smaller tree that a log's tiles imply below a root that is believed, and the proof; `null` when the tiles are not those of
 * that root. Throws what `read` throws, and Failures where tiles are malformed.
 */
export async function readGrowth(
  read: ReadLogFile,
  profile: Profile,
  { from, to, toRoot }: { readonly from: number; readonly to: number; readonly toRoot: Bytes },
): Promise<Growth | null> {
  const whole = subtrees(to)
  const begun = subtrees(from)
  const plan = planConsistency(from, to)
  const hashAt = await readNodes(read, profile, to, [whole, begun, ...plan])
  if (!equalBytes(foldPlan(profile, [whole], hashAt)[0]!, toRoot)) return null
  const root = foldPlan(profile, [begun], hashAt)[0]!
  const path = foldPlan(profile, plan, hashAt)
  return verifyConsistency({ name: profile, from, to, fromRoot: root, toRoot, path }) ? { root, path } : null
}

async function readNodes(read: ReadLogFile, profile: Profile, size: number, nodes: readonly NodeAt[][]) {
  const prefix = profile === 'sm3' ? 'sm3/' : ''
  const tiles = new Map<string, Bytes>()
  await Promise.all(
    tilesForPlan([...nodes], size).map(async (tile) => {
      const path = tilePath(tile)
      tiles.set(path, await read(prefix + path))
    }),
  )
  return hashesFromTiles(profile, size, (tile: Tile) => tiles.get(tilePath(tile))!)
}

/** The perfect subtrees of the first `size` leaves, largest first. */
function subtrees(size: number): NodeAt[] {
  const nodes: NodeAt[] = []
  for (let level = 52, at = 0; level >= 0; level--) {
    const width = 2 ** level
    if (at + width > size) continue
    nodes.push({ level, index: at / width })
    at += width
  }
  return nodes
}
