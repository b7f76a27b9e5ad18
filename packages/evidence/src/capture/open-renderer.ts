/**
 * A browser that draws pages for monitoring: one after the other in a fresh tab, behind the guard of captures, nothing recorded. For
 * pages that are empty until their script has run.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, Failure } from '@mingzheng/kernel'
import type { BrowserChoice } from '../browser/browser-choice.ts'
import { BrowserSession } from './browser-session.ts'
import { CAPTURE_LIMITS } from './capture-request.ts'
import { type NameResolver, systemResolver } from './guard/name-resolver.ts'
import type { Tab } from './tab.ts'

export interface RendererOptions {
  browser: () => Promise<BrowserChoice>
  clock: Clock
  allow: (host: string, port: number) => boolean
  resolver?: NameResolver
}

/** A page as its script left it. */
export interface RenderedPage {
  html: string
  status: number | null
  url: string
}

export interface Renderer {
  /** Draws a page under a user agent's name. Throws `render-failed` when it does not come; the browser is started anew then. */
  render(url: string, userAgent: string, signal: AbortSignal): Promise<RenderedPage>
  /** Ends the browser. */
  close(): Promise<void>
}

const LOAD_MS = 15_000
const SETTLE_MS = 6_000
const LOOK_MS = 200
const LARGEST_HTML = 4_000_000
/** A browser grows with what it has drawn. */
const PAGES_EACH = 200

/** Opens no browser before the first page; draws one page at a time. */
export function openRenderer(options: RendererOptions): Renderer {
  let open: { session: BrowserSession; userAgent: string; pages: number } | null = null
  let turn: Promise<unknown> = Promise.resolve()

  async function sessionFor(userAgent: string): Promise<BrowserSession> {
    if (open !== null && (open.userAgent !== userAgent || open.pages >= PAGES_EACH)) await end()
    if (open === null) {
      const session = await BrowserSession.open({
        browser: await options.browser(),
        clock: options.clock,
        allow: options.allow,
        resolver: options.resolver ?? systemResolver,
        networkBytes: CAPTURE_LIMITS.networkBytes * 5,
        userAgent,
      })
      open = { session, userAgent, pages: 0 }
    }
    open.pages++
    return open.session
  }

  async function end(): Promise<void> {
    const ending = open
    open = null
    await ending?.session.close()
  }

  async function draw(url: string, userAgent: string, signal: AbortSignal): Promise<RenderedPage> {
    signal.throwIfAborted()
    try {
      const session = await sessionFor(userAgent)
      const tab = await session.openTab()
      try {
        tab.session.post('Network.enable')
        const { errorText, isDownload } = await tab.navigate(url, LOAD_MS)
        if (errorText !== null || isDownload) throw new Failure('render-failed', errorText ?? 'it is a download')
        await tab.loaded(LOAD_MS, signal)
        const html = await settledHtml(tab, signal)
        return { html, status: tab.document?.status ?? null, url: tab.document?.url ?? url }
      } finally {
        session.running.connection.browser.post('Target.closeTarget', { targetId: tab.targetId })
      }
    } catch (cause) {
      if (signal.aborted) throw signal.reason
      await end()
      if (cause instanceof Failure && cause.code === 'render-failed') throw cause
      throw new Failure('render-failed', `the page could not be drawn: ${(cause as Error).message}`, { cause })
    }
  }

  return {
    render(url, userAgent, signal) {
      const drawn = turn.then(() => draw(url, userAgent, signal))
      turn = drawn.catch(() => undefined)
      return drawn
    },
    async close() {
      await turn.catch(() => undefined)
      await end()
    },
  }
}

/** The document once its text stays the same for two looks, or the time is over. */
async function settledHtml(tab: Tab, signal: AbortSignal): Promise<string> {
  let before = -1
  for (let waited = 0; waited < SETTLE_MS; waited += LOOK_MS) {
    const length = await tab.run(() => (document.body?.innerText ?? '').trim().length)
    if (length > 40 && length === before) break
    before = length
    await pause(LOOK_MS, undefined, { signal })
  }
  const html = await tab.run(() => document.documentElement?.outerHTML ?? '')
  return html.slice(0, LARGEST_HTML)
}
