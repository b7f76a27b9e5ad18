/** When a node maintains itself: once in a period, each member in a part of it that is its own, and only when there is room to give back. */
import type { Clock } from '@mingzheng/kernel'
import { Failure } from '@mingzheng/kernel'
import type { Logger } from 'pino'
import type { OpenNode } from '../run/open-node.ts'
import { type Maintenance, maintain } from './maintain.ts'

const HOUR_MS = 3_600_000
/** How often the time is looked at, and how soon a maintenance that could not be is tried again. */
const LOOK_MS = 60_000
const AGAIN_MS = 10 * 60_000
/** An engine below it is left alone. */
const WORTHWHILE_BYTES = 16 << 20

/** Number of the turn in which a moment stands for one of `members`: a turn begins where this member's part of the period does. */
export function turnOf(now: number, hours: number, index: number, members: number): number {
  const period = hours * HOUR_MS
  return Math.floor((now - (period * index) / members) / period)
}

export interface Schedule {
  /** Waits for a maintenance that is under way. */
  stop(): Promise<void>
}

/** `hours` is the period; 0: never by itself. */
export function startSchedule(
  node: OpenNode,
  { clock, logger, hours }: { clock: Clock; logger: Logger; hours: number },
): Schedule {
  const turn = () => {
    const ids = node.ledger.policy.members.map(({ id }) => id)
    return turnOf(clock.now(), hours, Math.max(0, ids.indexOf(node.configuration.member)), ids.length)
  }
  let done = hours > 0 ? turn() : 0
  let notBefore = 0
  let running: Promise<void> | null = null
  const look = async () => {
    const now = turn()
    if (now <= done || clock.now() < notBefore) return
    if (node.engine.bytes < WORTHWHILE_BYTES) {
      done = now
      return
    }
    try {
      told(logger, await maintain(node))
      done = now
    } catch (error) {
      notBefore = clock.now() + AGAIN_MS
      const code = error instanceof Failure ? error.code : 'internal'
      logger.warn({ code, err: error }, 'the maintenance is put off')
    }
  }
  const timer =
    hours <= 0
      ? null
      : setInterval(() => {
          running ??= look().finally(() => {
            running = null
          })
        }, LOOK_MS)
  timer?.unref()
  return {
    async stop() {
      if (timer !== null) clearInterval(timer)
      await running
    },
  }
}

function told(logger: Logger, { before, after }: Maintenance): void {
  logger.info({ before, after }, 'the engine was maintained')
}
