/**
 * Maintenance of a node: its engine forgets the blocks that every member has executed, and gives back their room. The engine rests
 * for some seconds meanwhile, so that it happens on one member at a time, and only while all the others are well.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Failure, randomBytes } from '@mingzheng/kernel'
import { askHoldings } from '../http/peers.ts'
import { announcement } from '../run/announce.ts'
import type { OpenNode } from '../run/open-node.ts'

export interface Maintenance {
  /** Bytes of the engine before and after. */
  readonly before: number
  readonly after: number
}

/** Blocks that stay: of what the others may just be asking for. */
const KEPT_BLOCKS = 8
/** A member this far behind is not as well as the others. */
const MOST_BEHIND = 4
const NEXT_BLOCK_MS = 20_000

/** Throws `maintenance-others-away`, `engine-start`, `ledger-closed`. */
export async function maintain(node: OpenNode): Promise<Maintenance> {
  await requireOthersWell(node)
  return node.engine.maintain({ keepBlocks: KEPT_BLOCKS, nextBlock: () => nextBlock(node) })
}

/** With one member resting the others must be able to go on; who is away may need the blocks that would be forgotten. */
async function requireOthersWell(node: OpenNode): Promise<void> {
  const { height } = node.ledger
  const ids = node.ledger.policy.members.map(({ id }) => id).filter((id) => id !== node.configuration.member)
  const answers = await Promise.all(
    ids.map(async (id) => {
      const address = node.others.find((other) => other.id === id)
      const told = address === undefined ? null : await askHoldings(address, null).catch(() => null)
      return { id, well: told !== null && told.state === 'ready' && told.height >= height - MOST_BEHIND }
    }),
  )
  const away = answers.filter(({ well }) => !well).map(({ id }) => id)
  if (away.length === 0) return
  throw new Failure('maintenance-others-away', `not ready: ${away.join(', ')}`, {
    remedy: 'maintain this node when all the others are ready: ./mingzheng consortium status',
  })
}

/** An idle ledger has no next block: this member says once more what it runs. */
async function nextBlock({ ledger, contracts }: OpenNode): Promise<void> {
  const { height } = ledger
  const until = performance.now() + NEXT_BLOCK_MS
  const args = await announcement(contracts)
  await ledger.submit([{ id: randomBytes(16), contract: 'governance', method: 'announce', arguments: args }])
  // The block after it tells that CometBFT has done what the commit asked of it; without one the room is given back the next time.
  while (ledger.height <= height && performance.now() < until) await pause(50)
  await pause(500)
}
