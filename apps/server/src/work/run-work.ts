/** Has a piece of work done in a thread of its own, and waits for it. */
import { Worker } from 'node:worker_threads'
import { Failure } from '@mingzheng/kernel'
import type { WorkOrder } from './main.ts'

/** Most memory of a thread. */
const MEMORY_MB = 1024
const STOP_MS = 20_000

export type WorkPlace = Omit<WorkOrder, 'work'>

interface Said {
  readonly kind: 'done' | 'failed'
  readonly answer?: unknown
  readonly detail?: string
  readonly code?: string
  readonly field?: string
  readonly remedy?: string
}

/**
 * The work's answer. Throws what it named; where the thread itself ended, `work-ended`. An aborted `signal` tells the thread its reason
 * and, when that does not end it, ends it.
 */
export function runWork(place: WorkPlace, work: WorkOrder['work'], signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./main.ts', import.meta.url), {
      workerData: { ...place, work },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    })
    let late: NodeJS.Timeout | null = null
    const stop = () => {
      thread.postMessage(signal.reason)
      late = setTimeout(() => void thread.terminate(), STOP_MS)
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    const ended = (detail: string) =>
      reject(new Failure('work-ended', detail, { remedy: 'a smaller file or fewer words may pass' }))
    thread.on('message', ({ kind, answer, detail = '', code, field, remedy }: Said) => {
      if (kind === 'done') resolve(answer)
      else if (code === undefined) reject(new Error(detail))
      else {
        reject(
          new Failure(code, detail, {
            ...(field === undefined ? {} : { field }),
            ...(remedy === undefined ? {} : { remedy }),
          }),
        )
      }
    })
    thread.on('error', (error: Error) => ended(error.message))
    thread.on('exit', () => {
      if (late !== null) clearTimeout(late)
      signal.removeEventListener('abort', stop)
      ended('the work ended before it was done')
    })
  })
}
