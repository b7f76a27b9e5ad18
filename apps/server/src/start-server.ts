/** Starts everything in order and says where it is; stops it in reverse. */
import { mkdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { writeWhole } from '@mingzheng/evidence'
import { type Clock, Failure, randomBytes, toHex, utf8 } from '@mingzheng/kernel'
import type { Logger } from 'pino'
import { createClosingOrder } from './compose/closing-order.ts'
import { openBase } from './compose/open-base.ts'
import { openHttp } from './compose/open-http.ts'
import type { Configuration } from './configuration.ts'

export interface RunningServer {
  url: string
  /** How the demo is signed in to, for whoever started it. */
  signIn: { username?: string; password?: string; note: { zh: string; en: string } }
  stop(): Promise<void>
}

export const VERSION = (createRequire(import.meta.url)('../package.json') as { version: string }).version

const NO_ACCOUNTS = {
  zh: '尚无账号：运行 ./mingzheng admin setup 建立三员账号',
  en: 'no accounts yet: run ./mingzheng admin setup to set up the three administrators',
}

/** Passkeys are for host names: of an installation that is opened by the loopback address they belong to `localhost`. */
const byName = (url: string) => url.replace(/^(https?:\/\/)127\.0\.0\.1(?=[:/]|$)/, '$1localhost')

export async function startServer(options: {
  configuration: Configuration
  logger: Logger
  clock: Clock
  /** Milliseconds that pass evenly, whatever happens to `clock`; by it a set clock is noticed. Default: the process's own. */
  elapsed?: () => number
}): Promise<RunningServer> {
  const { configuration, logger, clock } = options
  const closing = createClosingOrder(logger)
  // Known only once the port is; nothing prints an address before that.
  const address = { url: configuration.publicUrl ?? `http://${configuration.host}:${configuration.port}` }
  try {
    const base = await openBase({
      configuration,
      clock,
      elapsed: options.elapsed ?? (() => performance.now()),
      logger,
      closing,
      publicUrl: () => byName(address.url),
    })
    const token = toHex(randomBytes(32))
    const listening = await openHttp({ configuration, logger, base, closing, token, address })
    if (configuration.publicUrl === null) address.url = listening.url
    const instanceFile = join(configuration.data, 'run', 'instance.json')
    await mkdir(join(configuration.data, 'run'), { recursive: true })
    await writeWhole(instanceFile, utf8(JSON.stringify({ pid: process.pid, url: listening.commandUrl, token })))
    closing.add('instance file', () => rm(instanceFile, { force: true }))
    logger.info({ url: listening.url, cores: availableParallelism(), openedMs: closing.openedMs }, 'ready')
    return { url: address.url, signIn: signInOf(base.demo), stop: () => closing.close() }
  } catch (error) {
    await closing.close()
    throw error instanceof Error ? error : new Failure('internal', String(error))
  }
}

function signInOf(
  demo: { people: { username: string; password: string; name: string }[] } | null,
): RunningServer['signIn'] {
  const officer = demo?.people.find((person) => person.username === 'officer')
  if (officer === undefined) return { note: NO_ACCOUNTS }
  const others = demo!.people.filter((person) => person !== officer).map((person) => person.username)
  return {
    username: officer.username,
    password: officer.password,
    note: {
      zh: `其他账号（同一密码）：${others.join('、')}`,
      en: `other accounts (same password): ${others.join(', ')}`,
    },
  }
}
