/** Reads the environment, starts the server, says so in one line, stops in order on SIGTERM or SIGINT. */
import { Failure, systemClock } from '@mingzheng/kernel'
import { readConfiguration } from './configuration.ts'
import { prepareConsortium } from './installation/prepare-consortium.ts'
import { createLogger } from './log.ts'
import { type RunningServer, startServer } from './start-server.ts'

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function main(): Promise<void> {
  const configuration = readConfiguration(process.env)
  const [order, file] = process.argv.slice(2)
  if (order === 'prepare-consortium' && file !== undefined) {
    await prepareConsortium(configuration, systemClock, () => performance.now(), file)
    return say({ ready: true, url: '' })
  }
  const logger = createLogger(configuration.logLevel)
  let running: RunningServer | null = null
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    logger.info({ signal }, 'stopping')
    await running?.stop()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'))
  running = await startServer({ configuration, logger, clock: systemClock })
  if (!stopping) say({ ready: true, url: running.url, signIn: running.signIn })
}

main().catch((error: unknown) => {
  const failure = error instanceof Failure ? error : null
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  say({
    ready: false,
    code: failure?.code ?? 'internal',
    detail: error instanceof Error ? error.message : String(error),
    remedy: failure?.remedy ?? null,
  })
  process.exit(1)
})
