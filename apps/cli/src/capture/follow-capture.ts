import { setTimeout as pause } from 'node:timers/promises'
import type { CaptureJobView } from '@mingzheng/api'
import { unreachable } from '@mingzheng/kernel'
import type { Context } from '../context.ts'
import type { ServerAccess } from '../instance/with-server.ts'

const LOOK_EVERY = 300
/** So long a ledger that stands still is waited for. */
const PATIENCE = 10_000

/** How following a capture ended: by the capture's own end, or because the ledger cannot fix it for the time being. */
export type Followed = { kind: 'ended'; job: CaptureJobView } | { kind: 'unfixed'; reason: string }

/**
 * Tells each step on standard error until the capture has ended, or waits for a ledger that fixes nothing; a wish to stop cancels it
 * and keeps what was got.
 */
export async function followCapture(
  context: Context,
  { client }: ServerAccess,
  first: CaptureJobView,
): Promise<Followed> {
  let stalledSince: number | null = null
  const told = new Set<string>()
  let job = first
  let cancelled = false
  for (;;) {
    for (const step of job.steps) {
      const key = `${step.name} ${step.state}`
      if (step.state === 'waiting' || step.state === 'started' || told.has(key)) continue
      told.add(key)
      const line = `  ${MARK[step.state]} ${step.name}${step.detail === null ? '' : `  ${step.detail}`}`
      context.say({ zh: line, en: line })
    }
    if (hasEnded(job.state)) return { kind: 'ended', job }
    const reason = job.state === 'fixing' ? await stallReason(client) : null
    stalledSince = reason === null ? null : (stalledSince ?? context.clock.now())
    if (stalledSince !== null && context.clock.now() - stalledSince >= PATIENCE) {
      return { kind: 'unfixed', reason: reason ?? '' }
    }
    if (context.stop.aborted && !cancelled) {
      cancelled = true
      job = await client.call('captures.cancel', { params: { id: job.id } })
      continue
    }
    await pause(LOOK_EVERY)
    job = await client.call('captures.read', { params: { id: job.id } })
  }
}

/** Why the ledger orders nothing now; `null` when it works. */
async function stallReason(client: ServerAccess['client']): Promise<string | null> {
  const { state, reason } = await client.call('ledger.status')
  return state === 'stalled' ? (reason ?? '') : null
}

const MARK = { done: '✓', failed: '✗', skipped: '–' } as const

function hasEnded(state: CaptureJobView['state']): boolean {
  switch (state) {
    case 'queued':
    case 'running':
    case 'fixing':
      return false
    case 'done':
    case 'cancelled':
    case 'failed':
      return true
    default:
      return unreachable(state)
  }
}
