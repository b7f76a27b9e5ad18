/** An installation to be ill-treated: a folder, the demo marketplace, a server in a process of its own, a key, an officer. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMarketplace } from '@mingzheng/demo'
import { signInAt } from '../platform/start-platform.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'

export interface Installation {
  data: string
  environment: Record<string, string>
  server: ServerProcess
  /** An API key of the demo organisation. */
  key: string
  /** The session of its officer. */
  cookie: string
  /** A page of the marketplace. */
  page: string
  /** Removes everything but the server, which its user stops. */
  remove(): Promise<void>
}

export async function openInstallation(): Promise<Installation> {
  const data = await mkdtemp(join(tmpdir(), 'mingzheng-faults-'))
  await chmod(data, 0o711)
  const market = await startMarketplace({ port: 0, now: Date.now })
  const chromium = process.env.MINGZHENG_CHROMIUM
  const environment = {
    MINGZHENG_DEMO_MARKET: market.url,
    ...(chromium === undefined ? {} : { MINGZHENG_CHROMIUM: chromium }),
  }
  const server = await startServerProcess(data, environment)
  const security = await signInAt(server.url, 'security')
  const { secret } = await security.client.call('apiKeys.add', { body: { name: 'load', expiresAt: null } })
  const { cookie } = await signInAt(server.url, 'officer')
  return {
    data,
    environment,
    server,
    key: secret,
    cookie,
    page: `${market.url}/item/1001`,
    async remove() {
      await market.close()
      await rm(data, { recursive: true, force: true })
    },
  }
}
