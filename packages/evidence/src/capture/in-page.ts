/**
 * Functions that run inside a page, in an isolated world: each stands alone, since only its text reaches the browser.
 * They read and scroll; the only thing they change is what `expandPage` opens.
 */

declare global {
  interface Window {
    mingzhengScroller?: Element
  }
}

/** Chooses what to scroll: the document, or where that does not scroll the largest box that does. */
export function findScroller(): void {
  const root = document.scrollingElement ?? document.documentElement
  window.mingzhengScroller = root
  if (root.scrollHeight > window.innerHeight + 4) return
  let largest = window.innerWidth * window.innerHeight * 0.3
  for (const element of document.querySelectorAll('div,main,section,article,ul')) {
    if (element.scrollHeight <= element.clientHeight + 4) continue
    const size = element.clientWidth * element.clientHeight
    if (size <= largest || !/auto|scroll/.test(getComputedStyle(element).overflowY)) continue
    largest = size
    window.mingzhengScroller = element
  }
}

/** Scrolls down by nine tenths of a viewport. */
export function scrollDown(): { top: number; height: number; atEnd: boolean } {
  const scroller = window.mingzhengScroller ?? document.scrollingElement ?? document.documentElement
  scroller.scrollTo({ top: scroller.scrollTop + scroller.clientHeight * 0.9, behavior: 'instant' })
  const bottom = scroller.scrollTop + scroller.clientHeight
  return { top: bottom, height: scroller.scrollHeight, atEnd: bottom >= scroller.scrollHeight - 4 }
}

export function scrollTop(): void {
  const scroller = window.mingzhengScroller ?? document.scrollingElement ?? document.documentElement
  scroller.scrollTo({ top: 0, behavior: 'instant' })
  window.scrollTo({ top: 0, behavior: 'instant' })
}

/** Scrolls the window to a place and says where it is. */
export function scrollToPlace(top: number): number {
  window.scrollTo({ top, behavior: 'instant' })
  return window.scrollY
}

/**
 * Opens what is folded: `details`, and buttons that say so and would neither send a form nor lead away. Returns what
 * was opened, in words.
 */
export function expandPage(): string[] {
  const opened: string[] = []
  for (const details of document.querySelectorAll('details:not([open])')) {
    if (opened.length >= 20) return opened
    ;(details as HTMLDetailsElement).open = true
    opened.push(`details "${details.querySelector('summary')?.textContent?.trim().slice(0, 60) ?? ''}"`)
  }
  const words =
    /^(展开|展开全部|展开更多|查看更多|查看全部|显示全部|更多参数|阅读全文|show more|read more|see more|expand)[\s\u203a\u25be\u25bc>]*$/i
  for (const element of document.querySelectorAll<HTMLElement>('button,[role=button],[aria-expanded=false],span,div')) {
    if (opened.length >= 20) break
    if (element.childElementCount > 1 || element.closest('a[href],form') !== null) continue
    const text = element.textContent?.trim() ?? ''
    if (text.length > 12 || !words.test(text) || element.getClientRects().length === 0) continue
    element.click()
    opened.push(`"${text}"`)
  }
  return opened
}

/** What the page shows: title, address, visible text. */
export function readPage(): { title: string; url: string; text: string } {
  return { title: document.title, url: document.URL, text: document.body?.innerText ?? '' }
}

/** Waits until pictures and fonts that the page has begun to load are there, at most `patienceMs`. */
export async function picturesReady(patienceMs: number): Promise<{ loaded: number; broken: number }> {
  const limit = new Promise((resolve) => setTimeout(resolve, patienceMs))
  const images = [...document.images]
  const each = images.map((image) =>
    image.complete
      ? image.decode().catch(() => {})
      : new Promise((resolve) => {
          image.addEventListener('load', resolve)
          image.addEventListener('error', resolve)
        }),
  )
  await Promise.race([Promise.all([...each, document.fonts.ready]), limit])
  const broken = images.filter((image) => image.complete && image.naturalWidth === 0 && image.currentSrc !== '').length
  return { loaded: images.length - broken, broken }
}
