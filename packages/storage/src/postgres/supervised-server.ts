/** Keeps the server running: one that ends without being told to is started again, for as long as it takes. */
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from './server-process.ts'

export interface SupervisedServer {
  /** The present process's. */
  readonly pid: number
  /** Resolves when the process that runs now has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Ends it in order; it stays ended. Safe to call twice. */
  stop(): Promise<void>
}

const FIRST_REST_MS = 200
const LONGEST_REST_MS = 5_000

/** `run` starts the server and resolves when it takes connections; it is called again each time it has ended. */
export async function superviseServer(
  run: () => Promise<ServerProcess>,
  onLog: (line: string) => void,
): Promise<SupervisedServer> {
  let server = await run()
  const stopping = new AbortController()
  let stopped: Promise<void> | null = null

  async function startAgain(): Promise<void> {
    for (let rest = FIRST_REST_MS; !stopping.signal.aborted; rest = Math.min(rest * 2, LONGEST_REST_MS)) {
      try {
        server = await run()
        return
      } catch (error) {
        onLog(`postgres could not be started again: ${String((error as Error).message)}`)
        await pause(rest, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
      }
    }
  }

  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await server.ended
      if (!stopping.signal.aborted) await startAgain()
    }
  })()

  return {
    get pid() {
      return server.pid
    },
    get ended() {
      return server.ended
    },
    stop() {
      stopped ??= (async () => {
        stopping.abort()
        await server.stop()
        await watching
        // One that was being started while this was called.
        await server.stop()
      })()
      return stopped
    },
  }
}
