import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { needs } from '../../../../tests/capability.ts'
import { checkWacz } from '../archive/check-wacz.ts'
import { readArchive } from '../archive/read-archive.ts'
import type { CaptureEvent } from './capture-event.ts'
import { captured, openSite, type TestSite } from './test-site.ts'

const withBrowser = needs('chromium')
const GBK_TITLE = Buffer.from([0xc9, 0xcc, 0xc6, 0xb7])

async function withShop(run: (site: TestSite) => Promise<void>): Promise<void> {
  const site = await openSite({
    '/': (_request, response) =>
      void response
        .setHeader('content-type', 'text/html')
        .end(
          Buffer.concat([
            Buffer.from('<meta charset="gbk"><title>'),
            GBK_TITLE,
            Buffer.from('</title><div style="height:5000px">top</div><details><summary>more</summary>inside</details>'),
            Buffer.from('<script>fetch("/price", { method: "POST", body: "id=7" }).then((r) => r.text())</script>'),
          ]),
        ),
    '/price': (_request, response) => void response.setHeader('content-encoding', 'gzip').end(gzipSync('{"price":99}')),
    '/second': '<title>second</title><p>two</p>',
    '/signed-in': (request, response) =>
      void response.setHeader('content-type', 'text/html').end(`<title>${request.headers.cookie ?? 'nobody'}</title>`),
    '/sign-in':
      '<title>sign in</title><input id="name" autofocus style="width:600px;height:300px"><script>document.cookie="user=none";oninput=()=>{document.cookie="user="+encodeURIComponent(document.getElementById("name").value)}</script>',
  })
  try {
    await run(site)
  } finally {
    await site.close()
  }
}

async function profilesLeft(): Promise<number> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('mingzheng-browser-')).length
}

/** Kills the browsers of this process, before anything else can happen in it. */
function killBrowsers(): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const ours = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === `${process.pid}`
      if (ours && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--remote-debugging-pipe')) {
        process.kill(-Number(pid), 'SIGKILL')
      }
    } catch {
      // It ended while it was looked at.
    }
  }
}

describe('a capture', () => {
  test('of two pages holds pictures, print, snapshot, text, traffic, environment and log of both', withBrowser, () =>
    withShop(async (site) => {
      const events: CaptureEvent[] = []
      const urls = [`http://localhost:${site.port}/`, `http://localhost:${site.port}/second`]
      await captured(
        site,
        { urls, onEvent: (event) => events.push(event), liveView: true },
        async ({ result, read }) => {
          assert.equal(result.reason, null)
          assert.deepEqual(
            result.pages.map((page) => [page.title, page.status]),
            [
              ['商品', 200],
              ['second', 200],
            ],
          )
          const first = result.pages[0]!
          assert.ok(first.viewports.length >= 6)
          for (const path of [first.picture, first.print, first.snapshot, first.text]) assert.ok(path !== null)
          assert.match((await read(first.text!)).toString(), /inside/)
          assert.equal((await read(first.print!)).toString('latin1', 0, 5), '%PDF-')
          const archive = result.files.find((file) => file.role === 'archive')!
          assert.deepEqual((await checkWacz(archive.file)).problems, [])
          const exchanges = await readArchive(archive.file)
          const page = exchanges.find((each) => each.url === urls[0])!
          assert.ok(Buffer.from(page.payload).includes(GBK_TITLE))
          assert.equal(page.serverAddress, '127.0.0.1')
          const price = exchanges.find((each) => each.url.endsWith('/price'))!
          assert.equal(Buffer.from(price.requestBody).toString(), 'id=7')
          assert.equal(Buffer.from(price.payload).toString(), '{"price":99}')
          const environment = JSON.parse((await read(result.environment!)).toString())
          assert.equal(environment.clean, true)
          assert.match(JSON.stringify(environment.checks), /localhost/)
          const log = (await read(result.actionLog!)).toString()
          for (const word of ['open started', 'scrolled', 'details', 'archive done'])
            assert.ok(log.includes(word), word)
          assert.deepEqual(result.network.serverAddresses, ['127.0.0.1'])
        },
      )
      assert.ok(events.some((event) => event.kind === 'frame'))
      assert.ok(events.some((event) => event.kind === 'bytes' && event.requests > 0))
    }),
  )

  test('that is cancelled keeps what was got, says so, and leaves no browser behind', withBrowser, () =>
    withShop(async (site) => {
      const before = await profilesLeft()
      const controller = new AbortController()
      const onEvent = (event: CaptureEvent) => {
        if (event.kind === 'step' && event.name === 'scroll' && event.state === 'started') controller.abort()
      }
      await captured(site, { signal: controller.signal, onEvent }, ({ result, codes }) => {
        assert.equal(result.complete, false)
        assert.ok(codes.includes('cancelled'))
        assert.ok(result.files.some((file) => file.role === 'archive'))
      })
      assert.ok((await profilesLeft()) <= before)
    }),
  )

  test(
    'that opened nothing leaves nothing: cancelled at once, or its browser killed before the first page',
    withBrowser,
    () =>
      withShop(async (site) => {
        const never = () => assert.fail('there is a result without a page')
        await assert.rejects(captured(site, { signal: AbortSignal.abort() }, never), { code: 'capture-cancelled' })
        const onEvent = (event: CaptureEvent) => {
          if (event.kind === 'step' && event.name === 'environment' && event.state === 'started') killBrowsers()
        }
        await assert.rejects(captured(site, { onEvent }, never), { code: 'browser-failed' })
      }),
  )

  test('that takes too long is ended at its limit of time', withBrowser, () =>
    withShop((site) =>
      captured(site, { limits: { totalMs: 2_500 } }, ({ result, codes }) => {
        assert.equal(result.complete, false)
        assert.ok(codes.includes('limit-time'))
      }),
    ),
  )

  test('of an address where nobody answers is incomplete and names the address', withBrowser, () =>
    withShop(async (site) => {
      const url = `http://nobody.test:${site.port}/`
      await captured(site, { urls: [url], resolver: async () => [] }, ({ result, codes }) => {
        assert.equal(result.complete, false)
        assert.ok(codes.includes('address-not-opened'))
        assert.equal(result.pages[0]?.status, null)
      })
    }),
  )

  test('of a page with an error status says so and keeps the page', withBrowser, () =>
    withShop((site) =>
      captured(site, { urls: [`http://localhost:${site.port}/missing`] }, ({ result, codes }) => {
        assert.equal(result.pages[0]?.status, 404)
        assert.ok(codes.includes('status-not-ok'))
      }),
    ),
  )

  test('says when no time source answered, and when the clock moved in between', withBrowser, () =>
    withShop(async (site) => {
      await captured(site, {}, ({ codes }) => assert.ok(codes.includes('clock-not-checked')))
      const offsets = [3, 5_003]
      const timeSource = {
        name: 'test',
        read: async () => ({ offsetMs: offsets.shift() ?? 0, uncertaintyMs: 1 }),
      }
      await captured(site, { urls: [`http://localhost:${site.port}/second`], timeSource }, ({ result, codes }) => {
        assert.deepEqual([result.clock.before.offsetMs, result.clock.after.offsetMs], [3, 5_003])
        assert.ok(codes.includes('clock-stepped'))
      })
    }),
  )
})

describe('the sources of a capture', () => {
  test('no file of the capture reads the environment or starts a shell', async () => {
    const folder = import.meta.dirname
    for (const entry of await readdir(folder, { recursive: true })) {
      if (!entry.endsWith('.ts') || entry.endsWith('.test.ts')) continue
      const text = await readFile(`${folder}/${entry}`, 'utf8')
      assert.ok(!/process\.env|shell: true|child_process/.test(text), entry)
    }
  })
})
