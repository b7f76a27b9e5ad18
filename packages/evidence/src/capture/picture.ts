/** Pictures, print, snapshot and text of a page as it stands. */
import { open, writeFile } from 'node:fs/promises'
import { Failure } from '@mingzheng/kernel'
import type { CdpSession } from '../browser/cdp.ts'
import { scrollToPlace } from './in-page.ts'
import type { Tab } from './tab.ts'

/** Tallest surface that the browser paints in one piece, CSS pixels. */
const TALLEST_PICTURE = 30_000
/** Pages taller than this many viewports get a picture of each viewport as well. */
const LONG_PAGE_VIEWPORTS = 2

export interface PageSize {
  width: number
  height: number
  viewportHeight: number
}

export async function pageSize(session: CdpSession): Promise<PageSize> {
  const { cssContentSize, cssLayoutViewport } = await session.send('Page.getLayoutMetrics', undefined, {
    timeoutMs: 5_000,
  })
  return {
    width: Math.max(1, Math.ceil(cssContentSize.width)),
    height: Math.max(1, Math.ceil(cssContentSize.height)),
    viewportHeight: Math.max(1, cssLayoutViewport.clientHeight),
  }
}

/** Writes the whole page as one PNG, at most 30,000 px of it; returns the height that is pictured. */
export async function fullPicture(session: CdpSession, size: PageSize, file: string): Promise<number> {
  const height = Math.min(size.height, TALLEST_PICTURE)
  const width = Math.min(size.width, TALLEST_PICTURE)
  const { data } = await session.send(
    'Page.captureScreenshot',
    {
      format: 'png',
      captureBeyondViewport: true,
      optimizeForSpeed: true,
      clip: { x: 0, y: 0, width, height, scale: 1 },
    },
    { timeoutMs: 30_000 },
  )
  await writeFile(file, Buffer.from(data, 'base64'))
  return height
}

/** Where the viewports of a long page begin, from the top; none for a short page. */
export function viewportTops(size: PageSize, tallest: number): number[] {
  if (size.height <= size.viewportHeight * LONG_PAGE_VIEWPORTS) return []
  const height = Math.min(size.height, tallest)
  return Array.from({ length: Math.ceil(height / size.viewportHeight) }, (_, i) => i * size.viewportHeight)
}

/** Scrolls to `top` and writes what the window then shows. */
export async function viewportPicture(tab: Tab, top: number, file: string): Promise<void> {
  await tab.run(scrollToPlace, top)
  const { data } = await tab.session.send(
    'Page.captureScreenshot',
    { format: 'png', optimizeForSpeed: true },
    { timeoutMs: 15_000 },
  )
  await writeFile(file, Buffer.from(data, 'base64'))
}

/** Prints the page as PDF, background included. */
export async function printPage(session: CdpSession, file: string): Promise<number> {
  const { stream } = await session.send(
    'Page.printToPDF',
    { printBackground: true, transferMode: 'ReturnAsStream', paperWidth: 8.27, paperHeight: 11.69, scale: 0.6 },
    { timeoutMs: 60_000 },
  )
  if (stream === undefined) throw new Failure('print-failed', 'the browser printed nothing')
  const output = await open(file, 'wx', 0o600)
  let bytes = 0
  try {
    for (;;) {
      const part = await session.send('IO.read', { handle: stream, size: 1 << 20 })
      const chunk = Buffer.from(part.data, part.base64Encoded === true ? 'base64' : 'utf8')
      await output.writeFile(chunk)
      bytes += chunk.length
      if (part.eof) return bytes
    }
  } finally {
    session.post('IO.close', { handle: stream })
    await output.close()
  }
}

/** Writes the document with its resources as MHTML (RFC 2557). */
export async function snapshotPage(session: CdpSession, file: string): Promise<void> {
  const { data } = await session.send('Page.captureSnapshot', { format: 'mhtml' }, { timeoutMs: 30_000 })
  await writeFile(file, data, { encoding: 'utf8', flag: 'wx', mode: 0o600 })
}
