/** How to reach the server: a socket in the data folder where paths allow it, else a free port of loopback. */
import { createServer } from 'node:net'
import { join } from 'node:path'
import { storageFailure } from '../storage-failure.ts'

export type PostgresAddress = { kind: 'socket'; folder: string; port: number } | { kind: 'loopback'; port: number }

/** Only names the socket's file; nothing listens on it. */
export const SOCKET_PORT = 5432
/** `sun_path` of sockaddr_un has 108 bytes on Linux and 104 on BSD and macOS, its end mark included. */
const SOCKET_PATH_LIMIT = 103

export function socketUsable(folder: string): boolean {
  const path = join(folder, `.s.PGSQL.${SOCKET_PORT}`)
  return process.platform !== 'win32' && Buffer.byteLength(path) <= SOCKET_PATH_LIMIT
}

export function postgresUrl(address: PostgresAddress, user: string, password: string): string {
  const person = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
  return address.kind === 'socket'
    ? `postgres://${person}@/postgres?host=${encodeURIComponent(address.folder)}&port=${address.port}`
    : `postgres://${person}@127.0.0.1:${address.port}/postgres`
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  return url.replace(/\/[^/?]*(\?|$)/, `/${encodeURIComponent(name)}$1`)
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (cause) => reject(storageFailure('database-start-failed', 'no free port', { cause })))
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
