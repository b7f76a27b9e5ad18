/** The fastest digest engine of this machine. */
import { parallel } from '#parallel'
import type { ClosableEngine } from './parallel.ts'

/**
 * An engine for one stream after the other. In Node SM3 runs on a second thread, which `close` ends; in browsers all
 * runs on the calling thread.
 */
export function openDigestEngine(): ClosableEngine {
  return parallel.openEngine()
}
