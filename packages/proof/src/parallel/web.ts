/** Browser side of `#parallel`: a page opened from disk may not start workers everywhere, so one thread does it all. */
import { inlineEngine } from '../package/digests.ts'
import type { Parallel } from './parallel.ts'

export const parallel: Parallel = {
  openEngine: () => ({ ...inlineEngine, close: async () => {} }),
}
