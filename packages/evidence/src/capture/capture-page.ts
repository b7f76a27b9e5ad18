/** One page: opened, scrolled, pictured, printed, saved. Each step stands alone; what fails is named and the rest goes on. */
import { stat, writeFile } from 'node:fs/promises'
import { utf8 } from '@mingzheng/kernel'
import { browse } from './browse.ts'
import { type CaptureContext, listFile, newFile } from './capture-context.ts'
import type { CapturedPage } from './capture-result.ts'
import { picturesReady, readPage, scrollToPlace } from './in-page.ts'
import { fullPicture, pageSize, printPage, snapshotPage, viewportPicture, viewportTops } from './picture.ts'
import { waitForQuiet } from './quiet.ts'
import type { Tab } from './tab.ts'

export interface PageOutcome extends CapturedPage {
  openedAt: number
  visibleText: string
}

/** Whether a document is asked for once more because holding it whole failed. */
export type Reopen = () => boolean

export async function capturePage(
  context: CaptureContext,
  tab: Tab,
  url: string,
  number: number,
  reopen: Reopen,
): Promise<PageOutcome> {
  const { steps, stop } = context
  const page: PageOutcome = {
    url,
    finalUrl: url,
    title: '',
    status: null,
    picture: null,
    viewports: [],
    print: null,
    snapshot: null,
    text: null,
    openedAt: context.request.clock.now(),
    visibleText: '',
  }
  const opened = await steps.run('open', number, 'address-not-opened', () => openPage(context, tab, page, reopen))
  if (tab.crashed || (opened === null && page.status === null)) return page
  if (stop.reason === null) {
    await steps.run('scroll', number, 'page-unresponsive', () => scrollPage(context, tab, number))
  }
  if (tab.crashed || (stop.reason !== null && !stop.leavesPage)) return page
  await readText(context, tab, page, number)
  await steps.run('picture', number, 'picture-failed', () => picturePage(context, tab, page, number))
  if (tab.crashed || (stop.reason !== null && !stop.leavesPage)) return page
  await Promise.all([
    steps.run('print', number, 'print-failed', async () => {
      const path = `data/pages/${number}/page.pdf`
      const bytes = await printPage(tab.session, await newFile(context.request.out, path))
      page.print = listFile(context.files, context.request.out, path, 'application/pdf', 'print')
      return { value: path, detail: `${bytes} bytes` }
    }),
    steps.run('snapshot', number, 'snapshot-failed', async () => {
      const path = `data/pages/${number}/page.mhtml`
      const file = await newFile(context.request.out, path)
      await snapshotPage(tab.session, file)
      page.snapshot = listFile(context.files, context.request.out, path, 'multipart/related', 'snapshot')
      return { value: path, detail: `${(await stat(file)).size} bytes` }
    }),
  ])
  return page
}

async function openPage(
  context: CaptureContext,
  tab: Tab,
  page: PageOutcome,
  reopen: Reopen,
): Promise<{ value: true; detail: string }> {
  const { limits, stop, activity, steps } = context
  let answer = await tab.navigate(page.url, limits.openMs)
  if (answer.errorText !== null && reopen()) {
    context.log.add('navigate', 'the document did not come whole: opened again, kept as it comes')
    page.openedAt = context.request.clock.now()
    answer = await tab.navigate(page.url, limits.openMs)
  }
  page.status = tab.document?.status ?? null
  if (answer.isDownload) return { value: true, detail: 'the address gave a file' }
  // An error status with nothing to show is an answer all the same.
  const isAnswered = answer.errorText === 'net::ERR_HTTP_RESPONSE_CODE_FAILURE'
  if (answer.errorText !== null && !isAnswered) throw new Error(answer.errorText)
  const isLoaded = await tab.loaded(Math.min(limits.openMs, 10_000), stop.signal)
  const quiet = await waitForQuiet(activity, isLoaded ? limits.settleMs : 2_000, stop.signal)
  if (!quiet && stop.reason === null) steps.note('not-quiet', `${page.url} still loads after ${limits.settleMs} ms`)
  page.status = tab.document?.status ?? null
  if (page.status !== null && page.status >= 400) steps.note('status-not-ok', `${page.url} answered ${page.status}`)
  return { value: true, detail: `status ${page.status ?? 'none'}` }
}

async function scrollPage(context: CaptureContext, tab: Tab, number: number): Promise<{ value: true; detail: string }> {
  const { limits, stop, activity, steps, log } = context
  try {
    const outcome = await browse({
      tab,
      activity,
      signal: stop.signal,
      scrollMs: limits.scrollMs,
      settleMs: limits.settleMs,
      pageHeight: limits.pageHeight,
      expand: context.request.expand ?? true,
      onAction: (kind, text) => log.add(kind, text, number),
    })
    if (!outcome.reachedEnd && stop.reason === null) {
      steps.lack(
        'limit-height',
        `the page goes on after ${Math.round(outcome.height)} px or ${limits.scrollMs} ms of scrolling`,
      )
    }
    if (!outcome.quiet && stop.reason === null) steps.note('not-quiet', `page ${number} still loads after scrolling`)
    await tab.run(picturesReady, 3_000)
    return { value: true, detail: `${Math.round(outcome.height)} px` }
  } catch (error) {
    // A script that never yields is ended, so that the page can at least be pictured.
    tab.interrupt()
    throw error
  }
}

async function readText(context: CaptureContext, tab: Tab, page: PageOutcome, number: number): Promise<void> {
  try {
    const seen = await tab.run(readPage)
    page.title = seen.title.slice(0, 1_000).toWellFormed()
    page.finalUrl = seen.url.slice(0, 8_192).toWellFormed()
    page.visibleText = seen.text.toWellFormed()
    const path = `data/pages/${number}/text.txt`
    await writeFile(await newFile(context.request.out, path), utf8(page.visibleText), { flag: 'wx', mode: 0o600 })
    page.text = listFile(context.files, context.request.out, path, 'text/plain; charset=utf-8', 'text')
  } catch (error) {
    context.steps.lack('page-unresponsive', `the visible text could not be read: ${(error as Error).message}`)
    tab.interrupt()
  }
}

async function picturePage(
  context: CaptureContext,
  tab: Tab,
  page: PageOutcome,
  number: number,
): Promise<{ value: true; detail: string }> {
  const { request, files, limits, steps } = context
  const size = await pageSize(tab.session)
  const path = `data/pages/${number}/full.png`
  const pictured = await fullPicture(tab.session, size, await newFile(request.out, path))
  page.picture = listFile(files, request.out, path, 'image/png', 'picture')
  const tops = viewportTops(size, limits.pageHeight)
  for (const [index, top] of tops.entries()) {
    if (context.stop.signal.aborted && !context.stop.leavesPage) break
    const part = `data/pages/${number}/viewport-${String(index + 1).padStart(3, '0')}.png`
    await viewportPicture(tab, top, await newFile(request.out, part))
    page.viewports.push(listFile(files, request.out, part, 'image/png', 'viewport-picture'))
  }
  if (tops.length > 0) await tab.run(scrollToPlace, 0)
  if (size.height > limits.pageHeight) {
    steps.lack('limit-height', `the page is ${size.height} px tall; pictures show ${limits.pageHeight} px`)
  }
  const rest = pictured < size.height ? `, of ${size.height} px` : ''
  return { value: true, detail: `${size.width} x ${pictured} px${rest}, ${tops.length} viewports` }
}
