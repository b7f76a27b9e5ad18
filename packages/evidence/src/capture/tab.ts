/** The tab in which a page is captured. Scripts of ours run in a world of their own, where the page cannot reach. */
import { Failure } from '@mingzheng/kernel'
import type { CdpSession } from '../browser/cdp.ts'

export type TabCode = 'page-unresponsive'

export class Tab {
  readonly session: CdpSession
  readonly targetId: string
  /** Status and address of the document last answered in the main frame. */
  document: { status: number; url: string } | null = null
  crashed = false
  #loaded = false
  #waiting: (() => void)[] = []

  constructor(session: CdpSession, targetId: string) {
    this.session = session
    this.targetId = targetId
    session.on('Inspector.targetCrashed', () => {
      this.crashed = true
    })
    session.on('Network.responseReceived', (event) => {
      if (event.type !== 'Document' || event.frameId !== targetId) return
      this.document = { status: event.response.status, url: event.response.url }
    })
    session.on('Page.lifecycleEvent', (event) => {
      if (event.name !== 'load' || event.frameId !== targetId) return
      this.#loaded = true
      for (const resume of this.#waiting.splice(0)) resume()
    })
  }

  /** Asks for an address. Resolves when the document has come; then with what went wrong, or `null`. */
  async navigate(url: string, timeoutMs: number): Promise<{ errorText: string | null; isDownload: boolean }> {
    this.#loaded = false
    this.document = null
    const answer = await this.session.send('Page.navigate', { url }, { timeoutMs })
    return { errorText: answer.errorText ?? null, isDownload: answer.isDownload === true }
  }

  /** Waits for the load event of the document; false when it did not come in time or the signal came. */
  async loaded(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.#loaded || signal.aborted) return this.#loaded
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
      this.#waiting.push(done)
    })
    return this.#loaded
  }

  /** Ends a script that keeps the page from answering. */
  interrupt(): void {
    this.session.post('Runtime.terminateExecution')
  }

  /**
   * Runs a function of ours in an isolated world of the main frame and returns what it returns (as JSON). Throws
   * `page-unresponsive` when the page does not let it run in time.
   */
  async run<T, A extends readonly unknown[]>(work: (...args: A) => T, ...args: A): Promise<Awaited<T>> {
    const expression = `(${work.toString()})(...${JSON.stringify(args)})`
    try {
      const { executionContextId } = await this.session.send(
        'Page.createIsolatedWorld',
        { frameId: this.targetId, worldName: 'mingzheng' },
        { timeoutMs: 5_000 },
      )
      const { result, exceptionDetails } = await this.session.send(
        'Runtime.evaluate',
        { expression, contextId: executionContextId, returnByValue: true, awaitPromise: true, timeout: 8_000 },
        { timeoutMs: 10_000 },
      )
      if (exceptionDetails !== undefined) {
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
      }
      return result.value as Awaited<T>
    } catch (cause) {
      throw new Failure<TabCode>('page-unresponsive', `the page does not answer: ${(cause as Error).message}`, {
        cause,
      })
    }
  }
}
