/** Comparison of two captures on a thread of its own, bounded in time. */
import { Worker } from 'node:worker_threads'
import { Failure } from '@mingzheng/kernel'
import type { PictureComparison, TextComparison } from './compare.ts'
import type { CompareWork } from './compare-worker.ts'

export interface CaptureComparison {
  text: TextComparison
  picture: PictureComparison | null
}

const PATIENCE_MS = 60_000
/** Heap of the thread: two pictures of 60,000 pixels' height, decoded, and what is marked. */
const MEMORY_MB = 1024

/** Throws `comparison-failed` when a picture cannot be read or the comparison takes too long. */
export function compareApart(work: CompareWork, signal?: AbortSignal): Promise<CaptureComparison> {
  return new Promise((done, fail) => {
    const worker = new Worker(new URL('./compare-worker.ts', import.meta.url), {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    })
    const settle = (act: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      void worker.terminate()
      act()
    }
    const failed = (cause: unknown) => () =>
      fail(new Failure('comparison-failed', 'the two captures could not be compared', { cause }))
    const onAbort = () => settle(failed(signal?.reason))
    const timer = setTimeout(() => settle(failed('too slow')), PATIENCE_MS)
    signal?.addEventListener('abort', onAbort, { once: true })
    worker.once('message', (result: CaptureComparison) => settle(() => done(result)))
    worker.once('error', (error) => settle(failed(error)))
  })
}
