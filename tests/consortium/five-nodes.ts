/** Five members of one consortium as real processes, each in a home of its own, for a journey. */
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '@mingzheng/kernel'
import { type HttpLedger, openLedgerOverHttp } from '@mingzheng/ledger'
import { readNodeConfiguration, writeNodeConfiguration } from '../../apps/node/src/home/node-configuration.ts'
import { foundLocally } from '../../apps/node/src/index.ts'
import { freePorts } from '../../apps/node/src/local/free-ports.ts'
import { type Hindrance, hindered } from './hindrance.ts'
import { Links } from './links.ts'
import { type LiveMemory, liveMemory, type MeasuredAt, measured } from './live-memory.ts'
import { type RunningNode, startNodeProcess } from './node-process.ts'

/** Long, for a machine that does much else: what waits so long would wait for ever. */
const PATIENCE_MS = 240_000

export const MEMBERS = ['regulator', 'court', 'notary', 'forensic', 'ca'] as const
export type MemberId = (typeof MEMBERS)[number]

export interface NodeHealth {
  readonly state: string
  readonly detail: string
  readonly words: { readonly zh: string; readonly en: string }
  readonly height: number
  readonly size: number
  readonly witnessedSize: number
}

export interface FiveNodesOptions {
  /** Members reach each other through `links`, whose weather this seeds. Default: directly. */
  readonly links?: string
  /** Called before anything lies in the folder: disks of their own. */
  readonly prepare?: (folder: string) => Promise<void>
  /** From a vote to its effect, milliseconds. Default: a day. */
  readonly delayMs?: number
  /** Processes tell what memory they keep alive. */
  readonly measured?: boolean
}

export class FiveNodes {
  readonly folder: string
  readonly origin: string
  readonly #running = new Map<MemberId, RunningNode>()
  readonly #clients: HttpLedger[] = []
  readonly #open = new Map<MemberId, { url: string; ledger: HttpLedger }>()
  #links: Links | null = null
  #measuredAt: ReadonlyMap<MemberId, MeasuredAt> | null = null

  private constructor(folder: string, origin: string) {
    this.folder = folder
    this.origin = origin
  }

  /** Founded and running. */
  static async start({ links, prepare, delayMs, measured: measures }: FiveNodesOptions = {}): Promise<FiveNodes> {
    const folder = await mkdtemp(join(tmpdir(), 'mingzheng-five-'))
    await prepare?.(folder)
    const waits = delayMs === undefined ? {} : { governance: { delayMs, windowMs: 86_400_000 } }
    const { genesis } = await foundLocally(folder, { ...PLATFORM, ...waits }, systemClock)
    const five = new FiveNodes(folder, genesis.origin)
    try {
      if (links !== undefined) five.#links = await five.#link(links)
      if (measures === true) five.#measuredAt = await five.#measure()
      const started = await Promise.allSettled(MEMBERS.map((id) => five.start(id)))
      for (const one of started) if (one.status === 'rejected') throw one.reason
      return five
    } catch (error) {
      await five.end()
      throw error
    }
  }

  home(id: MemberId): string {
    return join(this.folder, id)
  }

  url(id: MemberId): string {
    return this.#of(id).url
  }

  ledgerUrl(id: MemberId): string {
    return this.#of(id).ledgerUrl
  }

  pid(id: MemberId): number {
    return this.#of(id).child.pid!
  }

  /** The network between the members. */
  get links(): Links {
    if (this.#links === null) throw new Error('these members reach each other directly')
    return this.#links
  }

  /** Starts a member's node, as the program says or with something wrong about its machine. */
  async start(id: MemberId, hindrance?: Hindrance, main?: string): Promise<void> {
    const at = this.#measuredAt?.get(id)
    const own = at === undefined ? {} : measured(at)
    const wrong = hindrance === undefined ? {} : hindered(hindrance)
    const loaded = [own.NODE_OPTIONS, wrong.NODE_OPTIONS].filter((one) => one !== undefined)
    const environment = { ...own, ...wrong, ...(loaded.length === 0 ? {} : { NODE_OPTIONS: loaded.join(' ') }) }
    const start = { home: this.home(id), patienceMs: PATIENCE_MS, environment }
    this.#running.set(id, await startNodeProcess(id, main === undefined ? start : { ...start, main }))
  }

  /** Stops a member's processes where they are, or lets them go on: connections stay, and nothing is said. */
  async hang(id: MemberId, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    process.kill(this.pid(id), signal)
    process.kill((await this.engine(id))!, signal)
  }

  /** Ends a node: `SIGKILL` as a lost machine, `SIGTERM` as its operator. CometBFT is left to whoever takes its place. */
  async halt(id: MemberId, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const { child } = this.#of(id)
    this.#running.delete(id)
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    if (signal === 'SIGKILL') await this.#killEngine(id)
    return child.exitCode
  }

  /** Ends the application alone, at once: CometBFT finds its connections closed. */
  async killApplication(id: MemberId): Promise<void> {
    const { child } = this.#of(id)
    this.#running.delete(id)
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** The ledger through a member's own node: a client of its own for each call. */
  async ledger(id: MemberId): Promise<HttpLedger> {
    const token = (await readFile(join(this.home(id), 'token'), 'utf8')).trim()
    const ledger = await openLedgerOverHttp({ url: this.ledgerUrl(id), token, origin: this.origin })
    this.#clients.push(ledger)
    return ledger
  }

  /** The same, one client for all calls while the node's address is the same. */
  async client(id: MemberId): Promise<HttpLedger> {
    const url = this.ledgerUrl(id)
    const there = this.#open.get(id)
    if (there?.url === url) return there.ledger
    const ledger = await this.ledger(id)
    this.#open.set(id, { url, ledger })
    return ledger
  }

  /** How a node says that it is. */
  async health(id: MemberId): Promise<NodeHealth> {
    return (await (await fetch(`${this.url(id)}/health`)).json()) as NodeHealth
  }

  /** What a member's node and engine keep alive; they were started to tell it. */
  async memory(id: MemberId): Promise<LiveMemory> {
    const at = this.#measuredAt?.get(id)
    if (at === undefined) throw new Error('these members are not measured')
    return await liveMemory(at)
  }

  async end(): Promise<void> {
    for (const client of this.#clients) await client.close()
    await Promise.all([...this.#running.keys()].map((id) => this.halt(id, 'SIGTERM')))
    await Promise.all(MEMBERS.map((id) => this.#killEngine(id)))
    await this.#links?.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #link(seed: string): Promise<Links> {
    const homes = await Promise.all(
      MEMBERS.map(async (id) => ({ id, own: await readNodeConfiguration(this.home(id)) })),
    )
    const ports = new Map(homes.map(({ id, own }) => [id, { engine: own.engine.port, public: own.public.port }]))
    const links = await Links.open(ports, seed)
    for (const { id, own } of homes) {
      const others = MEMBERS.filter((other) => other !== id)
      const peers = others.map((other) => {
        const url = `http://127.0.0.1:${links.port(id, other, 'public')}`
        return [other, { url, host: '127.0.0.1', port: links.port(id, other, 'engine') }] as const
      })
      await writeNodeConfiguration(this.home(id), { ...own, peers: Object.fromEntries(peers) })
    }
    return links
  }

  async #measure(): Promise<ReadonlyMap<MemberId, MeasuredAt>> {
    const ports = await freePorts(MEMBERS.length)
    return new Map(MEMBERS.map((id, i) => [id, { socket: join(this.folder, `${id}.memory`), port: ports[i]! }]))
  }

  #of(id: MemberId): RunningNode {
    const running = this.#running.get(id)
    if (running === undefined) throw new Error(`the node of ${id} does not run`)
    return running
  }

  /** Process id of a member's CometBFT, or `null`. */
  async engine(id: MemberId): Promise<number | null> {
    const text = await readFile(join(this.home(id), 'comet', 'cometbft.pid'), 'utf8').catch(() => null)
    return text === null ? null : (JSON.parse(text) as { pid: number }).pid
  }

  async #killEngine(id: MemberId): Promise<void> {
    const pid = await this.engine(id)
    if (pid === null) return
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended with its node.
    }
  }
}

/** Waits until something holds. */
export async function until(what: string | (() => string), holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  let failed = ''
  while (performance.now() < end) {
    try {
      if (await holds()) return
      failed = ''
    } catch (error) {
      failed = `: ${(error as Error).message}`
    }
    await pause(100)
  }
  throw new Error(`not within ${PATIENCE_MS} ms: ${typeof what === 'string' ? what : what()}${failed}`)
}

const PLATFORM = {
  host: 'consortium.test',
  province: '330000',
  demo: true,
  organisation: { zh: '市场监管', en: 'Market regulation' },
  certificateRoots: [],
  timestampRoots: [],
  previous: null,
}
