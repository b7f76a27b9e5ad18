/** The real PostgreSQL, started in a folder by us: durable settings, one starter at a time, recovers from any kill. */
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, open, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { storageFailure } from '../storage-failure.ts'
import { findBinaries, type PostgresBinaries, reachable } from './binaries.ts'
import { lockFolder } from './folder-lock.ts'
import { createCluster } from './init-cluster.ts'
import { stopLeftover } from './leftover.ts'
import { freePort, type PostgresAddress, postgresUrl, SOCKET_PORT, socketUsable } from './postgres-address.ts'
import { runServer, type ServerProcess } from './server-process.ts'
import { findServiceUser, giveTo, type ServiceUser } from './service-user.ts'
import { superviseServer } from './supervised-server.ts'

export interface EmbeddedPostgresOptions {
  /** Ours alone: the cluster, its password, its socket and its log stand in it. */
  folder: string
  /** Server settings that override the durable ones. */
  settings?: Record<string, string>
  onLog?: (line: string) => void
}

export interface EmbeddedPostgres {
  /** `postgres://` address of the owner, with the password: a secret. */
  readonly url: string
  /** Of the process that runs now: a server that was killed is started again under the same address. */
  readonly pid: number
  readonly folder: string
  /** Resolves when the process that runs now has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Ends the server in order: sessions are cut, everything committed is on disk. Safe to call twice. */
  stop(): Promise<void>
}

const OWNER = 'mingzheng'
const LOG_LIMIT_BYTES = 10 * 1024 * 1024

/** Acknowledged means durable; statements and their values never reach the log, since they hold personal data. */
const SETTINGS: Record<string, string> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '80',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  random_page_cost: '1.1',
  max_wal_size: '1GB',
  jit: 'off',
  log_statement: 'none',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_timezone: 'UTC',
  timezone: 'UTC',
  lc_messages: 'C',
}

/**
 * Starts the server, making the cluster at the first start, and starts it again whenever it ends by itself. After a `kill -9` of the server, of this program or of
 * both, the next start recovers: a server left over from a dead starter is stopped first. Throws
 * `database-folder-in-use`, `database-folder-unreachable`, `database-binaries-missing`, `database-start-failed`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = resolve(options.folder)
  await mkdir(folder, { recursive: true })
  const lock = await lockFolder(join(folder, 'starter.json'))
  try {
    const cluster = join(folder, 'cluster')
    const user = await findServiceUser(cluster)
    await prepareFolder(folder, user)
    const binaries = await findBinaries(user, folder)
    const password = await readPassword(join(folder, 'password'))
    const log = join(folder, 'postgres.log')
    if (!(await exists(cluster))) {
      const durable = options.settings?.fsync !== 'off'
      await createCluster({ binaries, cluster, user, owner: OWNER, password, durable })
    } else {
      await checkCluster(cluster, binaries.version)
      if (user !== null && (await stat(cluster)).uid !== user.uid) await giveTo(cluster, user)
    }
    const { url, run } = await prepareStart({ folder, cluster, binaries, user, password, log }, options)
    const server = await superviseServer(run, options.onLog ?? (() => undefined))
    let stopping: Promise<void> | null = null
    return {
      url,
      folder,
      get pid() {
        return server.pid
      },
      get ended() {
        return server.ended
      },
      stop() {
        stopping ??= server.stop().finally(() => lock.release())
        return stopping
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** A cluster of another major version, or one that is damaged, is left alone. */
async function checkCluster(cluster: string, binaries: string): Promise<void> {
  const made = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  const ours = binaries.split('.')[0] ?? ''
  if (made === ours) return
  const found = made === '' ? 'holds no database' : `is of PostgreSQL ${made}, this program brings ${ours}`
  throw storageFailure('database-version-differs', `${cluster} ${found}`, {
    field: 'data',
    remedy: made === '' ? 'restore a backup' : 'start the release that made it, and follow its guide for upgrades',
  })
}

interface StartParts {
  folder: string
  cluster: string
  binaries: PostgresBinaries
  user: ServiceUser | null
  password: string
  log: string
}

/** The address, which stays the same over every start, and how to start. */
async function prepareStart(
  parts: StartParts,
  options: EmbeddedPostgresOptions,
): Promise<{ url: string; run: () => Promise<ServerProcess> }> {
  const { binaries, cluster, user, log } = parts
  const socketFolder = join(parts.folder, 'socket')
  const address: PostgresAddress = socketUsable(socketFolder)
    ? { kind: 'socket', folder: socketFolder, port: SOCKET_PORT }
    : { kind: 'loopback', port: await freePort() }
  const url = postgresUrl(address, OWNER, parts.password)
  const listen =
    address.kind === 'socket'
      ? { listen_addresses: '', unix_socket_directories: address.folder, unix_socket_permissions: '0700' }
      : { listen_addresses: '127.0.0.1', unix_socket_directories: '' }
  const settings = { ...SETTINGS, ...options.settings, ...listen, port: String(address.port) }
  return {
    url,
    async run() {
      const where = { binaries, cluster, user, socketFolder: address.kind === 'socket' ? address.folder : null }
      await stopLeftover(where)
      await shortenLog(log)
      return runServer({ ...where, url, log, settings, onLog: options.onLog ?? (() => undefined) })
    },
  }
}

/** As root: the server's account must be able to walk to the cluster and own its part of the folder. */
async function prepareFolder(folder: string, user: ServiceUser | null): Promise<void> {
  const socket = join(folder, 'socket')
  await mkdir(socket, { recursive: true, mode: 0o700 })
  await chmod(folder, user === null ? 0o700 : 0o711)
  if (user === null) return
  if (!(await reachable(folder))) {
    throw storageFailure('database-folder-unreachable', `the account ${user.name} cannot reach ${folder}`, {
      field: 'data',
      remedy: 'choose a data folder outside closed homes, such as /var/lib/mingzheng, or start as an ordinary user',
    })
  }
  await chown(socket, user.uid, user.gid)
}

async function readPassword(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known.length >= 32) return known.trim()
  const fresh = randomBytes(24).toString('base64url')
  await writeFile(file, fresh, { mode: 0o600 })
  const handle = await open(file, 'r')
  await handle.sync()
  await handle.close()
  return fresh
}

async function shortenLog(file: string): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  )
  if (size > LOG_LIMIT_BYTES) await truncate(file, 0)
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
