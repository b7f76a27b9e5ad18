/** The fastest digest engine of this machine. */
import { parallel } from '#parallel'
import type { ClosableEngine } from './parallel.ts'

/**
 * Streams given at once wait for one another. In Node SM3 runs on a second thread, which `close` ends; in browsers all
 * runs on the calling thread.
 */
export function openDigestEngine(): ClosableEngine {
  return parallel.openEngine()
}
