/** Every page, frame and worker is stopped before its first instruction, listened to, and let run. */
import type { CdpConnection, CdpSession } from './cdp.ts'
import type { CdpEvent } from './cdp-types.ts'

export interface AttachedTarget {
  session: CdpSession
  targetId: string
  /** `page`, `iframe`, `worker`, `service_worker`, `shared_worker`, ... */
  type: string
  url: string
  /** The page that opened it, for pop-ups. */
  openerId: string | null
}

/** Parts of the browser that are not the site's. */
const NOT_OURS = [
  { type: 'browser', exclude: true },
  { type: 'tab', exclude: true },
  { type: 'browser_ui', exclude: true },
  { type: 'background_page', exclude: true },
]

/**
 * Attaches to all targets that there are and will be. `onTarget` must only post commands: a target that waits for its
 * first instruction answers none, so nothing may be awaited before it is let run.
 */
export async function watchTargets(
  connection: CdpConnection,
  onTarget: (target: AttachedTarget) => void,
): Promise<void> {
  const seen = new Set<string>()

  function attached(event: CdpEvent<'Target.attachedToTarget'>): void {
    const session = connection.session(event.sessionId)
    const { targetId, type, url, openerId } = event.targetInfo
    // A service worker is reported by the browser and by its page; one listener is enough.
    if (!seen.has(targetId)) {
      seen.add(targetId)
      session.on('Target.attachedToTarget', attached)
      onTarget({ session, targetId, type, url, openerId: openerId ?? null })
      session.post('Target.setAutoAttach', {
        autoAttach: true,
        waitForDebuggerOnStart: true,
        flatten: true,
        filter: [{ type: 'service_worker', exclude: true }, ...NOT_OURS, {}],
      })
    }
    session.post('Runtime.runIfWaitingForDebugger')
  }

  connection.browser.on('Target.attachedToTarget', attached)
  await connection.browser.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter: [...NOT_OURS, {}],
  })
}
