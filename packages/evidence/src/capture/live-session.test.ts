import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRefusal, systemClock } from '@mingzheng/kernel'
import { needs } from '../../../../tests/capability.ts'
import { chooseBrowser } from '../browser/choose-browser.ts'
import type { LiveSession, LiveSessionEvent } from './live-session.ts'
import { openLiveSession } from './open-live-session.ts'
import { captured, openSite, type TestSite } from './test-site.ts'

const withBrowser = needs('chromium')

async function withSession(
  run: (session: LiveSession, site: TestSite, events: LiveSessionEvent[]) => Promise<void>,
  options: { idleMs?: number } = {},
) {
  const site = await openSite({
    '/': '<title>sign in</title><input id="name" style="position:fixed;left:0;top:0;width:600px;height:300px"><script>document.getElementById("name").oninput = (event) => { document.cookie = "user=" + encodeURIComponent(event.target.value); document.title = event.target.value }</script>',
    '/mine': (request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(
        `<title>${decodeURIComponent(/user=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? 'nobody')}</title>`,
      )
    },
  })
  const browser = await chooseBrowser({})
  if (isRefusal(browser)) throw new Error(browser.detail)
  const events: LiveSessionEvent[] = []
  const session = await openLiveSession({
    url: `http://localhost:${site.port}/`,
    browser,
    clock: systemClock,
    allow: (host, port) => host === 'localhost' && port === site.port,
    resolver: async () => ['127.0.0.1'],
    onEvent: (event) => events.push(event),
    ...options,
  })
  if (isRefusal(session)) throw new Error(session.code)
  try {
    await run(session, site, events)
  } finally {
    await session.close()
    await site.close()
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !condition(); tries++) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(condition())
}

describe('a live session', () => {
  test('shows the page, takes clicks and Chinese text, and the capture goes on signed in', withBrowser, () =>
    withSession(async (session, site, events) => {
      await until(() => events.some((event) => event.kind === 'frame') && site.asked.includes('/'))
      await until(() => events.some((event) => event.kind === 'address' && event.title === 'sign in'))
      await session.input({ kind: 'click', x: 50, y: 50, button: 'left' })
      await session.input({ kind: 'compose', text: 'zhang' })
      await session.input({ kind: 'text', text: '张三' })
      await until(() => events.some((event) => event.kind === 'address' && event.title === '张三'))
      await captured(
        site,
        { session, urls: [`http://localhost:${site.port}/mine`] },
        async ({ result, read, codes }) => {
          assert.equal(result.pages[0]?.title, '张三')
          assert.ok(codes.includes('environment-not-clean'))
          assert.match((await read(result.environment!)).toString(), /an officer used this browser/)
          assert.match(result.entrySteps[0] ?? '', /live browser/)
        },
      )
      await assert.rejects(session.input({ kind: 'text', text: 'late' }), { code: 'live-session-ended' })
    }),
  )

  test('refuses to go where captures may not go, and stays', withBrowser, () =>
    withSession(async (session) => {
      for (const [url, code] of [
        ['file:///etc/passwd', 'address-scheme'],
        ['http://10.0.0.1/', 'address-private'],
      ] as const) {
        const answer = await session.input({ kind: 'navigate', url })
        assert.equal(answer?.code, code)
      }
      await assert.rejects(session.input({ kind: 'key', key: 'Hyper' }), { code: 'key-unknown' })
      assert.match(session.url(), /localhost/)
    }),
  )

  test('closes once and for all', withBrowser, () =>
    withSession(async (session, _site, events) => {
      await session.close()
      await session.close()
      assert.equal(events.filter((event) => event.kind === 'closed').length, 1)
      await assert.rejects(session.input({ kind: 'back' }), { code: 'live-session-ended' })
    }),
  )

  test('closes by itself when nobody uses it, and says so', withBrowser, () =>
    withSession(
      async (session, _site, events) => {
        await until(() => events.some((event) => event.kind === 'closed'))
        const closed = events.find((event) => event.kind === 'closed')
        assert.equal(closed?.reason, 'nobody used it for 0.05 minutes')
        await assert.rejects(session.input({ kind: 'back' }), { code: 'live-session-ended' })
      },
      { idleMs: 3000 },
    ),
  )
})
