/** What a capture tells while it runs. Events are for showing; what must last stands in the action log. */
import type { Bytes } from '@mingzheng/kernel'

/** The steps in the order in which they run; `open` to `snapshot` run once for each page. */
export const CAPTURE_STEPS = [
  'environment',
  'clock-before',
  'open',
  'scroll',
  'picture',
  'print',
  'snapshot',
  'traffic',
  'clock-after',
  'archive',
] as const

export type CaptureStepName = (typeof CAPTURE_STEPS)[number]

export type CaptureEvent =
  | {
      kind: 'step'
      name: CaptureStepName
      /** Number of the page from 1; `null` for steps of the whole capture. */
      page: number | null
      state: 'started' | 'done' | 'failed'
      /** Milliseconds since the epoch. */
      at: number
      detail: string
    }
  | { kind: 'frame'; jpeg: Bytes; width: number; height: number }
  /** Sums so far: bytes over the network and requests seen. */
  | { kind: 'bytes'; received: number; requests: number }
  /** One line of the action log. */
  | { kind: 'log'; at: number; text: string }
