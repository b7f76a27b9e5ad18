/** Has a page drawn by a browser where it needs one: what comes is read, and kept, as it was drawn. */
import type { Renderer } from '@mingzheng/evidence'
import { utf8 } from '@mingzheng/kernel'
import { decodePage } from '../extraction/decode.ts'
import { isAppShell } from '../source/app-shell.ts'
import type { Fetched } from '../source/fetch-page.ts'

/** What was fetched, or what a browser made of it; a page that could not be drawn stays what it was, and says why. */
export async function drawnPage(
  renderer: Pick<Renderer, 'render'> | null,
  fetched: Fetched,
  userAgent: string,
  { elapsed, signal }: { elapsed: () => number; signal: AbortSignal },
): Promise<Fetched> {
  if (renderer === null || fetched.outcome !== 'ok' || fetched.body === null) return fetched
  if (!(fetched.mediaType?.includes('html') ?? true)) return fetched
  if (!isAppShell(decodePage(fetched.body, fetched.charset).text)) return fetched
  const began = elapsed()
  try {
    const { html, status, url } = await renderer.render(fetched.finalUrl, userAgent, signal)
    return {
      ...fetched,
      status: status ?? fetched.status,
      finalUrl: url,
      mediaType: 'text/html',
      charset: 'utf-8',
      body: utf8(html.toWellFormed()),
      etag: null,
      modified: null,
      drawn: true,
      ms: fetched.ms + Math.round(elapsed() - began),
    }
  } catch (error) {
    if (signal.aborted) throw error
    return { ...fetched, outcome: 'failed', detail: (error as Error).message }
  }
}
