/**
 * A member's process. `run HOME` runs its node until SIGTERM, `light HOME` a light copy; `found-locally FOLDER PLATFORM` founds five on
 * one machine, `found-courts-locally FOLDER PLACE` the courts' four, `register-locally FOLDER FOUNDING` lets one follow the other.
 */
import { readFile } from 'node:fs/promises'
import { Failure, systemClock } from '@mingzheng/kernel'
import { parseFounding } from './ceremony/founding.ts'
import { consortium } from './command/consortium.ts'
import { languageOf } from './command/words.ts'
import { readNodeConfiguration } from './home/node-configuration.ts'
import { startLight } from './light/light-node.ts'
import {
  courtsPlaceSchema,
  describeLocally,
  foundCourtsLocally,
  foundLocally,
  platformSchema,
} from './local/local-consortium.ts'
import { registerLocally } from './local/register-locally.ts'
import { createLogger } from './log.ts'
import { findCometbft } from './run/find-cometbft.ts'
import { type RunningNode, startNode } from './run/start-node.ts'

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function run(home: string): Promise<void> {
  const { logLevel, member } = await readNodeConfiguration(home)
  const logger = createLogger(logLevel ?? 'info')
  let running: RunningNode | null = null
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
  const cometbft = findCometbft(process.env)
  const starting = startNode({ home, cometbft, clock: systemClock, elapsed: () => performance.now(), logger })
  running = await starting
  if (!stopping)
    say({ ready: true, url: running.publicUrl, member, ledgerUrl: running.privateUrl, courtUrl: running.courtUrl })
}

async function runLight(home: string): Promise<void> {
  const logger = createLogger('info')
  const running = await startLight(home, logger)
  const stop = () => void running.stop().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  say({ ready: true, url: running.url, size: running.copy.size })
}

async function foundHere(folder: string, platformFile: string): Promise<void> {
  findCometbft(process.env)
  const platform = platformSchema.parse(JSON.parse(await readFile(platformFile, 'utf8')))
  const founding = await foundLocally(folder, platform, systemClock)
  say({ ready: true, url: '', consortium: await describeLocally(folder, founding) })
}

async function foundCourtsHere(folder: string, placeFile: string): Promise<void> {
  findCometbft(process.env)
  const place = courtsPlaceSchema.parse(JSON.parse(await readFile(placeFile, 'utf8')))
  const founding = await foundCourtsLocally(folder, place, systemClock)
  say({ ready: true, url: '', consortium: await describeLocally(folder, founding) })
}

async function registerHere(folder: string, otherFounding: string): Promise<void> {
  const { genesis } = parseFounding(new Uint8Array(await readFile(otherFounding)))
  say({ ready: true, url: '', registered: await registerLocally(folder, genesis.policy) })
}

function terminal() {
  const print = (line: string) => process.stdout.write(`${line}\n`)
  return { language: languageOf(process.env), folder: process.cwd(), print }
}

async function main(): Promise<void> {
  const [order, first, second] = process.argv.slice(2)
  if (order === 'run' && first !== undefined) return run(first)
  if (order === 'light' && first !== undefined) return runLight(first)
  if (order === 'found-locally' && first !== undefined && second !== undefined) return foundHere(first, second)
  if (order === 'found-courts-locally' && first !== undefined && second !== undefined)
    return foundCourtsHere(first, second)
  if (order === 'register-locally' && first !== undefined && second !== undefined) return registerHere(first, second)
  if (order === 'consortium') return consortium(terminal(), process.argv.slice(3), systemClock)
  throw new Failure('argument-wrong', 'run HOME, or found-locally FOLDER PLATFORM')
}

main().catch((error: unknown) => {
  const failure = error instanceof Failure ? error : null
  if (failure === null || process.argv[2] !== 'consortium') {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  }
  const detail = error instanceof Error ? error.message : String(error)
  say({ ready: false, code: failure?.code ?? 'internal', detail, remedy: failure?.remedy ?? null })
  process.exit(1)
})
