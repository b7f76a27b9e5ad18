/** What differs between Node and a browser: whether digests can be computed on a second thread. Picked by `#parallel`. */
import type { DigestEngine } from '../package/digests.ts'

/** An engine that holds a thread; `close` ends it. Long streams given at once are digested one after the other. */
export interface ClosableEngine extends DigestEngine {
  close(): Promise<void>
}

export interface Parallel {
  /** SM3, the slowest digest by far, on a second thread where there is one. */
  openEngine(): ClosableEngine
}
