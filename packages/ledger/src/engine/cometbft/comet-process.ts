/** Keeps one CometBFT running: starts it again after every end, whatever its exit code, with growing pauses. */
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeCometKeys, writeCometKeys } from './comet-files.ts'
import type { CometKeys } from './comet-home.ts'
import { type CometLine, LineCutter, readCometLine } from './comet-lines.ts'
import { endLeftOver, noteChild } from './left-over.ts'
import { RotatedLog } from './rotated-log.ts'

export interface CometProcessOptions {
  readonly folder: string
  readonly binary: string
  readonly keys: CometKeys
  readonly abciSocket: string
  readonly rpcSocket: string
  /** First pause before a restart, milliseconds; doubles up to 32 times, and begins anew after a minute of running. */
  readonly restartMs: number
  readonly line: (line: CometLine) => void
  /** It has ended and was not asked to; it is started again unless `stop` is called. `why` is for people. */
  readonly ended: (why: string) => void
  /** It cannot even be started: the program is missing, say. */
  readonly unstartable: (error: Error) => void
}

const GRACE_MS = 10_000
const STEADY_MS = 60_000
const MOST_DOUBLINGS = 5
const LINES_KEPT = 12
/** It keeps some 25 MB alive and makes much garbage of blocks: Go's default would collect whenever there are 50, a fifth of its work. */
const COLLECTOR = { GOGC: '400', GOMEMLIMIT: '512MiB' }

export class CometProcess {
  readonly #options: CometProcessOptions
  readonly #log: RotatedLog
  readonly #pidFile: string
  #child: ChildProcess | null = null
  #ended: Promise<void> = Promise.resolve()
  #stopping = false
  #paused = false
  #failures = 0
  #timer: NodeJS.Timeout | null = null
  #lastLines: string[] = []
  #starts = 0

  constructor(options: CometProcessOptions) {
    this.#options = options
    this.#log = new RotatedLog(join(options.folder, 'log/cometbft.log'))
    this.#pidFile = join(options.folder, 'cometbft.pid')
  }

  /** Process number, or `null` while it does not run. */
  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  get restarts(): number {
    return Math.max(0, this.#starts - 1)
  }

  /** Its last errors, for people. */
  get lastWords(): string {
    return this.#lastLines.join('\n')
  }

  async start(): Promise<void> {
    await endLeftOver(this.#pidFile, GRACE_MS)
    this.#spawn()
  }

  /** Ends it, by force when it must be; it is started again. */
  restart(): void {
    const child = this.#child
    if (child === null) return
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    child.once('close', () => clearTimeout(force))
  }

  /** Ends it in order, does something that it must not run beside, and starts it again whatever came of that. */
  async aside<T>(task: () => Promise<T>): Promise<T> {
    this.#paused = true
    try {
      await this.#end()
      return await task()
    } finally {
      this.#paused = false
      this.#spawn()
    }
  }

  /** It is up: its keys need not lie on the disk any longer. */
  ready(): void {
    removeCometKeys(this.#options.folder)
  }

  /** Ends it in order, and by force when it does not. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#end()
    removeCometKeys(this.#options.folder)
    rmSync(this.#pidFile, { force: true })
  }

  async #end(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const child = this.#child
    if (child === null) return
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    await this.#ended
    clearTimeout(force)
  }

  #spawn(): void {
    if (this.#stopping || this.#paused) return
    const { folder, binary, keys, abciSocket, rpcSocket } = this.#options
    try {
      writeCometKeys(folder, keys)
      rmSync(rpcSocket, { force: true })
    } catch (error) {
      // A full disk: the same as a start that failed.
      this.#over((error as Error).message, 0)
      return
    }
    const sockets = ['--proxy_app', `unix://${abciSocket}`, '--rpc.laddr', `unix://${rpcSocket}`]
    const began = performance.now()
    // A group of its own: an interrupt from the keyboard is for this process, which ends CometBFT in order. No environment but
    // what Go's own collector reads: CometBFT takes configuration from it.
    const child = spawn(binary, ['start', '--home', folder, ...sockets], {
      cwd: folder,
      env: COLLECTOR,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#starts++
    this.#child = child
    this.#lastLines = []
    for (const stream of [child.stdout, child.stderr]) {
      const lines = new LineCutter()
      stream.setEncoding('utf8').on('data', (text: string) => {
        for (const line of lines.push(text)) this.#line(line)
      })
    }
    if (child.pid !== undefined) noteChild(this.#pidFile, child.pid)
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#child = null
        resolve()
        this.#options.unstartable(error)
      })
      child.once('close', (code, signal) => {
        if (this.#child !== child) return
        this.#child = null
        resolve()
        this.#over(`CometBFT has ended (${signal ?? `exit code ${code}`})`, performance.now() - began)
      })
    })
  }

  #line(text: string): void {
    this.#log.write(text)
    const line = readCometLine(text)
    if (line.level === 'error') this.#lastLines = [...this.#lastLines, line.message.slice(0, 500)].slice(-LINES_KEPT)
    this.#options.line(line)
  }

  #over(why: string, ranMs: number): void {
    if (this.#stopping || this.#paused) return
    this.#failures = ranMs > STEADY_MS ? 0 : this.#failures + 1
    const pause = this.#options.restartMs * 2 ** Math.min(MOST_DOUBLINGS, Math.max(0, this.#failures - 1))
    this.#timer = setTimeout(() => this.#spawn(), pause)
    this.#options.ended(why)
  }
}
