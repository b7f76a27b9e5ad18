/**
 * What failed, what is incomplete and the controlled browser: at a phone's, a tablet's and a wall's width, in both languages, nothing runs over and
 * every act is within reach. Faults that the platform of the journeys does not meet are put into its answers; what made them has tests of its own.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CaptureJobView } from '@mingzheng/api'
import type { Locator, Page } from '@playwright/test'
import { leftInEnglish } from './left-in-english.ts'
import type { Look, Stage } from './stage.ts'
import { wrongAtWidths } from './widths.ts'

const LOOKS: Look[] = [
  { language: 'zh', appearance: 'dark' },
  { language: 'en', appearance: 'light' },
]

const REFUSED = {
  code: 'ledger-item-refused',
  detail: 'the ledger refuses: permission-denied',
  remedy: 'see the reason, mend it (such as the permission of the gateway key), then ask for the fixing again',
}
const NO_BROWSER = {
  code: 'browser-not-found',
  detail: 'there is no Chromium, Chrome or Edge on this machine, and none came by npm',
  remedy: 'install Chromium, or run `npm ci` with optional dependencies',
}
const STAMP_DOWN = {
  code: 'timestamp-unreachable',
  detail: 'http://time.example/tsa does not answer',
  remedy: 'nothing to do: it goes on when the authority answers',
}
/** An address as long as those of shops are. */
const LONG = `http://no-such-shop.test/item/1?from=${'search-result-'.repeat(12)}`

type Say = (zh: string, en: string) => string

/** One page, with what must stand on it before it is measured. */
interface Screen {
  name: string
  path: string
  /** Put into the server's answers. */
  patch?: [address: RegExp, change: (answer: Record<string, unknown>) => Record<string, unknown>]
  /** Addresses at which nobody answers. */
  silent?: RegExp
  shows: (page: Page, say: Say) => Locator[]
}

/** What runs over, is cut off, or cannot be pressed because it lies outside or beneath something. */
function measure(): string[] {
  const wrong: string[] = []
  const over = document.documentElement.scrollWidth - innerWidth
  if (over > 0) wrong.push(`the page is ${over} px too wide`)
  for (const act of document.querySelectorAll<HTMLElement>('main button, main a, main input, main summary')) {
    const name = (act.getAttribute('aria-label') ?? act.innerText).slice(0, 40)
    if (!act.checkVisibility({ visibilityProperty: true }) || act.getClientRects().length === 0) continue
    act.scrollIntoView({ block: 'center', inline: 'nearest' })
    // A link in the middle of words may go over two lines: its first is pressed.
    const { left, right, top, height } = act.getClientRects()[0]!
    if (left < -0.5 || right > innerWidth + 0.5) wrong.push(`"${name}" stands from ${left} to ${right}`)
    const at = document.elementFromPoint((left + right) / 2, top + height / 2)
    // Of a choice drawn by its label, the label is what is pressed.
    const own = act.closest('label') ?? act
    if (at === null || !(own.contains(at) || at.contains(own))) wrong.push(`"${name}" lies beneath ${at?.className}`)
  }
  for (const words of document.querySelectorAll<HTMLElement>('main h1, main h2, main p, main button, .result *')) {
    if (words.scrollWidth > words.clientWidth + 1 && words.clientWidth > 0 && !words.closest('.ellipsis, .digest')) {
      wrong.push(`cut off: ${words.innerText.slice(0, 60)}`)
    }
  }
  scrollTo(0, 0)
  return wrong
}

export function failureJourneys(stage: Stage): void {
  /** Measures what stands on the page at every width. */
  async function measured(page: Page, name: string, { language }: Look): Promise<string[]> {
    const found = await wrongAtWidths(page, measure, async (width) => {
      if (process.env.MINGZHENG_PICTURES) {
        await page.screenshot({ path: `${process.env.MINGZHENG_PICTURES}/${name}-${width}-${language}.png` })
      }
      return []
    })
    const wrong = found.map((problem) => `${name}, ${problem}`)
    if (language === 'zh') {
      const words = (await page.locator('main').innerText()).replaceAll(/\S*search-result-\S*/g, '')
      wrong.push(...leftInEnglish(words).map((english) => `${name}, in English: ${english}`))
    }
    return wrong
  }

  /** Evidence of an address that leads nowhere: incomplete, and really so. One that another journey made will do. */
  async function incomplete(): Promise<CaptureJobView> {
    const { client } = await stage.platform.signIn('officer2')
    const { captures } = await client.call('captures.list', { query: {} })
    const made = captures.find(({ state, complete }) => state === 'done' && complete === false)
    if (made !== undefined) return made
    const asked = await client.call('captures.request', { body: { urls: ['http://no-such-shop.test/'] } })
    const { id } = asked.captures[0]!
    for (;;) {
      const job = await client.call('captures.read', { params: { id } })
      if (job.state === 'done') return job
      assert.notEqual(job.state, 'failed')
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  function screens(job: CaptureJobView): Screen[] {
    const number = stage.numbers[0]!
    const capture = `/capture/${job.id}`
    const jobs = /\/api\/captures\/[0-9A-Z]{26}$/
    const unfixed = { standing: { state: 'none', index: null, time: null }, timestamp: null, editions: [], files: [] }
    const none = { number: null, complete: null }
    const failed = {
      ...none,
      urls: [LONG],
      state: 'failed',
      problem: NO_BROWSER,
      steps: [{ name: 'environment', state: 'failed', at: job.endedAt, detail: null }],
    }
    return [
      {
        name: 'evidence not fixed',
        path: `/evidence/${number}`,
        patch: [/\/api\/evidence\/MZ-[^/]*$/, () => ({ state: 'failed', problem: REFUSED, ...unfixed })],
        shows: (page, say) => [
          page.getByText(say('账本拒绝了这份证据', REFUSED.detail)),
          page.getByRole('button', { name: say('重新固证', 'Fix again') }),
          page.getByText(say('尚无证据包', 'There is no package yet')),
        ],
      },
      {
        name: 'certificate not fixed',
        path: `/verify/${number}`,
        patch: [
          /\/api\/public\/certificates\/[^/]*$/,
          ({ editions }) => ({
            state: 'failed',
            editions: (editions as object[]).slice(0, 1).map((one) => ({ ...one, index: null, ledgerTime: null })),
          }),
        ],
        shows: (page) => [page.locator('.verdict-watch')],
      },
      {
        name: 'capture failed',
        path: capture,
        patch: [jobs, () => failed],
        shows: (page, say) => [
          page.locator('.result').getByText(say('服务器上没有可用的浏览器', NO_BROWSER.detail)),
          page.locator('.result').getByRole('link', { name: say('再次取证', 'Capture again') }),
        ],
      },
      {
        name: 'capture cancelled',
        path: capture,
        patch: [jobs, () => ({ ...none, state: 'cancelled', problem: null })],
        shows: (page, say) => [
          page.getByText(say('取证已停止', 'The capture was stopped')),
          page.getByText(say('没有取得画面', 'No picture was taken')),
        ],
      },
      {
        name: 'capture that waits, seen over a lost connection',
        path: capture,
        patch: [jobs, () => ({ ...none, state: 'fixing', endedAt: null, problem: STAMP_DOWN })],
        silent: /\/events$/,
        shows: (page, say) => [
          page.getByRole('button', { name: say('停止取证', 'Stop capture') }),
          page.getByText(say('与服务器的连接中断', 'The connection was lost')),
        ],
      },
      {
        name: 'list of captures',
        path: '/captures',
        patch: [/\/api\/captures\?/, ({ captures }) => ({ captures: [{ ...job, ...failed }, ...(captures as [])] })],
        shows: (page) => [page.getByText('no-such-shop.test').first()],
      },
      {
        name: 'capture incomplete',
        path: capture,
        patch: [jobs, () => ({ urls: [LONG] })],
        shows: (page, say) => [
          page.locator('.result').getByText(say('取证已结束，但不完整', 'The capture ended, but it is incomplete')),
          page.locator('.result').getByRole('link', { name: say('查看证据', 'Open evidence') }),
        ],
      },
      {
        name: 'evidence incomplete',
        path: `/evidence/${job.number}`,
        shows: (page, say) => [page.getByText(say('这份证据不完整', 'This evidence is incomplete'))],
      },
    ]
  }

  describe('what failed or is incomplete', () => {
    let made: Promise<CaptureJobView> | undefined
    for (const how of LOOKS) {
      test(`is whole and within reach at every width, ${how.language}`, { timeout: 180_000 }, async () => {
        const say: Say = (zh, en) => (how.language === 'zh' ? zh : en)
        made ??= incomplete()
        const { page, context, problems } = await stage.open('officer2', how)
        const wrong: string[] = []
        for (const { name, path, patch, silent, shows } of screens(await made)) {
          if (silent !== undefined) await page.route(silent, (route) => route.abort())
          if (patch !== undefined) {
            const [address, change] = patch
            await page.route(address, async (route) => {
              const answer = await route.fetch()
              const told = (await answer.json()) as Record<string, unknown>
              await route.fulfill({ json: { ...told, ...change(told) } })
            })
          }
          await page.goto(path, { waitUntil: 'load' })
          for (const part of shows(page, say)) await part.waitFor()
          await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
          wrong.push(...(await measured(page, name, how)))
          wrong.push(...problems.splice(0).map((problem) => `${name}: ${problem}`))
          await page.unrouteAll({ behavior: 'wait' })
        }
        await context.close()
        assert.deepEqual(wrong, [])
      })
    }
  })

  describe('the controlled browser', () => {
    test('is whole and within reach at every width, open and closed, in both languages', async () => {
      const { client } = await stage.platform.signIn('officer')
      const { id } = await client.call('live.open', { body: { url: `${stage.platform.market}/` } })
      const opened = await Promise.all(LOOKS.map(async (how) => ({ how, ...(await stage.open('officer', how)) })))
      const wrong: string[] = []
      for (const { page } of opened) {
        await page.goto(`/live/${id}?url=${encodeURIComponent(LONG)}`, { waitUntil: 'load' })
        await page.locator('.live-screen').waitFor()
      }
      for (const { how, page } of opened) {
        await page.locator('.live-screen img').waitFor({ timeout: 60_000 })
        wrong.push(...(await measured(page, 'live', how)))
      }
      await client.call('live.close', { params: { id } })
      for (const { how, page, problems, context } of opened) {
        await page.locator('.ant-alert').waitFor()
        wrong.push(...(await measured(page, 'live closed', how)), ...problems)
        await context.close()
      }
      assert.deepEqual(wrong, [])
    })
  })
}
