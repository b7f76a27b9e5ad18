/** The live browser: an officer signs in to a site by hand, then captures in that session. */
import { insertCaptures, type LiveService } from '@mingzheng/evidence'
import { isRefusal, toBase64 } from '@mingzheng/kernel'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { captureView } from '../views/evidence-view.ts'
import { type CaptureRouteParts, checkAddresses, orderOf } from './capture-routes.ts'

type Names = 'live.open' | 'live.events' | 'live.input' | 'live.capture' | 'live.close'

export interface LiveRouteParts extends CaptureRouteParts {
  live: LiveService
  onError(error: unknown): void
}

export function liveRoutes(parts: LiveRouteParts): Handlers<Person, Names> {
  const { live } = parts
  return {
    'live.open': async ({ body, principal }) => {
      const urls = checkAddresses([body.url], parts.demoDestination)
      if (isRefusal(urls)) return { ...urls, field: 'url' }
      return live.open(principal.userId, urls[0]!)
    },
    'live.events': ({ params, principal }) => {
      const known = live.watch(params.id, principal.userId, new AbortController().signal)
      if (isRefusal(known)) return known
      return async function* (signal) {
        const events = live.watch(params.id, principal.userId, signal)
        if (isRefusal(events)) return
        for await (const event of events) {
          yield event.kind === 'frame' ? { ...event, jpeg: toBase64(event.jpeg) } : event
        }
      }
    },
    'live.input': async ({ params, body, principal }) => {
      const refused = await live.input(params.id, principal.userId, body.inputs)
      return refused ?? undefined
    },
    'live.capture': async ({ params, body, principal }) => {
      const session = live.session(params.id, principal.userId)
      if (isRefusal(session)) return session
      const order = await orderOf(parts, principal, body, { recaptureOf: null, allowPrivate: false })
      if (isRefusal(order)) return order
      const { rows } = await parts.as(principal, (tx) => insertCaptures(tx, parts.clock, order, [[session.url()]]))
      const row = rows[0]!
      // Not queued: the session lives in this process. After a crash the queue captures it without the session.
      parts.captures
        .run(row.id, session)
        .catch((error) => parts.onError(error))
        .finally(() => live.close(params.id, principal.userId))
      return captureView(row)
    },
    'live.close': async ({ params, principal }) => (await live.close(params.id, principal.userId)) ?? undefined,
  }
}
