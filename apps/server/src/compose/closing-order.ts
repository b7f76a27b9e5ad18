/** What was opened is closed in reverse order, each once, whatever fails on the way. How long each took to open is kept. */
import type { Logger } from 'pino'

export interface ClosingOrder {
  add(name: string, close: () => Promise<unknown> | unknown): void
  close(): Promise<void>
  /** Milliseconds from one opening to the next, by name; the first from the start of the process. */
  readonly openedMs: Readonly<Record<string, number>>
}

export function createClosingOrder(logger: Logger): ClosingOrder {
  const steps: { name: string; close: () => Promise<unknown> | unknown }[] = []
  const openedMs: Record<string, number> = {}
  let last = 0
  return {
    openedMs,
    add(name, close) {
      const now = performance.now()
      openedMs[name] = Math.round(now - last)
      last = now
      steps.push({ name, close })
    },
    async close() {
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
        try {
          await step.close()
        } catch (error) {
          logger.error({ err: error, step: step.name }, 'could not be closed in order')
        }
      }
    },
  }
}
