/**
 * The relay: shows this ledger what another one signs. Asks every member of the other over HTTP, hands its changes of policy and
 * its checkpoints to the contract `chains`, and evidence where two logs stand under one name. Believes nothing by itself: the
 * contract, executed by every member, judges. Each member runs one; whose turn it is comes first, the others when it does not.
 */
import { type Bytes, type Clock, Failure, fromHex, isRefusal, toHex } from '@mingzheng/kernel'
import {
  type ChainRecord,
  ChainRecords,
  type MemberLedger,
  type RecordedCheckpoint,
  readGrowth,
} from '@mingzheng/ledger'
import type { ConsortiumPolicy } from '@mingzheng/proof'
import {
  decodeEntry,
  decodeEquivocation,
  encodePolicyChain,
  parseEntryBundle,
  policyId,
  TILE_WIDTH,
  tilePath,
  tileWidth,
  verifyEquivocation,
  verifyLink,
} from '@mingzheng/proof'
import type { Logger } from 'pino'
import { contraryEvidence, InconsistentLog, PROFILES, type Recorded } from './contrary.ts'
import { askLinks, askSource, type ChainSource, type Shown } from './source.ts'
import { callChains, stageDocument } from './submit.ts'

/**
 * How another ledger is, as this member found it last. `followed`: its newest is recorded, or soon will be. `behind`: it went on,
 * and nothing of it came onto this ledger for long. `unreached`: none of its members answers. `unsigned`: none shows what its
 * policy believes. `inconsistent`: it signed what its tiles are not. `equivocated`, `retired`: as the ledger has it.
 */
export type ChainStateName =
  | 'followed'
  | 'behind'
  | 'unreached'
  | 'unsigned'
  | 'inconsistent'
  | 'equivocated'
  | 'retired'

export interface ChainState {
  readonly origin: string
  readonly state: ChainStateName
  /** Since when it is so, by this member's clock, milliseconds. */
  readonly since: number
  /** Entries of its newest believed checkpoint that was seen; `null` before the first. */
  readonly seen: number | null
  /** What each of its members shows. */
  readonly members: readonly { readonly id: string; readonly state: Shown['state']; readonly size: number | null }[]
}

export interface ChainRelayOptions {
  readonly ledger: Pick<MemberLedger, 'read' | 'submit' | 'wait' | 'entries' | 'policy' | 'status'>
  /** This member's id. */
  readonly member: string
  readonly clock: Clock
  readonly elapsed: () => number
  readonly logger: Pick<Logger, 'info' | 'warn' | 'fatal'>
  /** Reads an address, within bounds of time and length. */
  readonly readAt: (address: string) => Promise<Bytes>
  /** Pause between two rounds, and between two recorded checkpoints, milliseconds. */
  readonly pollMs: number
  readonly everyMs: number
}

/** After so many intervals without a record the other ledger counts as not followed any more. */
const BEHIND_AFTER = 5
/** So many entries are looked at for whether they are more than echoes of this ledger's own. */
const MOST_ECHOES = 64

interface Memory {
  state: ChainState | null
  /** Index of the last record, and when it was first seen. */
  recordedIndex: number | null
  recordedAt: number
  /** What was compared with the record and contradicts nothing, or was told. */
  readonly compared: Set<string>
  /** What its members showed last, under which policy. */
  policyId: string | null
  shown: readonly Shown[]
}

export class ChainRelay {
  readonly #options: ChainRelayOptions
  readonly #memory = new Map<string, Memory>()
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null
  #stopped = false

  constructor(options: ChainRelayOptions) {
    this.#options = options
  }

  /** Of every ledger that was looked at, in the order of registration. What the ledger has decided goes before what was found. */
  states(): ChainState[] {
    const records = this.#records
    return records.origins.flatMap((origin) => {
      const found = this.#memory.get(origin)?.state ?? null
      const { state } = records.chain(origin)!
      if (state === 'followed' || found?.state === state) return found ?? []
      const { seen, members } = found ?? { seen: null, members: [] }
      return { origin, state, since: this.#options.clock.now(), seen, members }
    })
  }

  start(): void {
    if (this.#stopped || this.#timer !== null) return
    this.#timer = setTimeout(() => {
      void this.round().finally(() => {
        this.#timer = null
        this.start()
      })
    }, this.#options.pollMs)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#running?.catch(() => undefined)
  }

  /** Asks every other ledger once. Rounds do not overlap; faults are logged and tried again in the next. */
  round(): Promise<void> {
    this.#running ??= Promise.all(this.#records.origins.map((origin) => this.#one(origin)))
      .then(() => undefined)
      .finally(() => {
        this.#running = null
      })
    return this.#running
  }

  get #records(): ChainRecords {
    return new ChainRecords({ get: (key) => this.#options.ledger.read('chains', key) })
  }

  async #one(origin: string): Promise<void> {
    const memory = this.#memory.get(origin) ?? {
      state: null,
      recordedIndex: null,
      recordedAt: this.#options.elapsed(),
      compared: new Set(),
      policyId: null,
      shown: [],
    }
    this.#memory.set(origin, memory)
    try {
      const { state, shown } = await this.#follow(origin, memory)
      this.#tell(origin, memory, state, shown)
    } catch (error) {
      if (this.#stopped) return
      // Another member was quicker, or this ledger cannot order now: the next round sees what there is.
      this.#options.logger.warn({ origin, err: error }, 'another ledger could not be followed in this round')
    }
  }

  #tell(origin: string, memory: Memory, state: ChainStateName, shown: readonly Shown[]): void {
    const before = memory.state
    const { clock, logger } = this.#options
    const since = before?.state === state ? before.since : clock.now()
    const sizes = shown.flatMap((one) => (one.state === 'shown' ? one.pair!.sha256.size : []))
    const members = shown.map(({ source, state: of, pair }) => ({
      id: source.id,
      state: of,
      size: pair?.sha256.size ?? null,
    }))
    memory.state = {
      origin,
      state,
      since,
      seen: sizes.length === 0 ? (before?.seen ?? null) : Math.max(...sizes),
      members,
    }
    if (before?.state === state) return
    const line = { origin, state }
    if (state === 'equivocated' || state === 'inconsistent') logger.fatal(line, 'another ledger contradicts itself')
    else if (state === 'followed' || state === 'retired') logger.info(line, 'another ledger')
    else logger.warn(line, 'another ledger is not followed any more')
  }

  async #follow(origin: string, memory: Memory): Promise<{ state: ChainStateName; shown: readonly Shown[] }> {
    const chain = this.#records.chain(origin)!
    if (chain.state === 'retired') return { state: 'retired', shown: [] }
    const shown = await this.#ask(chain, memory)
    const sources = shown.map(({ source }) => source)
    if (chain.state === 'equivocated') return { state: 'equivocated', shown }
    const recorded = await this.#recorded(this.#records.chain(origin)!)
    if (recorded?.index !== (memory.recordedIndex ?? undefined)) {
      memory.recordedIndex = recorded?.index ?? null
      memory.recordedAt = this.#options.elapsed()
      memory.compared.clear()
    }
    const bad = new Set<Shown>()
    if (recorded !== null) {
      for (const one of shown) if (!(await this.#compare(origin, recorded, one, sources, memory))) bad.add(one)
    }
    // One member that contradicts itself does not keep the others from being heard.
    const heard = shown.map((one): Shown => (bad.has(one) ? { ...one, state: 'broken' } : one))
    const now = this.#records.chain(origin)!
    if (now.state === 'equivocated') return { state: 'equivocated', shown: heard }
    const state = await this.#record(now, heard, memory)
    return { state: state === 'unsigned' && bad.size > 0 ? 'inconsistent' : state, shown: heard }
  }

  /** Asks all its members, and takes over what they prove of its policies when they show something new. */
  async #ask(chain: ChainRecord, memory: Memory): Promise<readonly Shown[]> {
    const { origin } = chain
    for (;;) {
      const policy = this.#records.policyOf(this.#records.chain(origin)!)
      const id = policyId(policy)
      const before = memory.policyId === id ? memory.shown : []
      const asked = this.#sources(policy).map((source) =>
        askSource(
          source,
          policy,
          before.find((one) => one.source.id === source.id),
        ),
      )
      const shown = await Promise.all(asked)
      memory.policyId = id
      memory.shown = shown
      if (chain.state !== 'followed') return shown
      for (const one of shown) if (!before.includes(one)) await this.#takeLinks(origin, one.source)
      if (policyId(this.#records.policyOf(this.#records.chain(origin)!)) === id) return shown
    }
  }

  #sources(policy: ConsortiumPolicy): ChainSource[] {
    const { readAt } = this.#options
    return policy.members.flatMap(({ id, url }) =>
      url === undefined ? [] : [{ id, read: (path: string) => readAt(`${url}/log/${path}`) }],
    )
  }

  /** Hands over every change that follows one of the policies known here and is not known itself. */
  async #takeLinks(origin: string, source: ChainSource): Promise<void> {
    for (const link of await askLinks(source)) {
      const { policies } = this.#records.chain(origin)!
      const known = policies.map(({ id }) => toHex(id))
      if (link.policy.origin !== origin || known.includes(policyId(link.policy))) continue
      const { former } = link.policy
      if (former === undefined || !known.includes(former)) continue
      // What the contract would refuse only costs everybody.
      if (isRefusal(verifyLink(link, this.#records.document(fromHex(former))!))) continue
      const d = await stageDocument(this.#options.ledger, encodePolicyChain([link]))
      await this.#call('follow', { d }, ['policy-known'])
    }
  }

  /** Puts evidence on the ledger where what a member shows contradicts the record; false where it contradicts itself. */
  async #compare(
    origin: string,
    recorded: Recorded,
    shown: Shown,
    sources: readonly ChainSource[],
    memory: Memory,
  ): Promise<boolean> {
    if (shown.pair === null) return true
    const name = PROFILES.map((profile) => toHex(shown.pair![profile].root)).join(` ${shown.pair.sha256.size} `)
    if (memory.compared.has(name)) return true
    const others = sources.filter(({ id }) => id !== shown.source.id)
    const policies = this.#records.chain(origin)!.policies.map(({ id }) => this.#records.document(id)!)
    let e: Bytes | null
    try {
      // What is recorded can be proved by whoever still serves it.
      e = await contraryEvidence(recorded, shown, policies.at(-1)!, firstOf([...others, shown.source]))
    } catch (error) {
      // It fell silent in between, or its tiles are not those of what it shows.
      return !(error instanceof InconsistentLog || error instanceof Failure)
    }
    memory.compared.add(name)
    if (e === null) return true
    const evidence = decodeEquivocation(e)
    // What nobody of that ledger signed accuses nobody.
    if (policies.every((policy) => isRefusal(verifyEquivocation(evidence, policy)))) return false
    this.#options.logger.fatal(
      { origin, member: shown.source.id },
      'another ledger signed two logs; the evidence goes on this ledger',
    )
    await this.#call('equivocation', { o: origin, e }, ['equivocation-known']).catch((error: unknown) => {
      memory.compared.delete(name)
      throw error
    })
    return true
  }

  async #record(chain: ChainRecord, shown: readonly Shown[], memory: Memory): Promise<ChainStateName> {
    const good = shown.filter(({ state }) => state === 'shown')
    const [best, ...others] = good.toSorted((a, b) => b.pair!.sha256.size - a.pair!.sha256.size)
    if (best === undefined) return shown.some(({ state }) => state !== 'silent') ? 'unsigned' : 'unreached'
    const { last } = chain
    const { size } = best.pair!.sha256
    if (last !== null && size <= last.size) return 'followed'
    const { elapsed, everyMs, ledger } = this.#options
    const waited = elapsed() - memory.recordedAt
    const late = waited > BEHIND_AFTER * everyMs
    if (waited < this.#turnAfter(chain)) return 'followed'
    const asFar = good.filter(({ pair }) => pair!.sha256.size === size).map(({ source }) => source)
    if (last !== null && (await allEcho(asFar, last.size, size, ledger.policy.origin))) return 'followed'
    const behind = late ? 'behind' : 'followed'
    // What cannot be ordered now would only pile up.
    if ((await ledger.status()).state === 'stalled') return behind
    const grown = await grownFrom(best, last).catch(() => null)
    // Another member may serve what it signed.
    if (grown === null) return this.#record(chain, [...others, { ...best, state: 'broken' }], memory)
    const { sha256: a, sm3: b } = best.notes!
    const args = { o: chain.origin, a, b, p: grown[0]!, q: grown[1]! }
    try {
      await this.#call('checkpoint', args, ['checkpoint-known', 'checkpoint-older'])
    } catch (error) {
      if (!late) throw error
      this.#options.logger.warn({ origin: chain.origin, err: error }, 'a checkpoint of another ledger is not recorded')
    }
    return this.#records.chain(chain.origin)!.last?.index === last?.index ? behind : 'followed'
  }

  /** How long after the last record this member makes the next: members take turns, and come one after the other. */
  #turnAfter({ checkpoints, last }: ChainRecord): number {
    const { ledger, member, everyMs } = this.#options
    const { members } = ledger.policy
    const place = members.findIndex(({ id }) => id === member)
    const rank = (Math.max(0, place) + members.length - (checkpoints % members.length)) % members.length
    return (last === null ? 0 : everyMs) + Math.floor((rank * everyMs) / 2)
  }

  async #recorded({ last }: ChainRecord): Promise<Recorded | null> {
    if (last === null) return null
    const [logged] = await this.#options.ledger.entries(last.index, 1)
    // Recorded, and not witnessed yet: compared in the next round.
    if (logged === undefined) return null
    const { a, b } = decodeEntry(logged.entry).body
    return { ...last, notes: { sha256: String(a), sm3: String(b) } }
  }

  async #call(method: string, args: Parameters<typeof callChains>[2], fine: readonly string[]): Promise<void> {
    try {
      await callChains(this.#options.ledger, method, args)
    } catch (error) {
      const known = error instanceof Failure && fine.some((code) => error.message.includes(code))
      if (!known) throw error
    }
  }
}

/** Consistency paths from the record in both trees; `null` where the member's tiles are not those of what it shows. */
async function grownFrom({ source, pair }: Shown, last: RecordedCheckpoint | null): Promise<Bytes[][] | null> {
  const paths: Bytes[][] = []
  for (const profile of PROFILES) {
    const { size: to, root: toRoot } = pair![profile]
    const grown = await readGrowth(source.read, profile, { from: last?.size ?? 0, to, toRoot })
    if (grown === null) return null
    paths.push(last === null ? [] : grown.path)
  }
  return paths
}

/** Reads from the first that answers. */
function firstOf(sources: readonly ChainSource[]): ChainSource['read'] {
  return async (path) => {
    let last: unknown = new Error('nobody serves the log')
    for (const { read } of sources) {
      try {
        return await read(path)
      } catch (error) {
        last = error
      }
    }
    throw last
  }
}

/** Whether all of these members show nothing but echoes: one that lies cannot keep its ledger from being recorded. */
async function allEcho(sources: readonly ChainSource[], from: number, to: number, own: string): Promise<boolean> {
  for (const source of sources) if (!(await onlyEchoes(source, from, to, own).catch(() => false))) return false
  return true
}

/** Whether all that came onto the other ledger are records of this one: two idle ledgers would record each other for ever. */
async function onlyEchoes({ read }: ChainSource, from: number, to: number, own: string): Promise<boolean> {
  if (to - from > MOST_ECHOES) return false
  for (let tile = Math.floor(from / TILE_WIDTH); tile * TILE_WIDTH < to; tile++) {
    const width = tileWidth('entries', tile, to)
    const bundle = parseEntryBundle(await read(tilePath({ level: 'entries', index: tile, width })))
    for (const bytes of bundle.slice(Math.max(0, from - tile * TILE_WIDTH))) {
      const { kind, body } = decodeEntry(bytes)
      if (kind !== 'chains.checkpoint' || body.o !== own) return false
    }
  }
  return true
}
