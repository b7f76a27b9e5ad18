/** What was opened is closed in reverse order, each once, whatever fails on the way. */
import type { Logger } from 'pino'

export interface ClosingOrder {
  add(name: string, close: () => Promise<unknown> | unknown): void
  close(): Promise<void>
}

export function createClosingOrder(logger: Logger): ClosingOrder {
  const steps: { name: string; close: () => Promise<unknown> | unknown }[] = []
  return {
    add: (name, close) => steps.push({ name, close }),
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
