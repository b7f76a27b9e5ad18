/** What a killed starter or a killed server leaves: a server that still runs on our cluster, and lock files of dead ones. */
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PostgresBinaries } from './binaries.ts'
import { isAlive } from './folder-lock.ts'
import { runQuietly } from './init-cluster.ts'
import type { ServiceUser } from './service-user.ts'

export interface LeftoverOptions {
  binaries: PostgresBinaries
  cluster: string
  socketFolder: string | null
  user: ServiceUser | null
}

/** How long an orderly end may take, which writes all that is in memory, and then an immediate one: the journal has it all. */
const END_LIMIT_MS = { SIGINT: 4_000, SIGQUIT: 10_000 } as const
const LOOK_MS = 10

/**
 * Ends a server whose starter was killed, and removes what dead ones left in the way. The caller holds the folder's lock, so
 * that nobody starts one meanwhile.
 */
export async function stopLeftover(options: LeftoverOptions): Promise<void> {
  const { binaries, cluster, user } = options
  const pid = await readPid(join(cluster, 'postmaster.pid'))
  if (pid !== null && (await isOurs(pid, cluster))) {
    if (process.platform === 'win32') {
      await runQuietly(binaries.pgCtl, user, dirname(cluster), ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '15'])
    } else await endServer(pid)
  }
  await removeStaleLocks(options)
}

async function endServer(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    const limit = performance.now() + END_LIMIT_MS[signal]
    while (performance.now() < limit) {
      if (!isAlive(pid)) return
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }
}

async function readPid(file: string): Promise<number | null> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  return Number.isInteger(pid) && pid > 0 ? pid : null
}

/** Whether a living process is a server on this cluster: a number may belong to another program by now. */
async function isOurs(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false
  // Every process of a server stands in its cluster. Where the system does not tell, the number is believed.
  const at = await readlink(`/proc/${pid}/cwd`).catch(() => null)
  return at === null || at === (await realpath(cluster))
}

/**
 * The server takes a lock file for held as long as its number belongs to any process, be it a corpse that nobody collected or
 * another program that got the number later. Those files are removed; one of a living server of ours stays.
 */
export async function removeStaleLocks(options: Pick<LeftoverOptions, 'cluster' | 'socketFolder'>): Promise<void> {
  const { cluster, socketFolder } = options
  const sockets = socketFolder === null ? [] : await readdir(socketFolder).catch(() => [])
  const locks = sockets.filter((name) => name.endsWith('.lock')).map((name) => join(socketFolder!, name))
  for (const file of [join(cluster, 'postmaster.pid'), ...locks]) {
    const pid = await readPid(file)
    if (pid !== null && !(await isOurs(pid, cluster))) await rm(file, { force: true })
  }
}
