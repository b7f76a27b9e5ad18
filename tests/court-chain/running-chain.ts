/** Members of one ledger as real processes, as many as it needs to order, for journeys with two ledgers. */
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '@mingzheng/kernel'
import { type HttpLedger, openLedgerOverHttp } from '@mingzheng/ledger'
import type { ConsortiumPolicy } from '@mingzheng/proof'
import { foundCourtsLocally, foundLocally, type Platform } from '../../apps/node/src/index.ts'
import { type RunningNode, startNodeProcess } from '../consortium/node-process.ts'

/** Long, for a machine that does much else: what waits so long would wait for ever. */
const PATIENCE_MS = 300_000

/** What a node says of another ledger. */
export interface ChainView {
  readonly origin: string
  readonly state: string
  readonly policyId: string
  readonly policyChanges: number
  readonly seen: number | null
  readonly recorded: { readonly size: number; readonly root: string; readonly index: number } | null
  readonly equivocations: readonly number[]
  readonly members: readonly { readonly id: string; readonly shows: string | null; readonly size: number | null }[]
}

export class RunningChain {
  readonly folder: string
  /** As founded. */
  readonly policy: ConsortiumPolicy
  readonly #running = new Map<string, RunningNode>()
  readonly #clients: HttpLedger[] = []

  private constructor(folder: string, policy: ConsortiumPolicy) {
    this.folder = folder
    this.policy = policy
  }

  /** The platform's five organisations, of whom the first four run. */
  static async ofPlatform(roots: Partial<Platform> = {}): Promise<RunningChain> {
    const folder = await mkdtemp(join(tmpdir(), 'mingzheng-platform-chain-'))
    const { genesis } = await foundLocally(folder, { ...PLATFORM, ...roots }, systemClock)
    return RunningChain.#started(folder, genesis.policy as ConsortiumPolicy, 4)
  }

  /** The courts' four, of whom the first three run. */
  static async ofCourts(): Promise<RunningChain> {
    const folder = await mkdtemp(join(tmpdir(), 'mingzheng-courts-chain-'))
    const { genesis } = await foundCourtsLocally(
      folder,
      { host: 'courts.test', province: '330000', demo: true },
      systemClock,
    )
    return RunningChain.#started(folder, genesis.policy as ConsortiumPolicy, 3)
  }

  static async #started(folder: string, policy: ConsortiumPolicy, count: number): Promise<RunningChain> {
    const chain = new RunningChain(folder, policy)
    try {
      const ids = policy.members.slice(0, count).map(({ id }) => id)
      const started = await Promise.allSettled(ids.map((id) => chain.start(id)))
      for (const one of started) if (one.status === 'rejected') throw one.reason
      return chain
    } catch (error) {
      await chain.end()
      throw error
    }
  }

  get origin(): string {
    return this.policy.origin
  }

  /** Ids of the members that run. */
  get running(): string[] {
    return [...this.#running.keys()]
  }

  home(id: string): string {
    return join(this.folder, id)
  }

  of(id: string): RunningNode {
    const running = this.#running.get(id)
    if (running === undefined) throw new Error(`the node of ${id} does not run`)
    return running
  }

  async start(id: string): Promise<void> {
    this.#running.set(id, await startNodeProcess(id, { home: this.home(id), patienceMs: PATIENCE_MS }))
  }

  /** Every process of it at once, as when its machines are gone. */
  async kill(): Promise<void> {
    const ids = this.running
    const ended = ids.map((id) => once(this.of(id).child, 'exit'))
    const engines = (await Promise.all(ids.map((id) => this.engine(id)))).filter((pid) => pid !== null)
    for (const id of ids) this.of(id).child.kill('SIGKILL')
    await Promise.all(ended)
    for (const pid of engines) process.kill(pid, 'SIGKILL')
    this.#running.clear()
  }

  /** The ledger through a member's own node. */
  async ledger(id: string): Promise<HttpLedger> {
    const client = await openLedgerOverHttp({
      url: this.of(id).ledgerUrl,
      token: await this.token(id),
      origin: this.origin,
    })
    this.#clients.push(client)
    return client
  }

  async token(id: string): Promise<string> {
    return (await readFile(join(this.home(id), 'token'), 'utf8')).trim()
  }

  async read<T>(id: string, path: string): Promise<T> {
    const answer = await fetch(`${this.of(id).url}${path}`)
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
    return (await answer.json()) as T
  }

  /** What a member says of another ledger; `undefined` while it is not registered. */
  async sees(id: string, other: RunningChain): Promise<ChainView | undefined> {
    const { chains } = await this.read<{ chains: ChainView[] }>(id, '/chains')
    return chains.find(({ origin }) => origin === other.origin)
  }

  /** Process ids of everything that runs. */
  async processes(): Promise<number[]> {
    const engines = await Promise.all(this.running.map((id) => this.engine(id)))
    return [...this.running.map((id) => this.of(id).child.pid!), ...engines.filter((pid) => pid !== null)]
  }

  /** Process id of a member's CometBFT, or `null`. */
  async engine(id: string): Promise<number | null> {
    const text = await readFile(join(this.home(id), 'comet', 'cometbft.pid'), 'utf8').catch(() => null)
    return text === null ? null : (JSON.parse(text) as { pid: number }).pid
  }

  async end(): Promise<void> {
    for (const client of this.#clients) await client.close()
    const stopping = this.running.map(async (id) => {
      const { child } = this.of(id)
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    })
    await Promise.all(stopping)
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Waits until something holds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    if (await holds().catch(() => false)) return
    await pause(200)
  }
  throw new Error(`not within ${PATIENCE_MS} ms: ${what}`)
}

const PLATFORM: Platform = {
  host: 'platform.test',
  province: '330000',
  demo: true,
  organisation: { zh: '市场监管', en: 'Market regulation' },
  certificateRoots: [],
  timestampRoots: [],
  previous: null,
}
