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
  const to = checkpoint.size
  const whole = subtrees(to)
  const begun = subtrees(size)
  const plan = planConsistency(size, to)
  const tiles = new Map<string, Bytes>()
  await Promise.all(
    tilesForPlan([whole, begun, ...plan], to).map(async (tile) => {
      const path = tilePath(tile)
      tiles.set(path, await read(prefix + path))
    }),
  )
  const hashAt = hashesFromTiles(profile, to, (tile: Tile) => tiles.get(tilePath(tile))!)
  const signed = foldPlan(profile, [whole], hashAt)[0]!
  if (!equalBytes(signed, checkpoint.root)) throw new BrokenLog('the tiles are not those of the checkpoint')
  const root = foldPlan(profile, [begun], hashAt)[0]!
  const path = foldPlan(profile, plan, hashAt)
  if (!verifyConsistency({ name: profile, from: size, to, fromRoot: root, toRoot: checkpoint.root, path })) {
    throw new BrokenLog('the smaller tree does not begin the signed one')
  }
  return { signedSize: to, root }
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
