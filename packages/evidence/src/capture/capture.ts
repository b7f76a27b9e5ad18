/** A capture from the outside: what is asked is checked, a browser is started, the steps run, everything is ended. */
import { Failure, isRefusal, type Refusal } from '@mingzheng/kernel'
import type { CdpCode } from '../browser/cdp.ts'
import type { LaunchCode } from '../browser/launch-browser.ts'
import { ActionLog } from './action-log.ts'
import { BrowserSession } from './browser-session.ts'
import { CAPTURE_LIMITS, type CaptureRequest } from './capture-request.ts'
import type { CaptureResult } from './capture-result.ts'
import { readClock } from './clock-check.ts'
import { type AddressProblem, type CheckedAddress, checkAddress } from './guard/check-address.ts'
import { systemResolver } from './guard/name-resolver.ts'
import { takeOver } from './open-live-session.ts'
import { runCapture } from './run-capture.ts'
import { Steps, Stop } from './step.ts'

/**
 * Makes a capture: named steps in order, each leaving its trace in the action log. Returns a refusal, and does nothing,
 * when an address is refused (`field` says which). Throws `browser-failed` when no browser could be started, or it was gone
 * before it opened anything, and `capture-cancelled` when it was cancelled before that: then nothing was got. Otherwise always returns a result, complete or not; the browser is ended and its profile removed.
 */
export async function capture(request: CaptureRequest): Promise<CaptureResult | Refusal<AddressProblem>> {
  const addresses: CheckedAddress[] = []
  for (const [index, url] of request.urls.entries()) {
    const address = checkAddress(url, request.allow)
    if (isRefusal(address)) return { ...address, field: `urls[${index}]` }
    addresses.push(address)
  }
  const limits = { ...CAPTURE_LIMITS, ...request.limits }
  const emit = request.onEvent ?? (() => {})
  const { clock } = request
  const startedAt = clock.now()
  const log = new ActionLog(clock, (at, text) => emit({ kind: 'log', at, text }))
  const stop = new Stop()
  const steps = new Steps({ clock, log, stop, onEvent: emit })
  const clockBefore = steps.run('clock-before', null, 'clock-not-checked', async () => {
    const value = await readClock(request.timeSource, stop.signal)
    return { value, detail: value.offsetMs === null ? 'no source' : `${value.offsetMs} ms, ${value.source}` }
  })
  const session =
    request.session === undefined
      ? await BrowserSession.open({
          browser: request.browser,
          clock,
          allow: request.allow ?? (() => false),
          resolver: request.resolver ?? systemResolver,
          networkBytes: limits.networkBytes,
          ...(request.userAgent === undefined ? {} : { userAgent: request.userAgent }),
        }).catch((error: unknown) => {
          throw goneEarly(error)
        })
      : takeOver(request.session)
  const cancel = () => stop.say('cancelled', 'the capture was cancelled')
  const late = () => stop.say('limit-time', `the capture took longer than ${limits.totalMs} ms`)
  const timer = setTimeout(late, limits.totalMs)
  try {
    request.signal?.addEventListener('abort', cancel)
    if (request.signal?.aborted === true) cancel()
    return await runCapture({
      context: { request, limits, steps, log, stop, session, files: [] },
      addresses,
      startedAt,
      clockBefore,
      emit,
    })
  } catch (error) {
    throw goneEarly(error)
  } finally {
    clearTimeout(timer)
    request.signal?.removeEventListener('abort', cancel)
    await session.close()
  }
}

const GONE: ReadonlySet<string> = new Set<CdpCode>(['cdp-closed', 'cdp-timeout'])

/** What the protocol client says of a browser that ended before its first page, in the words of a start that failed. */
function goneEarly(error: unknown): unknown {
  if (!(error instanceof Failure) || !GONE.has(error.code)) return error
  return new Failure<LaunchCode>('browser-failed', `the browser ended before it opened anything: ${error.message}`, {
    cause: error,
    remedy: 'ask for the capture again; see with `mingzheng doctor` whether the browser starts',
  })
}
