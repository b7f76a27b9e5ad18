/** A running browser behind its guard, with every target watched: what a capture and a live session have in common. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, Failure } from '@mingzheng/kernel'
import type { BrowserChoice } from '../browser/browser-choice.ts'
import type { CdpSession } from '../browser/cdp.ts'
import { launchBrowser, type RunningBrowser } from '../browser/launch-browser.ts'
import { chownTo } from '../browser/unprivileged-user.ts'
import { type AttachedTarget, watchTargets } from '../browser/watch-targets.ts'
import { type Guard, type GuardedConnection, openGuard } from './guard/guard.ts'
import type { NameResolver } from './guard/name-resolver.ts'
import { Tab } from './tab.ts'

/** Who hears of what happens in the browser; exchanged when a capture takes over from a live session. */
export interface SessionObserver {
  onTarget(target: AttachedTarget): void
  onTargetGone(targetId: string): void
  onRefused(connection: GuardedConnection): void
  onNetworkLimit(): void
}

export interface BrowserSessionOptions {
  browser: BrowserChoice
  clock: Clock
  allow: (host: string, port: number) => boolean
  resolver: NameResolver
  networkBytes: number
  userAgent?: string
}

export const VIEWPORT = { width: 1280, height: 800 }
const SILENT: SessionObserver = { onTarget() {}, onTargetGone() {}, onRefused() {}, onNetworkLimit() {} }
/** Types of targets whose pages have a window. */
const WINDOWED = new Set(['page', 'iframe'])

export class BrowserSession {
  readonly running: RunningBrowser
  readonly guard: Guard
  readonly downloads: string
  readonly #targets = new Map<string, AttachedTarget>()
  readonly #inspections = new Set<string>()
  #observer: SessionObserver = SILENT

  private constructor(running: RunningBrowser, guard: Guard, downloads: string) {
    this.running = running
    this.guard = guard
    this.downloads = downloads
  }

  /** Starts guard and browser. Throws `browser-failed`; then nothing is left running. */
  static async open(options: BrowserSessionOptions): Promise<BrowserSession> {
    let observer = (): SessionObserver => SILENT
    const guard = await openGuard({
      clock: options.clock,
      resolver: options.resolver,
      allow: options.allow,
      networkBytes: options.networkBytes,
      onRefused: (connection) => observer().onRefused(connection),
      onLimit: () => observer().onNetworkLimit(),
    })
    let running: RunningBrowser | null = null
    try {
      running = await launchBrowser({
        browser: options.browser,
        guard: guard.address,
        ...VIEWPORT,
        ...(options.userAgent === undefined ? {} : { userAgent: options.userAgent }),
      })
      const downloads = join(running.profile, 'downloads')
      await mkdir(downloads)
      await chownTo(downloads, running.user)
      const session = new BrowserSession(running, guard, downloads)
      observer = () => session.#observer
      await session.#watch()
      return session
    } catch (error) {
      await running?.close()
      await guard.close()
      throw error
    }
  }

  /** From now on `observer` hears; of the targets that there are at once. */
  observe(observer: SessionObserver): void {
    this.#observer = observer
    for (const target of this.#targets.values()) observer.onTarget(target)
  }

  pages(): AttachedTarget[] {
    return [...this.#targets.values()].filter(
      (target) => target.type === 'page' && !this.#inspections.has(target.targetId),
    )
  }

  /** Opens an empty tab. */
  async openTab(): Promise<Tab> {
    const { targetId } = await this.running.connection.browser.send('Target.createTarget', { url: 'about:blank' })
    const tab = this.tab(targetId)
    // What was posted before must have been taken in, or the first navigation could overtake it.
    await tab.session.send('Page.getLayoutMetrics', undefined, { timeoutMs: 15_000 })
    return tab
  }

  /** The tab of a page that is attached already. */
  tab(targetId: string): Tab {
    const target = this.#targets.get(targetId)
    if (target === undefined) throw new Failure('cdp-closed', 'the tab is gone')
    return new Tab(target.session, targetId)
  }

  /** What the browser says of its own sandbox, read in a tab of its own; empty where it does not tell. */
  async sandboxText(): Promise<string> {
    try {
      const { targetId } = await this.running.connection.browser.send('Target.createTarget', {
        url: 'chrome://sandbox',
      })
      // Never taken for a page that an officer or a capture has open; it may be listed until it has closed.
      this.#inspections.add(targetId)
      const session = this.#targets.get(targetId)?.session
      if (session === undefined) return ''
      let text = ''
      for (let tries = 0; tries < 40 && !/sandboxed/.test(text); tries++) {
        const { result } = await session.send('Runtime.evaluate', { expression: 'document.body?.innerText ?? ""' })
        text = String(result.value ?? '')
        if (!/sandboxed/.test(text)) await new Promise((resolve) => setTimeout(resolve, 25))
      }
      this.running.connection.browser.post('Target.closeTarget', { targetId })
      return text
    } catch {
      return ''
    }
  }

  /** Ends browser and guard. May be called twice. */
  async close(): Promise<void> {
    await this.running.close()
    await this.guard.close()
  }

  async #watch(): Promise<void> {
    const { connection } = this.running
    connection.browser.on('Target.detachedFromTarget', (event) => {
      const targetId = event.targetId ?? this.#bySession(event.sessionId)
      if (targetId !== undefined && this.#targets.delete(targetId)) this.#observer.onTargetGone(targetId)
    })
    await connection.browser.send('Browser.setDownloadBehavior', {
      behavior: 'allowAndName',
      downloadPath: this.downloads,
      eventsEnabled: true,
    })
    await watchTargets(connection, (target) => {
      this.#targets.set(target.targetId, target)
      if (WINDOWED.has(target.type)) prepare(target.session)
      this.#observer.onTarget(target)
    })
  }

  #bySession(sessionId: string): string | undefined {
    return [...this.#targets.values()].find((target) => target.session.id === sessionId)?.targetId
  }
}

/** What every page needs before it runs; only posted, since it does not run yet. */
function prepare(session: CdpSession): void {
  session.post('Page.enable')
  session.post('Page.setLifecycleEventsEnabled', { enabled: true })
  session.post('Inspector.enable')
}
