/** What pages do that a reader would have to answer: dialogs, pop-ups, crashes. Answered, recorded, bounded. */
import type { AttachedTarget } from '../browser/watch-targets.ts'
import type { ActionLog } from './action-log.ts'
import type { BrowserSession } from './browser-session.ts'
import type { CaptureLimits } from './capture-request.ts'
import type { Steps } from './step.ts'

export interface PageWatchOptions {
  session: BrowserSession
  limits: CaptureLimits
  steps: Steps
  log: ActionLog
  /** The tab of a page has crashed. */
  onCrash: (targetId: string) => void
  /** Number of the page that is being captured. */
  page: () => number | null
}

/** Past this many dialogs a page's scripts are switched off: it does nothing but ask. */
const SCRIPTS_OFF_FACTOR = 5

export class PageWatch {
  readonly #options: PageWatchOptions
  readonly #popups = new Set<string>()
  #dialogs = 0
  #popupCount = 0

  constructor(options: PageWatchOptions) {
    this.#options = options
  }

  attach(target: AttachedTarget): void {
    if (target.type !== 'page' && target.type !== 'iframe') return
    this.#answerDialogs(target)
    target.session.on('Inspector.targetCrashed', () => this.#options.onCrash(target.targetId))
    if (target.type === 'page' && target.openerId !== null) this.#popup(target)
  }

  gone(targetId: string): void {
    this.#popups.delete(targetId)
  }

  /** Begins counting anew for the next page. */
  nextPage(): void {
    this.#dialogs = 0
    for (const targetId of this.#popups) {
      this.#options.session.running.connection.browser.post('Target.closeTarget', { targetId })
    }
  }

  #answerDialogs(target: AttachedTarget): void {
    const { limits, steps, log, page } = this.#options
    target.session.on('Page.javascriptDialogOpening', (event) => {
      this.#dialogs++
      // Leaving a page is agreed to; anything else a page asks is declined.
      target.session.post('Page.handleJavaScriptDialog', { accept: event.type === 'beforeunload' })
      if (this.#dialogs > limits.dialogs) {
        if (this.#dialogs === limits.dialogs + 1) {
          steps.note('dialog-loop', `more than ${limits.dialogs} dialogs: the script that asks was ended`)
          log.add('limit', `more than ${limits.dialogs} dialogs`, page())
        }
        target.session.post('Runtime.terminateExecution')
        if (this.#dialogs > limits.dialogs * SCRIPTS_OFF_FACTOR) {
          target.session.post('Emulation.setScriptExecutionDisabled', { value: true })
        }
        return
      }
      steps.note('dialog', `${event.type}: ${event.message.slice(0, 300)}`)
      log.add('dialog', `${event.type} declined: ${event.message.slice(0, 500)}`, page())
    })
  }

  #popup(target: AttachedTarget): void {
    const { session, limits, steps, log, page } = this.#options
    this.#popupCount++
    if (this.#popupCount > limits.popups) {
      session.running.connection.browser.post('Target.closeTarget', { targetId: target.targetId })
      if (this.#popupCount === limits.popups + 1) {
        steps.note('limit-popups', `more than ${limits.popups} pop-ups: further ones were closed at once`)
        log.add('limit', `more than ${limits.popups} pop-ups`, page())
      }
      return
    }
    this.#popups.add(target.targetId)
    steps.note('popup', `the page opened a window: ${target.url || 'about:blank'}`)
    log.add('popup', `window opened: ${target.url || 'about:blank'}`, page())
  }
}
