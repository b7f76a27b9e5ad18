/**
 * A consortium's chain as it behaves on slow links: Tendermint consensus as CometBFT 0.38 runs it (spec/consensus), with the
 * time-outs that a member's node is configured with, batches from every member's gateway, execution, and cosignatures sent to
 * every peer after commit. Blocks travel in parts that members hand on; votes go to everybody. Members that are away are silent.
 */
import { Network, type NetworkOptions } from './network.ts'
import { Schedule } from './schedule.ts'

export interface ChainOptions extends NetworkOptions {
  /** How many of the members are away. */
  readonly away: number
  /** Items accepted a second, over all gateways. */
  readonly itemsPerSecond: number
  readonly seconds: number
  /** Members whose cosignatures make a checkpoint believed. */
  readonly quorum: number
}

export interface ChainFigures {
  readonly blocksPerSecond: number
  readonly itemsPerSecond: number
  /** Milliseconds from accepted to ordered, and to witnessed, at the gateway's own member; sorted. */
  readonly ordered: readonly number[]
  readonly witnessed: readonly number[]
  /** Items accepted and not witnessed when time was over. */
  readonly waiting: number
  /** Rounds beyond the first, over all heights. */
  readonly extraRounds: number
  readonly events: number
}

// As the configuration of a member's node has them, milliseconds.
const TIMEOUT_PROPOSE = 1000
const TIMEOUT_VOTE = 500
const TIMEOUT_STEP = 500
const GOSSIP_SLEEP = 10
const GATHER = 100
const BATCH_ITEMS = 1024

const PART_BYTES = 65_536
const ITEM_BYTES = 190
const MOST_BLOCK_BYTES = 8 << 20
const VOTE_BYTES = 220
const COSIGNATURE_BYTES = 600
/** Peers to which a part or a transaction is handed on at once. */
const FAN_OUT = 6
/** Measured on the reference machine, of one core: executing and hashing an item into both trees, and signing both heads. */
const EXECUTE_MS_PER_ITEM = 0.036
const SIGN_MS = 2

interface Batch {
  readonly gateway: number
  readonly accepted: number
  readonly items: number
}

interface Proposal {
  readonly batches: readonly Batch[]
  readonly items: number
  readonly parts: number
  readonly partBytes: number
}

/** What one member knows of the height that it works on. */
class Member {
  height = 1
  round = 0
  readonly pool = new Set<Batch>()
  /** Batches that have come, ordered ones included. */
  readonly heard = new Set<Batch>()
  executedAt = 0
  readonly seen = new Map<string, Set<number>>()
  readonly parts = new Map<number, Set<number>>()
  readonly done = new Set<string>()
  /** Members whose cosignature of a height has come, this one's included. */
  readonly cosigned = new Map<number, Set<number>>()
}

export function simulateChain(options: ChainOptions): ChainFigures {
  return new Chain(options).run()
}

class Chain {
  readonly #options: ChainOptions
  readonly #schedule = new Schedule()
  readonly #network: Network
  readonly #members: Member[]
  /** One a height: a later round proposes the block again that is on its way already. */
  readonly #proposals = new Map<number, Proposal>()
  readonly #ordered: number[] = []
  readonly #witnessed: number[] = []
  #accepted = 0
  #witnessedItems = 0
  #extraRounds = 0

  constructor(options: ChainOptions) {
    this.#options = options
    this.#network = new Network(this.#schedule, options)
    this.#members = Array.from({ length: options.members }, () => new Member())
  }

  run(): ChainFigures {
    const { members, away, itemsPerSecond, seconds, random } = this.#options
    const here = members - away
    const every = (BATCH_ITEMS * 1000 * here) / itemsPerSecond
    for (let gateway = 0; gateway < here; gateway++) {
      const period = Math.min(GATHER, every)
      const items = Math.max(1, Math.round((itemsPerSecond / here / 1000) * period))
      const accept = () => {
        if (this.#schedule.now >= seconds * 1000) return
        this.#accept(gateway, items)
        this.#schedule.after(period * (0.5 + random()), accept)
      }
      this.#schedule.after(random() * period, accept)
    }
    for (let i = 0; i < here; i++) this.#enter(i, 1, 0)
    this.#schedule.until(seconds * 1000)
    const sorted = (list: number[]) => list.sort((a, b) => a - b)
    const heights = this.#members[0]!.height - 1
    return {
      blocksPerSecond: heights / seconds,
      itemsPerSecond: this.#witnessedItems / seconds,
      ordered: sorted(this.#ordered),
      witnessed: sorted(this.#witnessed),
      waiting: this.#accepted - this.#witnessedItems,
      extraRounds: this.#extraRounds,
      events: this.#schedule.ran,
    }
  }

  #here(member: number): boolean {
    return member < this.#options.members - this.#options.away
  }

  /** A gateway's batch, gathered and signed, goes into every member's pool; its items waited half of the gathering. */
  #accept(gateway: number, items: number): void {
    this.#accepted += items
    const batch = { gateway, accepted: this.#schedule.now, items }
    this.#schedule.after(GATHER / 2, () => this.#hear(gateway, gateway, batch))
  }

  /** A transaction is handed on by everybody who hears it for the first time. */
  #hear(id: number, from: number, batch: Batch): void {
    const member = this.#members[id]!
    if (member.heard.has(batch)) return
    member.heard.add(batch)
    member.pool.add(batch)
    for (const to of this.#some(id, from, FAN_OUT)) {
      this.#network.send(id, to, batch.items * ITEM_BYTES, () => this.#hear(to, id, batch))
    }
    this.#propose(id)
  }

  /** Up to `count` others who are here, in random order. */
  #some(id: number, from: number, count: number): number[] {
    const { members, random } = this.#options
    const others = Array.from({ length: members }, (_, i) => i).filter((i) => i !== id && i !== from && this.#here(i))
    for (let i = 0; i < Math.min(count, others.length); i++) {
      const at = i + Math.floor(random() * (others.length - i))
      const to = others[at]!
      others[at] = others[i]!
      others[i] = to
    }
    return others.slice(0, count)
  }

  /** To oneself at once, to everybody else who is here over the links. */
  #toAll(from: number, bytes: number, arrive: (member: number) => void): void {
    arrive(from)
    for (let to = 0; to < this.#options.members; to++) {
      if (to === from || !this.#here(to)) continue
      const sleep = this.#options.random() * GOSSIP_SLEEP
      this.#schedule.after(sleep, () => this.#network.send(from, to, bytes, () => arrive(to)))
    }
  }

  #enter(id: number, height: number, round: number): void {
    const member = this.#members[id]!
    member.height = height
    member.round = round
    if (round > 0 && id === 0) this.#extraRounds++
    this.#propose(id)
    // The wait for a proposal begins when there is something to propose (create_empty_blocks=false).
    const wait = () => {
      if (member.height !== height || member.round !== round) return
      if (member.pool.size === 0) this.#schedule.after(GOSSIP_SLEEP, wait)
      else
        this.#schedule.after(TIMEOUT_PROPOSE + round * TIMEOUT_STEP, () =>
          this.#vote(id, height, round, 'prevote', false),
        )
    }
    wait()
    const proposal = this.#proposals.get(height)
    if (proposal !== undefined && member.parts.get(height)?.size === proposal.parts) {
      this.#vote(id, height, round, 'prevote', true)
    }
    // What came before this member was so far counts now.
    for (const kind of ['prevote', 'precommit'] as const) {
      for (const value of [true, false]) this.#count(id, height, round, kind, value)
    }
  }

  #propose(id: number): void {
    const member = this.#members[id]!
    const { height, round } = member
    if ((height + round) % this.#options.members !== id || this.#proposals.has(height) || member.pool.size === 0) return
    if (this.#schedule.now < member.executedAt) {
      this.#schedule.after(member.executedAt - this.#schedule.now, () => this.#propose(id))
      return
    }
    const batches: Batch[] = []
    let items = 0
    for (const batch of member.pool) {
      if ((items + batch.items) * ITEM_BYTES > MOST_BLOCK_BYTES) break
      batches.push(batch)
      items += batch.items
    }
    const parts = Math.max(1, Math.ceil((items * ITEM_BYTES) / PART_BYTES))
    this.#proposals.set(height, { batches, items, parts, partBytes: (items * ITEM_BYTES) / parts })
    for (let part = 0; part < parts; part++) this.#part(id, id, height, part)
  }

  /** A part has come; it is handed on, and the last one lets its receiver vote. */
  #part(id: number, from: number, height: number, part: number): void {
    const member = this.#members[id]!
    const have = entry(member.parts, height, () => new Set<number>())
    if (have.has(part)) return
    have.add(part)
    const proposal = this.#proposals.get(height)!
    // The proposer sends every part to everybody, in another order to each; who has a part hands it on.
    for (const to of this.#some(id, from, id === from ? this.#options.members : FAN_OUT)) {
      if (id !== from && this.#members[to]!.parts.get(height)?.has(part)) continue
      this.#network.send(id, to, proposal.partBytes, () => this.#part(to, id, height, part))
    }
    if (have.size < proposal.parts || member.height !== height) return
    this.#vote(id, height, member.round, 'prevote', true)
    for (let round = 0; round <= member.round; round++) this.#count(id, height, round, 'precommit', true)
  }

  #vote(id: number, height: number, round: number, kind: 'prevote' | 'precommit', value: boolean): void {
    const member = this.#members[id]!
    const once = `${kind}/${height}/${round}`
    if (member.height !== height || member.round !== round || member.done.has(once)) return
    member.done.add(once)
    this.#toAll(id, VOTE_BYTES, (to) => {
      entry(this.#members[to]!.seen, `${once}/${value}`, () => new Set<number>()).add(id)
      this.#count(to, height, round, kind, value)
    })
  }

  #count(id: number, height: number, round: number, kind: 'prevote' | 'precommit', value: boolean): void {
    const member = this.#members[id]!
    if (member.height !== height) return
    const votes = (which: boolean) => member.seen.get(`${kind}/${height}/${round}/${which}`)?.size ?? 0
    const most = (2 * this.#options.members) / 3
    if (round > member.round) {
      // Two thirds are further: this member follows, or commits if they have decided.
      if (kind === 'precommit' && votes(true) > most) this.#commit(id, height)
      else if (votes(true) + votes(false) > most) this.#enter(id, height, round)
      return
    }
    if (votes(value) > most) {
      if (kind === 'prevote') this.#vote(id, height, round, 'precommit', value)
      else if (value) this.#commit(id, height)
      else if (member.round === round) this.#enter(id, height, round + 1)
    } else if (votes(true) + votes(false) > most && member.round === round) {
      // Two thirds have voted, and not alike: a little more is waited for.
      this.#schedule.after(TIMEOUT_VOTE + round * TIMEOUT_STEP, () => {
        if (kind === 'prevote') this.#vote(id, height, round, 'precommit', false)
        else if (member.height === height && member.round === round) this.#enter(id, height, round + 1)
      })
    }
  }

  #commit(id: number, height: number): void {
    const proposal = this.#proposals.get(height)
    const member = this.#members[id]!
    // Decided, but the block itself is still on its way.
    if (proposal === undefined || (member.parts.get(height)?.size ?? 0) < proposal.parts) return
    const { now } = this.#schedule
    for (const batch of proposal.batches) {
      if (batch.gateway === id && member.pool.has(batch)) this.#ordered.push(now - batch.accepted)
      member.pool.delete(batch)
      member.heard.add(batch)
    }
    const takes = proposal.items * EXECUTE_MS_PER_ITEM + SIGN_MS
    member.executedAt = Math.max(now, member.executedAt) + takes
    this.#schedule.after(member.executedAt - now, () => {
      this.#toAll(id, COSIGNATURE_BYTES, (to) => this.#cosigned(to, id, height))
    })
    this.#enter(id, height + 1, 0)
  }

  /** Another's cosignature counts once the own copy is as far; a later head covers all earlier ones. */
  #cosigned(id: number, by: number, height: number): void {
    const signers = entry(this.#members[id]!.cosigned, height, () => new Set<number>())
    signers.add(by)
    if (signers.size !== this.#options.quorum) return
    const batches = this.#proposals.get(height)?.batches ?? []
    for (const batch of batches) {
      if (batch.gateway !== id) continue
      this.#witnessed.push(this.#schedule.now - batch.accepted)
      this.#witnessedItems += batch.items
    }
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const there = map.get(key)
  if (there !== undefined) return there
  const made = make()
  map.set(key, made)
  return made
}
