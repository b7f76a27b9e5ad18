/** The live browser: an officer signs in, searches, gets to where the evidence is; the capture then goes on from there. */
import { Failure, isRefusal, type Refusal } from '@mingzheng/kernel'
import { BrowserSession, VIEWPORT } from './browser-session.ts'
import { CAPTURE_LIMITS } from './capture-request.ts'
import { type AddressProblem, checkAddress } from './guard/check-address.ts'
import { systemResolver } from './guard/name-resolver.ts'
import { performInput } from './live-input.ts'
import type { LiveSession, LiveSessionRequest } from './live-session.ts'
import { startLiveView } from './live-view.ts'
import { Tab } from './tab.ts'

export type LiveCode = 'live-session-ended'

const IDLE_MS = 15 * 60_000
const LOOK_MS = 400
const browsers = new WeakMap<LiveSession, { take: () => BrowserSession }>()

/** The browser of a live session, which is the caller's from now on. Throws `live-session-ended`. */
export function takeOver(session: LiveSession): BrowserSession {
  const known = browsers.get(session)
  if (known === undefined) throw new Failure<LiveCode>('live-session-ended', 'this live session has ended')
  return known.take()
}

/** Opens a browser in a fresh profile for an officer to drive. Nothing that is done in it is recorded. */
export async function openLiveSession(request: LiveSessionRequest): Promise<LiveSession | Refusal<AddressProblem>> {
  const address = checkAddress(request.url, request.allow)
  if (isRefusal(address)) return address
  const browser = await BrowserSession.open({
    browser: request.browser,
    clock: request.clock,
    allow: request.allow ?? (() => false),
    resolver: request.resolver ?? systemResolver,
    networkBytes: CAPTURE_LIMITS.networkBytes * 5,
  })
  let tab = await browser.openTab()
  let ended = false
  let idle: NodeJS.Timeout | undefined
  const tell: LiveSessionRequest['onEvent'] = (event) => {
    if (!ended) request.onEvent(event)
  }
  const end = (reason: string) => {
    if (ended) return
    tell({ kind: 'closed', reason })
    ended = true
    clearTimeout(idle)
    clearInterval(looking)
    browsers.delete(session)
  }
  const closeFor = async (reason: string) => {
    end(reason)
    await browser.close()
  }
  const idleMs = request.idleMs ?? IDLE_MS
  const rest = () => {
    clearTimeout(idle)
    idle = setTimeout(() => void closeFor(`nobody used it for ${idleMs / 60_000} minutes`), idleMs)
    idle.unref()
  }
  const show = (next: Tab) => {
    tab = next
    startLiveView(
      next.session,
      () => request.clock.now(),
      (frame) => {
        if (tab === next) tell({ kind: 'frame', ...frame })
      },
    )
  }
  let shown = { url: address.url, title: '' }
  // The browser tells of a new address, of a new title not always: it is asked.
  const look = async () => {
    try {
      const { targetInfo } = await browser.running.connection.browser.send('Target.getTargetInfo', {
        targetId: tab.targetId,
      })
      const next = { url: targetInfo.url, title: targetInfo.title.slice(0, 300) }
      if (!/^https?:/.test(next.url) || (next.url === shown.url && next.title === shown.title)) return
      shown = next
      tell({ kind: 'address', ...shown })
    } catch {
      // The tab has just gone; the next one is asked then.
    }
  }
  const looking = setInterval(() => void look(), LOOK_MS)
  looking.unref()

  const session: LiveSession = {
    ...VIEWPORT,
    url: () => shown.url,
    async input(input) {
      if (ended) throw new Failure<LiveCode>('live-session-ended', 'this live session has ended')
      rest()
      if (input.kind !== 'navigate') {
        await performInput(tab.session, input)
        return null
      }
      const target = checkAddress(input.url, request.allow)
      if (isRefusal(target)) return target
      tab.session.post('Page.navigate', { url: target.url })
      return null
    },
    close: () => closeFor('closed'),
  }
  browsers.set(session, {
    take: () => {
      end('captured')
      return browser
    },
  })
  browser.observe({
    onTarget: (target) => {
      target.session.on('Page.javascriptDialogOpening', () => {
        target.session.post('Page.handleJavaScriptDialog', { accept: true })
      })
      // A window that the site opens, for signing in say, is what the officer must see.
      if (target.type === 'page' && target.openerId !== null) show(new Tab(target.session, target.targetId))
    },
    onTargetGone: (targetId) => {
      const rest = browser.pages().at(-1)
      if (targetId === tab.targetId && rest !== undefined) show(browser.tab(rest.targetId))
    },
    onRefused: () => {},
    onNetworkLimit: () => void closeFor('it received more than a live browser may'),
  })
  void browser.running.connection.closed.then(() => end('the browser ended'))
  show(tab)
  rest()
  tab.session.post('Page.navigate', { url: address.url })
  return session
}
