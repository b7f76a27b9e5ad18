/** What a careful reader would do: scroll to the end so that everything loads, open what is folded, wait for quiet. */
import { expandPage, findScroller, scrollDown, scrollTop } from './in-page.ts'
import { type Activity, pause, waitForQuiet } from './quiet.ts'
import type { Tab } from './tab.ts'

export interface BrowseOptions {
  tab: Tab
  activity: Activity
  signal: AbortSignal
  scrollMs: number
  settleMs: number
  pageHeight: number
  expand: boolean
  onAction: (kind: 'scroll' | 'expand', text: string) => void
}

export interface BrowseOutcome {
  /** Height of what was scrolled, CSS pixels. */
  height: number
  reachedEnd: boolean
  quiet: boolean
}

const PACE_MS = 90

/** Scrolls in steps of nearly a viewport, to the end or a limit, and back to the top. */
export async function browse(options: BrowseOptions): Promise<BrowseOutcome> {
  const { tab, activity, signal } = options
  const start = activity.now()
  await tab.run(findScroller)
  let place = { top: 0, height: 0, atEnd: false }
  let reachedEnd = false
  let expanded = !options.expand
  while (!signal.aborted && activity.now() - start < options.scrollMs && place.top < options.pageHeight) {
    place = await tab.run(scrollDown)
    await pause(PACE_MS, signal)
    if (!place.atEnd) continue
    await waitForQuiet(activity, 3_000, signal)
    if (!expanded) {
      expanded = true
      const opened = await tab.run(expandPage)
      for (const text of opened) options.onAction('expand', text)
      if (opened.length > 0) await waitForQuiet(activity, 3_000, signal)
    }
    // What was loaded at the end may have made the page longer.
    const after = await tab.run(scrollDown)
    reachedEnd = after.atEnd && after.height <= place.height
    place = after
    if (reachedEnd) break
  }
  options.onAction('scroll', `scrolled ${Math.round(place.top)} of ${Math.round(place.height)} px`)
  await tab.run(scrollTop)
  const quiet = await waitForQuiet(activity, options.settleMs, signal)
  return { height: place.height, reachedEnd, quiet }
}
