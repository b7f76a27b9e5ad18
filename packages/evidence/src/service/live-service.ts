/** Live browsers of officers: opened to sign in to a site, watched, driven, captured, closed when left alone. */
import { type Clock, type Id, isRefusal, newId, type Refusal, refuse } from '@mingzheng/kernel'
import { type Broadcast, createBroadcast } from '../broadcast.ts'
import type { BrowserChoice } from '../browser/browser-choice.ts'
import type { LiveSession, LiveSessionEvent, LiveSessionInput } from '../capture/live-session.ts'
import { openLiveSession } from '../capture/open-live-session.ts'

export interface LiveParts {
  clock: Clock
  browser: () => Promise<BrowserChoice>
  allow: (host: string, port: number) => boolean
}

interface Open {
  owner: string
  session: LiveSession
  broadcast: Broadcast<LiveSessionEvent>
}

/** Live browsers at once on one machine. */
const AT_ONCE = 4

const missing = () => refuse('not-found', 'this live browser is closed; open a new one')

export function createLiveService(parts: LiveParts) {
  const open = new Map<string, Open>()

  /** A live browser is its opener's alone. */
  const own = (id: string, owner: string): Open | null => {
    const found = open.get(id)
    return found !== undefined && found.owner === owner ? found : null
  }

  return {
    async open(owner: string, url: string): Promise<{ id: Id; width: number; height: number } | Refusal> {
      if (open.size >= AT_ONCE) {
        return refuse('too-many-requests', 'all live browsers are in use', { remedy: 'close one, or wait a little' })
      }
      const id = newId(parts.clock.now())
      const broadcast = createBroadcast<LiveSessionEvent>()
      const session = await openLiveSession({
        url,
        browser: await parts.browser(),
        clock: parts.clock,
        allow: parts.allow,
        onEvent(event) {
          broadcast.publish(event)
          if (event.kind !== 'closed') return
          broadcast.close()
          open.delete(id)
        },
      })
      if (isRefusal(session)) return session
      open.set(id, { owner, session, broadcast })
      return { id, width: session.width, height: session.height }
    },
    watch(id: string, owner: string, signal: AbortSignal): AsyncIterable<LiveSessionEvent> | Refusal {
      return own(id, owner)?.broadcast.watch(signal) ?? missing()
    },
    async input(id: string, owner: string, inputs: readonly LiveSessionInput[]): Promise<Refusal | null> {
      const found = own(id, owner)
      if (found === null) return missing()
      for (const input of inputs) {
        const refused = await found.session.input(input)
        if (refused !== null) return refused
      }
      return null
    },
    /** The session, to capture in it; it stays open until the capture has ended. */
    session: (id: string, owner: string): LiveSession | Refusal => own(id, owner)?.session ?? missing(),
    async close(id: string, owner: string): Promise<Refusal | null> {
      const found = own(id, owner)
      if (found === null) return missing()
      open.delete(id)
      // Whoever watches is told by the session itself.
      await found.session.close()
      return null
    },
    async stop(): Promise<void> {
      await Promise.all([...open.values()].map(({ session }) => session.close()))
    },
  }
}

export type LiveService = ReturnType<typeof createLiveService>
