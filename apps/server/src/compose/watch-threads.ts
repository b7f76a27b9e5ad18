/** Watchers as threads of this process: they read and judge pages without holding up requests; one that dies is started again. */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'

export interface WatchThreads {
  stop(): Promise<void>
}

/** Most memory of a thread: a page that takes more ends the thread and not the server. */
const MEMORY_MB = 1024
const RESTART_MS = 2000
const STOP_MS = 20_000

export function startWatchThreads(count: number, settings: unknown, logger: Logger): WatchThreads {
  let stopping = false
  const threads = Array.from({ length: count }, () => keepAlive())

  function keepAlive(): { stop(): Promise<void> } {
    let thread: Worker
    let again: NodeJS.Timeout | null = null
    const start = () => {
      thread = new Worker(new URL('../watch/main.ts', import.meta.url), {
        workerData: settings,
        resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
      })
      thread.on('message', (line: { kind?: string; detail?: string }) => {
        if (line.kind === 'trouble') logger.warn({ detail: line.detail }, 'watching met trouble; it is tried again')
      })
      thread.on('error', (error) => logger.error({ err: error }, 'a watcher ended'))
      thread.on('exit', () => {
        if (!stopping) again = setTimeout(start, RESTART_MS)
      })
    }
    start()
    return {
      async stop() {
        if (again !== null) clearTimeout(again)
        const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
        thread.postMessage('stop')
        const late = setTimeout(() => void thread.terminate(), STOP_MS)
        if (thread.threadId !== -1) await ended
        clearTimeout(late)
      },
    }
  }

  return {
    async stop() {
      stopping = true
      await Promise.all(threads.map((thread) => thread.stop()))
    },
  }
}
