/** The stage of the browser journeys: a real Chromium on a whole platform, signed in as whom one likes, in any look. */

import { addressOf } from '@mingzheng/api'
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { toolPath } from '../capability.ts'
import { type Platform, startPlatform } from '../platform/start-platform.ts'

export interface Look {
  language?: 'zh' | 'en'
  appearance?: 'light' | 'dark'
  /** Opens it by the host name of loopback rather than by its address: passkeys are for names. */
  byName?: boolean
  width?: number
  height?: number
}

export interface OpenPage {
  page: Page
  context: BrowserContext
  /** Errors that the page told, thrown or logged; answers that are expected refusals are left out. */
  problems: string[]
}

export interface Stage {
  platform: Platform
  browser: Browser
  /** Certificate numbers of two listings of the demo marketplace. */
  numbers: string[]
  /** The package of the first. */
  bytes: Uint8Array
  /** A page signed in as `username` (null: nobody) in a context of its own; close the context when done. */
  open(username: string | null, look?: Look): Promise<OpenPage>
  /** Whoever signed in by hand in `context` is opened by that session from now on. */
  adopt(username: string, context: BrowserContext): Promise<void>
}

export async function setStage(): Promise<Stage> {
  const platform = await startPlatform({ MINGZHENG_WATCHERS: '1' })
  const browser = await launchBrowser()
  const numbers = await captured(platform, 'officer', [`${platform.market}/item/1001`, `${platform.market}/item/1002`])
  const { cookie } = await platform.signIn('officer')
  const address = platform.url + addressOf('evidence.package', { params: { number: numbers[0]! } })
  const bytes = new Uint8Array(await (await fetch(address, { headers: { cookie } })).arrayBuffer())
  // An administrator's second sign-in would ask for the code that the first one set up: each signs in once.
  const cookies = new Map<string, Promise<string>>()
  const cookieOf = (username: string) => {
    const known = cookies.get(username) ?? platform.signIn(username).then((signedIn) => signedIn.cookie)
    cookies.set(username, known)
    return known
  }
  const open: Stage['open'] = async (username, look) =>
    openPage(browser, platform.url, username === null ? null : await cookieOf(username), look)
  const adopt: Stage['adopt'] = async (username, context) => {
    const [session] = await context.cookies(platform.url)
    if (session === undefined) throw new Error(`${username} has not signed in`)
    cookies.set(username, Promise.resolve(`${session.name}=${session.value}`))
  }
  return { platform, browser, numbers, bytes, open, adopt }
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: toolPath('chromium'), args: ['--no-sandbox'] })
}

/** A page in a context of its own, signed in by a session's cookie, in a look. */
export async function openPage(
  browser: Browser,
  url: string,
  cookie: string | null,
  look: Look = {},
): Promise<OpenPage> {
  const { language = 'zh', appearance = 'light', width = 1440, height = 900, byName = false } = look
  const base = byName ? url.replace('127.0.0.1', 'localhost') : url
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width, height },
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
  })
  await context.addInitScript(
    ([chosenLanguage, chosenAppearance]) => {
      // The replay frame, on another origin, may have no storage at all.
      if (globalThis.localStorage === null) return
      localStorage.setItem('mingzheng.language', chosenLanguage!)
      localStorage.setItem('mingzheng.appearance', chosenAppearance!)
    },
    [language, appearance],
  )
  if (cookie !== null) {
    const [name, value] = cookie.split('=', 2)
    await context.addCookies([{ name: name!, value: value!, url: base }])
  }
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      problems.push(message.text())
    }
  })
  page.setDefaultTimeout(15_000)
  return { page, context, problems }
}

/** Captures addresses through the API and waits until all are evidence; their numbers in the order of the addresses. */
export async function captured(
  platform: Pick<Platform, 'signIn'>,
  username: string,
  urls: string[],
  facts: { caseReference?: string } = {},
): Promise<string[]> {
  const { client } = await platform.signIn(username)
  const { captures } = await client.call('captures.request', { body: { urls, arrangement: 'each', ...facts } })
  const numbers: string[] = []
  for (const { id } of captures) {
    for (;;) {
      const job = await client.call('captures.read', { params: { id } })
      if (job.state === 'done' && job.number !== null) {
        numbers.push(job.number)
        break
      }
      if (job.state === 'failed' || job.state === 'cancelled') throw new Error(`${job.urls[0]}: ${job.problem?.detail}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  return numbers
}
