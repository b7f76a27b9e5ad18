/** Five members of one consortium as real processes, each in a home of its own, for a journey. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '@mingzheng/kernel'
import { type HttpLedger, openLedgerOverHttp } from '@mingzheng/ledger'
import { foundLocally } from '../../apps/node/src/index.ts'
import { toolPath } from '../capability.ts'

const MAIN = resolve(import.meta.dirname, '../../apps/node/src/main.ts')
/** Long, for a machine that does much else: what waits so long would wait for ever. */
const PATIENCE_MS = 120_000

export const MEMBERS = ['regulator', 'court', 'notary', 'forensic', 'ca'] as const
export type MemberId = (typeof MEMBERS)[number]

interface Running {
  readonly child: ChildProcess
  readonly url: string
  readonly ledgerUrl: string
}

export class FiveNodes {
  readonly folder: string
  readonly origin: string
  readonly #running = new Map<MemberId, Running>()
  readonly #clients: HttpLedger[] = []

  private constructor(folder: string, origin: string) {
    this.folder = folder
    this.origin = origin
  }

  /** Founded and running. */
  static async start(): Promise<FiveNodes> {
    const folder = await mkdtemp(join(tmpdir(), 'mingzheng-five-'))
    const { genesis } = await foundLocally(folder, PLATFORM, systemClock)
    const five = new FiveNodes(folder, genesis.origin)
    try {
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

  async start(id: MemberId): Promise<void> {
    const env = { ...process.env, MINGZHENG_COMETBFT: toolPath('cometbft') }
    const child = spawn(process.execPath, [MAIN, 'run', this.home(id)], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told = (told + text).slice(-4000)
    })
    const line = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
      once(child, 'exit').then(() => Promise.reject(new Error(`the node of ${id} ended: ${told}`))),
      pause(PATIENCE_MS, null, { ref: false }).then(() => Promise.reject(new Error(`${id} does not start: ${told}`))),
    ]).catch((error: unknown) => {
      child.kill('SIGKILL')
      throw error
    })
    const said = JSON.parse(line) as { ready: boolean; url: string; ledgerUrl: string }
    if (!said.ready) throw new Error(`the node of ${id} does not start: ${line}`)
    this.#running.set(id, { child, url: said.url, ledgerUrl: said.ledgerUrl })
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

  /** The ledger through a member's own node. */
  async ledger(id: MemberId): Promise<HttpLedger> {
    const token = (await readFile(join(this.home(id), 'token'), 'utf8')).trim()
    const client = await openLedgerOverHttp({ url: this.ledgerUrl(id), token, origin: this.origin })
    this.#clients.push(client)
    return client
  }

  async end(): Promise<void> {
    for (const client of this.#clients) await client.close()
    await Promise.all([...this.#running.keys()].map((id) => this.halt(id, 'SIGTERM')))
    await Promise.all(MEMBERS.map((id) => this.#killEngine(id)))
    await rm(this.folder, { recursive: true, force: true })
  }

  #of(id: MemberId): Running {
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
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    if (await holds().catch(() => false)) return
    await pause(100)
  }
  throw new Error(`not within ${PATIENCE_MS} ms: ${what}`)
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
