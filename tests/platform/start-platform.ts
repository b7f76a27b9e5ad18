/** A whole platform for a test: server, database, ledger, demo marketplace, in folders of its own; stopped at the end. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@mingzheng/api'
import { startMarketplace } from '@mingzheng/demo'
import { totpCode } from '@mingzheng/identity/testing'
import { type Clock, systemClock } from '@mingzheng/kernel'
import { createLogger, readConfiguration, startServer } from '@mingzheng/server'

export interface Platform {
  url: string
  /** Address of the demo marketplace. */
  market: string
  data: string
  /** Calls as nobody. */
  anonymous: Client
  /** Signs a demo person in and calls as them; `cookie` is the session's. */
  signIn(username: string): Promise<{ client: Client; cookie: string }>
  stop(): Promise<void>
}

/** Administrators are let in no further until they have a second factor: set it up as they would. */
async function secondFactor(client: Client): Promise<void> {
  const me = await client.call('me.read')
  if (!me.duties.includes('second-factor')) return
  const { ticket, secret } = await client.call('me.totpStart')
  await client.call('me.totpConfirm', { body: { ticket, code: totpCode(secret, Date.now()) } })
}

/** The password of every demo account, as `up` prints it. */
const PASSWORD = 'west-lake-2026'

/** Signs a demo person in to the server at `url`. */
export async function signInAt(url: string, username: string): Promise<{ client: Client; cookie: string }> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-mingzheng-request': '1' },
    body: JSON.stringify({ username, password: PASSWORD }),
  })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
  if (!answer.ok || cookie === undefined) throw new Error(`${username} could not sign in: ${await answer.text()}`)
  const client = createClient(url, fetch, { cookie })
  await secondFactor(client)
  return { client, cookie }
}

/** What a test may set besides the environment: a clock of its own, the even time beside it, who hears the log. */
export interface PlatformTimes {
  clock?: Clock
  elapsed?: () => number
  /** Each line, from `debug` on. */
  hearLog?: (line: string) => void
}

export async function startPlatform(
  environment: Record<string, string> = {},
  { hearLog, ...times }: PlatformTimes = {},
): Promise<Platform> {
  const data = await mkdtemp(join(tmpdir(), 'mingzheng-test-'))
  await chmod(data, 0o711)
  const market = await startMarketplace({ port: 0, now: Date.now })
  const configuration = readConfiguration({
    MINGZHENG_DATA: data,
    MINGZHENG_PORT: '0',
    MINGZHENG_DEMO: '1',
    MINGZHENG_DEMO_MARKET: market.url,
    MINGZHENG_CHROMIUM: process.env.MINGZHENG_CHROMIUM,
    ...environment,
  })
  const logger = hearLog === undefined ? createLogger('silent') : createLogger('debug', { write: hearLog })
  const starting = startServer({ configuration, logger, clock: systemClock, ...times })
  const server = await starting.catch(async (error: unknown) => {
    await market.close()
    await rm(data, { recursive: true, force: true })
    throw error
  })
  return {
    url: server.url,
    market: market.url,
    data,
    anonymous: createClient(server.url, fetch),
    signIn: (username) => signInAt(server.url, username),
    async stop() {
      await server.stop()
      await market.close()
      await rm(data, { recursive: true, force: true })
    },
  }
}
