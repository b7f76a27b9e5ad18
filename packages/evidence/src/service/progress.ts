/** The progress of one capture as people see it: steps, bytes, requests; kept in the database at a bearable pace. */
import type { Clock } from '@mingzheng/kernel'
import { CAPTURE_STEPS, type CaptureEvent } from '../capture/capture-event.ts'
import type { FixStep } from '../fix/fix-manifest.ts'
import type { CaptureStepRow } from '../register/schema.ts'

const FIX_STEPS: readonly FixStep[] = ['manifest', 'timestamp', 'ledger', 'documents', 'package']

/** All steps from the first check to the package, not yet begun. */
export function waitingSteps(): CaptureStepRow[] {
  return [...CAPTURE_STEPS, ...FIX_STEPS].map((name) => ({ name, state: 'waiting', at: null, detail: null }))
}

export interface Progress {
  readonly steps: CaptureStepRow[]
  readonly bytes: number
  readonly requests: number
}

export interface ProgressKeeper {
  now(): Progress
  /** Takes in an event of the capture; true when a step changed, which must be kept at once. */
  take(event: CaptureEvent): boolean
  startFixing(step: FixStep): void
  /** What the step under way is waiting for. */
  waiting(detail: string): void
  finishAll(): void
  /** Steps under way failed; later ones were skipped. */
  fail(detail: string): void
}

export function createProgress(clock: Clock, start: Progress): ProgressKeeper {
  const steps = start.steps.map((step) => ({ ...step }))
  let { bytes, requests } = start
  const at = () => new Date(clock.now()).toISOString()
  const set = (name: string, state: CaptureStepRow['state'], detail: string | null) => {
    const step = steps.find((candidate) => candidate.name === name)
    if (step !== undefined) Object.assign(step, { state, at: at(), detail })
  }
  const finishStarted = () => {
    for (const step of steps) if (step.state === 'started') Object.assign(step, { state: 'done', at: at() })
  }
  return {
    now: () => ({ steps: steps.map((step) => ({ ...step })), bytes, requests }),
    take(event) {
      if (event.kind === 'bytes') {
        bytes = event.received
        requests = event.requests
      }
      if (event.kind !== 'step') return false
      const page = event.page === null || event.page === 1 ? '' : `#${event.page} `
      set(event.name, event.state, `${page}${event.detail}`.trim() || null)
      return true
    },
    startFixing(step) {
      finishStarted()
      for (const earlier of steps) {
        if (earlier.name === step) break
        if (earlier.state === 'waiting') earlier.state = 'skipped'
      }
      set(step, 'started', null)
    },
    waiting(detail) {
      for (const step of steps) if (step.state === 'started') step.detail = detail
    },
    finishAll() {
      finishStarted()
      for (const step of steps) if (step.state === 'waiting') step.state = 'skipped'
    },
    fail(detail) {
      for (const step of steps) {
        if (step.state === 'started') Object.assign(step, { state: 'failed', at: at(), detail })
        if (step.state === 'waiting') step.state = 'skipped'
      }
    },
  }
}
