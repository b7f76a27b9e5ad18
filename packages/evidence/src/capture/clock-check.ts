/** Compares the clock with a time source, before and after a capture. */
import type { ClockReading } from './capture-result.ts'

/** Where true time comes from. `read` asks once; it throws when the source cannot be reached within its own patience. */
export interface TimeSource {
  /** What the report calls it, e.g. `ntp ntp.aliyun.com`. */
  readonly name: string
  read(signal: AbortSignal): Promise<{ offsetMs: number; uncertaintyMs: number }>
}

export type { ClockReading }
