/** Memory of this process and of PostgreSQL while something runs. */
import { readdir, readFile } from 'node:fs/promises'
import { type Kysely, sql } from 'kysely'

const LOOK_MS = 500

interface Watched<T> {
  readonly value: T
  readonly seconds: number
  /** Most resident memory of this process, bytes. */
  readonly peak: number
  /** Most memory of PostgreSQL's processes, what they share counted once, bytes; 0 where the system does not tell. */
  readonly database: number
}

/** Runs `work` and tells what it took. */
export async function watched<Schema, T>(db: Kysely<Schema>, work: () => Promise<T>): Promise<Watched<T>> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
  const server = await parentOf(rows[0]!.pid)
  let peak = process.memoryUsage.rss()
  let database = 0
  let looking = Promise.resolve()
  const look = async () => {
    peak = Math.max(peak, process.memoryUsage.rss())
    if (server !== null) database = Math.max(database, await memoryUnder(server))
  }
  const looks = setInterval(() => {
    looking = looking.then(look)
  }, LOOK_MS)
  const began = performance.now()
  try {
    const value = await work()
    const seconds = (performance.now() - began) / 1000
    await looking.then(look)
    return { value, seconds, peak, database }
  } finally {
    clearInterval(looks)
  }
}

/** `null` where there is no /proc, or the process has ended. */
async function parentOf(pid: number | string): Promise<string | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return /^PPid:\s*(\d+)/m.exec(status)?.[1] ?? null
}

async function memoryUnder(server: string): Promise<number> {
  let bytes = 0
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (pid !== server && (await parentOf(pid)) !== server) continue
    const shares = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    bytes += 1024 * Number(/^Pss:\s*(\d+)/m.exec(shares)?.[1] ?? 0)
  }
  return bytes
}
