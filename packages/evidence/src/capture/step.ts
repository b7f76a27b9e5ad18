/** A named step leaves its trace: begun, done or failed, when and why. A failed step ends itself, not the capture. */
import { type Clock, Failure } from '@mingzheng/kernel'
import type { ActionLog } from './action-log.ts'
import type { CaptureEvent, CaptureStepName } from './capture-event.ts'
import type { Anomaly, AnomalyCode } from './capture-result.ts'

/** Why a capture stops before its end. */
export type StopReason = Extract<
  AnomalyCode,
  'cancelled' | 'limit-memory' | 'limit-time' | 'limit-bytes' | 'limit-requests' | 'browser-lost' | 'tab-crashed'
>

/** Said once; everything that waits hears of it. */
export class Stop {
  reason: StopReason | null = null
  detail = ''
  readonly #controller = new AbortController()

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Whether the page can still be pictured: the limits of traffic leave it standing. */
  get leavesPage(): boolean {
    return this.reason === 'limit-bytes' || this.reason === 'limit-requests'
  }

  say(reason: StopReason, detail: string): void {
    if (this.reason !== null) return
    this.reason = reason
    this.detail = detail
    this.#controller.abort()
  }
}

export interface StepsOptions {
  clock: Clock
  stop: Stop
  log: ActionLog
  onEvent: (event: CaptureEvent) => void
}

const MOST_ANOMALIES = 5_000
/** Steps that a stop breaks off; the others put away what was got. */
const BROKEN_OFF = new Set<CaptureStepName>(['open', 'scroll', 'picture', 'print', 'snapshot'])

export class Steps {
  readonly anomalies: Anomaly[] = []
  /** Reasons for which the capture is incomplete, in the order in which they came up. */
  readonly missing: string[] = []
  readonly #options: StepsOptions

  constructor(options: StepsOptions) {
    this.#options = options
  }

  /** Runs one step; `null` when it failed, and then the failure stands among the anomalies. */
  async run<T>(
    name: CaptureStepName,
    page: number | null,
    failure: AnomalyCode,
    work: () => Promise<{ value: T; detail: string }>,
  ): Promise<T | null> {
    this.#tell(name, page, 'started', '')
    try {
      const { value, detail } = await (BROKEN_OFF.has(name) ? this.#untilStop(work()) : work())
      this.#tell(name, page, 'done', detail)
      return value
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      this.lack(failure, `${name}: ${detail}`)
      this.#tell(name, page, 'failed', detail)
      return null
    }
  }

  async #untilStop<T>(work: Promise<T>): Promise<T> {
    const { stop } = this.#options
    let broken = () => {}
    const stopped = new Promise<never>((_, reject) => {
      broken = () => {
        if (!stop.leavesPage) reject(new Failure('stopped', stop.detail))
      }
    })
    stop.signal.addEventListener('abort', broken)
    try {
      return await Promise.race([work, stopped])
    } finally {
      stop.signal.removeEventListener('abort', broken)
    }
  }

  /** Something unusual that leaves the capture complete. */
  note(code: AnomalyCode, detail: string): void {
    if (this.anomalies.length >= MOST_ANOMALIES) return
    this.anomalies.push({ code, detail: detail.slice(0, 1_900).toWellFormed() })
  }

  /** Something is missing: the capture is incomplete. */
  lack(code: AnomalyCode, detail: string): void {
    this.note(code, detail)
    this.missing.push(`${code}: ${detail.slice(0, 500)}`)
  }

  #tell(name: CaptureStepName, page: number | null, state: 'started' | 'done' | 'failed', detail: string): void {
    this.#options.log.add('step', `${name} ${state}${detail === '' ? '' : `: ${detail}`}`, page)
    this.#options.onEvent({ kind: 'step', name, page, state, at: this.#options.clock.now(), detail })
  }
}
