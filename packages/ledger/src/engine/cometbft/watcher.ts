/** Looks at CometBFT and at the other members at intervals, and says in words why nothing is ordered here. */
import type { StallReason } from '../engine.ts'
import type { CometHome } from './comet-home.ts'
import type { CometRpc } from './comet-rpc.ts'

/** Votes of who is connected (this member's own included), of who answers as well, votes needed, all votes. */
export interface Votes {
  readonly here: number
  readonly heard: number
  readonly needed: number
  readonly all: number
}

/** One look; what could not be learnt stands as in the last. */
export interface Sight {
  readonly ready: boolean
  readonly catchingUp: boolean
  readonly waiting: number
  readonly connected: readonly string[]
  readonly votes: Votes
}

export const NOTHING_SEEN: Sight = {
  ready: false,
  catchingUp: false,
  waiting: 0,
  connected: [],
  votes: { here: 0, heard: 0, needed: 1, all: 0 },
}

/** Throws when CometBFT does not answer. `silent` are members whose nodes used to answer and do not. */
export async function look(
  rpc: CometRpc,
  home: CometHome,
  ownAddress: string,
  silent: ReadonlySet<string>,
): Promise<Sight> {
  const [{ catchingUp }, waiting, peers, powers] = await Promise.all([
    rpc.status(),
    rpc.waiting(),
    rpc.peers(),
    rpc.voters(),
  ])
  const there = home.peers.filter(({ nodeId }) => peers.includes(nodeId))
  const present = new Set([ownAddress, ...there.flatMap(({ address }) => (address === undefined ? [] : [address]))])
  const all = powers.reduce((sum, { power }) => sum + power, 0)
  const here = powers.reduce((sum, { address, power }) => (present.has(address) ? sum + power : sum), 0)
  for (const { member, address } of there) if (address !== undefined && silent.has(member)) present.delete(address)
  const heard = powers.reduce((sum, { address, power }) => (present.has(address) ? sum + power : sum), 0)
  return {
    ready: true,
    catchingUp,
    waiting,
    connected: there.map(({ member }) => member),
    votes: { here, heard, needed: Math.floor((2 * all) / 3) + 1, all },
  }
}

/** What is to be said of several looks. */
export class Patience {
  #lonely = 0
  #quiet = 0
  #lonelySince: number | null = null
  #stuckSince: number | null = null
  #height = -1
  #behind = 0

  /**
   * @param now milliseconds that pass evenly.
   * @param others the highest height that another member tells of; 0 when nobody is asked.
   */
  judge(sight: Sight, height: number, others: number, now: number): StallReason | null {
    const { votes, waiting, catchingUp } = sight
    const lonely = votes.here < votes.needed
    this.#lonely = lonely ? this.#lonely + 1 : 0
    if (!lonely) this.#lonelySince = null
    else this.#lonelySince ??= now
    // A hung machine stays connected for a minute; while blocks come it is only slow.
    this.#quiet = votes.heard < votes.needed && height === this.#height ? this.#quiet + 1 : 0
    if (height !== this.#height || waiting === 0) this.#stuckSince = null
    else this.#stuckSince ??= now
    this.#height = height
    this.#behind = catchingUp || others > height + MOST_BEHIND ? this.#behind + 1 : 0
    // At a start the connections are not there yet.
    if (this.#lonely > 1) {
      return {
        code: 'quorum-lost',
        detail: `fewer than a quorum are here (${votes.here} of ${votes.all}, ${votes.needed} are needed): nothing can be fixed now`,
      }
    }
    if (this.#quiet > MOST_QUIET) {
      return {
        code: 'quorum-lost',
        detail: `fewer than a quorum answer (${votes.heard} of ${votes.all}, ${votes.needed} are needed): nothing can be fixed now`,
      }
    }
    if (this.#behind > 1) {
      const known = others > height ? ` of ${others}` : ''
      return { code: 'behind', detail: `this member is at block ${height}${known} and is fetching the rest` }
    }
    if (this.#stuckSince !== null && now - this.#stuckSince > STUCK_MS) {
      const seconds = Math.round((now - this.#stuckSince) / 1000)
      return { code: 'quorum-lost', detail: `connected, but no block for ${seconds} s although transactions wait` }
    }
    return null
  }

  /** Counts afresh. */
  begin(): void {
    this.#lonelySince = null
  }

  /** For how long fewer than a quorum have been here. */
  lonelyFor(now: number): number {
    return this.#lonelySince === null ? 0 : now - this.#lonelySince
  }
}

const MOST_BEHIND = 3
/** Looks without a block, while members do not answer. */
const MOST_QUIET = 3

/** Whose nodes used to answer and do not: twice in a row, since one answer may come late. */
export class Silence {
  readonly #missed = new Map<string, number>()

  /** Who answered this time, of all who were asked. */
  note(answered: readonly string[]): void {
    for (const [member, missed] of this.#missed) this.#missed.set(member, missed + 1)
    for (const member of answered) this.#missed.set(member, 0)
  }

  get members(): ReadonlySet<string> {
    return new Set([...this.#missed].flatMap(([member, missed]) => (missed > 1 ? member : [])))
  }
}
const STUCK_MS = 15_000
