/** From which height on a member may vote that does not know any more how it voted. */
import { setTimeout as sleep } from 'node:timers/promises'
import { believedHeight } from './agreement.ts'
import { knowsWhatItSigned } from './comet-files.ts'
import type { CometHome } from './comet-home.ts'

/** So often are the others asked for their heights, half a second apart, while too few answer. */
const TRIES = 20

/**
 * A member whose folder was lost must not vote again on what the others have decided. (CometBFT begins to vote at the first height
 * when its peers are slow to tell it of theirs.) 0 where what was signed is known, or nobody has decided anything.
 */
export async function firstVote(
  home: CometHome,
  peerHeights: (() => Promise<readonly number[]>) | undefined,
): Promise<number> {
  if (peerHeights === undefined || knowsWhatItSigned(home.folder)) return 0
  for (let tries = 0; ; tries++) {
    const heights = await peerHeights()
    const believed = believedHeight(heights, home.validators.length)
    if (believed > 0) return believed + 1
    // With all of them at the beginning, or none of them here, there is nothing to be waited for.
    const highest = Math.max(0, ...heights)
    if (highest === 0) return 0
    if (tries === TRIES) return highest + 1
    await sleep(500)
  }
}
