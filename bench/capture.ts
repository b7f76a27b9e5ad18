/**
 * `capture`: a demo listing with 40 pictures, captured whole (traffic, pictures, print, snapshot, archive), against the
 * time in which the same browser, started alike, opens it, scrolls, settles and takes one picture.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LISTINGS, startMarketplace } from '@mingzheng/demo'
import { type BrowserChoice, capture, chooseBrowser } from '@mingzheng/evidence'
import { isRefusal, systemClock } from '@mingzheng/kernel'
import { chromium } from '@playwright/test'
import type { BenchResult } from './result/result.ts'

const PICTURES = 40
const ROUNDS = 3
const MOST = 1.5

export async function run(): Promise<BenchResult> {
  const configured = process.env.MINGZHENG_CHROMIUM
  const browser = await chooseBrowser(configured === undefined ? {} : { configured })
  if (isRefusal(browser)) throw new Error(browser.detail)
  const marketplace = await startMarketplace({ port: 0, now: Date.now })
  try {
    const listing = LISTINGS.find((each) => each.pictures >= PICTURES)
    if (listing === undefined) throw new Error(`the demo has no listing with ${PICTURES} pictures`)
    const url = new URL(`/item/${listing.id}`, marketplace.url).href
    const times: { ours: number; reference: number }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      times.push({
        reference: await timed(() => lookOnce(browser, url)),
        ours: await timed(() => captureOnce(browser, url)),
      })
    }
    const ours = median(times.map((each) => each.ours))
    const reference = median(times.map((each) => each.reference))
    return {
      bench: 'capture',
      figures: [
        {
          name: 'capture of a listing with 40 pictures',
          value: ours,
          unit: 's',
          reference: { name: 'same browser: open, scroll, settle, one picture', value: reference },
          ratio: ours / reference,
          target: `<= ${MOST} x`,
          met: ours / reference <= MOST,
        },
      ],
    }
  } finally {
    await marketplace.close()
  }
}

async function captureOnce(browser: BrowserChoice, url: string): Promise<void> {
  const out = await mkdtemp(join(tmpdir(), 'mingzheng-bench-capture-'))
  try {
    const { host, port } = { host: new URL(url).hostname, port: Number(new URL(url).port) }
    const result = await capture({
      urls: [url],
      out,
      browser,
      clock: systemClock,
      allow: (asked, askedPort) => asked === host && askedPort === port,
      dnsServers: [],
    })
    if (isRefusal(result)) throw new Error(result.detail)
    if (!result.complete) throw new Error(`incomplete: ${result.reason}`)
    if (result.traffic.responses < PICTURES) throw new Error(`only ${result.traffic.responses} answers`)
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

/** What anybody would do by hand, by another library. */
async function lookOnce(choice: BrowserChoice, url: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: choice.executable, args: [...choice.arguments] })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(url, { waitUntil: 'load' })
    for (let atEnd = false; !atEnd; ) {
      atEnd = await page.evaluate(() => {
        window.scrollBy(0, window.innerHeight * 0.9)
        return window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 4
      })
      await page.waitForTimeout(90)
    }
    await page.evaluate(() => window.scrollTo(0, 0))
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(500)
    await page.screenshot({ fullPage: true })
  } finally {
    await browser.close()
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
