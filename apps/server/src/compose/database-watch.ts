/**
 * Whether the database answers. One that is refused connections says so at once; one that merely stopped, or whose host
 * vanished, says nothing at all, and whoever asks it would wait for ever.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'

export interface DatabaseWatch {
  /** The work's own end; or `database-unavailable` once the database is found silent, while the work still waits for it. */
  whileUp<T>(work: Promise<T>): Promise<T>
  stop(): Promise<void>
}

export interface DatabaseWatchOptions {
  db: Kysely<never>
  /** Told when it falls silent and when it answers again. */
  onChange(answers: boolean): void
  /** How often it is asked. Default 1,000. */
  everyMs?: number
  /** Silence that counts. Default 5,000: a checkpoint on a slow disk may hold an answer back for a while. */
  patienceMs?: number
}

/** What needs no database has ended by then, although the database is silent. */
const GRACE_MS = 300

export function watchDatabase(options: DatabaseWatchOptions): DatabaseWatch {
  const { everyMs = 1000, patienceMs = 5000 } = options
  const stopping = new AbortController()
  const waiting = new Set<() => void>()
  let answers = true

  const turn = (now: boolean) => {
    if (answers === now) return
    answers = now
    options.onChange(now)
    if (!now) for (const giveUp of waiting) giveUp()
  }

  async function ask(): Promise<void> {
    const timer = setTimeout(() => turn(false), patienceMs)
    try {
      await sql`select 1`.execute(options.db)
    } catch {
      // It spoke, if only to refuse: every statement gets its named failure by itself.
    } finally {
      clearTimeout(timer)
    }
    turn(true)
  }

  const ended = pause(2 ** 30, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await Promise.race([ask(), ended])
      await pause(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  })()

  return {
    whileUp: (work) =>
      new Promise((resolve, reject) => {
        let timer: NodeJS.Timeout | undefined
        const giveUp = () => {
          timer = setTimeout(() => {
            reject(
              new Failure('database-unavailable', 'the database does not answer', {
                remedy: 'nothing is lost; work resumes by itself when the database answers again',
              }),
            )
          }, GRACE_MS)
        }
        waiting.add(giveUp)
        if (!answers) giveUp()
        work.then(resolve, reject).finally(() => {
          waiting.delete(giveUp)
          clearTimeout(timer)
        })
      }),
    async stop() {
      stopping.abort()
      await watching
    },
  }
}
