/** The server as a process: started apart from our terminal, watched until it answers, ended in order. */
import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import pg from 'pg'
import { storageFailure } from '../storage-failure.ts'
import type { PostgresBinaries } from './binaries.ts'
import { runQuietly } from './init-cluster.ts'
import { removeStaleLocks } from './leftover.ts'
import type { ServiceUser } from './service-user.ts'

export interface ServerOptions {
  binaries: PostgresBinaries
  cluster: string
  /** Where the server's socket stands; null where it listens on loopback. */
  socketFolder: string | null
  user: ServiceUser | null
  url: string
  log: string
  settings: Record<string, string>
  onLog: (line: string) => void
}

export interface ServerProcess {
  readonly pid: number
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** Recovery after a crash may replay up to `max_wal_size` of log; on a slow disk that takes a while. */
const START_LIMIT_MS = 120_000
/** After this long an orderly end becomes an immediate one; committed work is safe either way. */
const STOP_LIMIT_MS = 20_000

/** Sessions of a killed server are waited for this long, and looked after so often. */
const LINGER_LIMIT_MS = 30_000
const LINGER_MS = 50

/** A server that takes a connection and then says nothing is asked again on another one. */
const ANSWER_LIMIT_MS = 5_000

/** Starts the server and waits until it takes connections. Throws `database-start-failed` with the log's last words. */
export async function runServer(options: ServerOptions): Promise<ServerProcess> {
  const limit = performance.now() + LINGER_LIMIT_MS
  for (;;) {
    const server = await spawnServer(options)
    const failure = await waitUntilReady(options.url, server)
    if (failure === null) return server
    await server.stop()
    const words = await lastWords(options.log)
    // A killed server's sessions may outlive it for a moment and hold its shared memory.
    const lingering = /pre-existing shared memory block|lock file "[^"]+" already exists/.test(words)
    if (lingering && performance.now() < limit) {
      await removeStaleLocks(options)
      await pause(LINGER_MS)
      continue
    }
    throw storageFailure('database-start-failed', `the database did not start: ${words.slice(-400)}`, {
      cause: failure,
      remedy: `see ${options.log}`,
    })
  }
}

async function spawnServer(options: ServerOptions): Promise<ServerProcess> {
  const log = await open(options.log, 'a', 0o600)
  const settings = Object.entries(options.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // A session of its own: Ctrl-C reaches us alone, and we end the server when our own work has ended.
  const child = spawn(options.binaries.postgres, ['-D', options.cluster, ...settings], {
    cwd: dirname(options.cluster),
    env: { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
    windowsHide: true,
    ...(options.user === null ? {} : { uid: options.user.uid, gid: options.user.gid }),
  })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      options.onLog(`postgres ended (${signal ?? code})`)
      resolve()
    })
    child.once('error', () => resolve())
  })
  await log.close()
  // The server must not keep a program alive that has nothing else to do.
  child.unref()
  const pid = child.pid ?? 0
  return {
    pid,
    ended,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null || pid === 0) return
      child.ref()
      const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_LIMIT_MS)
      // Windows has no signals that a program could hear; there the server's own tool tells it.
      if (process.platform === 'win32') {
        const { binaries, cluster, user } = options
        await runQuietly(binaries.pgCtl, user, dirname(cluster), ['stop', '-D', cluster, '-m', 'fast', '-w'])
      } else child.kill('SIGINT')
      await ended
      clearTimeout(timer)
    },
  }
}

async function waitUntilReady(url: string, server: ServerProcess): Promise<unknown> {
  let over = false
  void server.ended.then(() => {
    over = true
  })
  const limit = performance.now() + START_LIMIT_MS
  let last: unknown = null
  while (!over && performance.now() < limit) {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: ANSWER_LIMIT_MS,
      query_timeout: ANSWER_LIMIT_MS,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query('select 1')
      await client.end()
      return null
    } catch (error) {
      last = error
      await client.end().catch(() => undefined)
      await pause(25)
    }
  }
  return last ?? new Error('ended at once')
}

async function lastWords(log: string): Promise<string> {
  return (await readFile(log, 'utf8').catch(() => '')).slice(-2_000).trim()
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
