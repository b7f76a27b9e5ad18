import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { needs } from '../../../../tests/capability.ts'
import { captured, openSite, type Route } from './test-site.ts'

const withBrowser = needs('chromium')

/** A body that goes on until somebody hangs up. */
function endless(chunk: Buffer, everyMs: number, type: string): Route {
  return (_request, response) => {
    response.setHeader('content-type', type)
    response.write('<title>endless</title><p>begins</p>')
    const timer = setInterval(() => response.write(chunk), everyMs)
    response.on('close', () => clearInterval(timer))
  }
}

async function withSite(
  routes: Parameters<typeof openSite>[0],
  run: (site: Awaited<ReturnType<typeof openSite>>) => Promise<void>,
): Promise<void> {
  const site = await openSite(routes)
  try {
    await run(site)
  } finally {
    await site.close()
  }
}

describe('hostile pages', () => {
  test('a page that begins a stream without end is captured with what came', withBrowser, () =>
    withSite(
      {
        '/': '<title>stream</title><p>here</p><script>fetch("/stream").then((r) => r.text())</script>',
        '/stream': endless(Buffer.from('more '), 50, 'text/plain'),
      },
      (site) =>
        captured(site, {}, async ({ result, read }) => {
          assert.equal(result.complete, true)
          assert.match((await read('data/traffic.jsonl')).toString(), /"\/?[^"]*\/stream".*"end":"cut-off"/)
        }),
    ),
  )

  test('a document that never ends is opened again and kept as it comes', withBrowser, () =>
    withSite({ '/': endless(Buffer.from('<p>more</p>'), 100, 'text/html; charset=utf-8') }, (site) =>
      captured(site, { limits: { openMs: 4_000, settleMs: 1_000, scrollMs: 2_000 } }, ({ result }) => {
        assert.equal(result.pages[0]?.title, 'endless')
        assert.notEqual(result.pages[0]?.picture, null)
      }),
    ),
  )

  test('a body of ten gigabytes is stopped at the limit and the capture says so', withBrowser, () =>
    withSite(
      {
        '/': '<title>big</title><p>seen</p><script>fetch("/big").then((r) => r.blob())</script>',
        '/big': (_request, response) => {
          response.setHeader('content-length', String(10_000_000_000))
          const chunk = Buffer.alloc(1 << 16)
          const more = () => {
            while (!response.destroyed && response.write(chunk)) {}
          }
          response.on('drain', more)
          more()
        },
      },
      (site) =>
        captured(site, { limits: { networkBytes: 20_000_000 } }, ({ result, codes }) => {
          assert.equal(result.complete, false)
          assert.ok(codes.includes('limit-bytes'))
          assert.ok(result.traffic.networkBytes < 40_000_000)
          assert.notEqual(result.pages[0]?.picture, null)
          assert.ok(result.files.some((file) => file.role === 'archive'))
        }),
    ),
  )

  test('a decompression bomb is stopped at the limit of decoded bytes', withBrowser, () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000))
    return withSite(
      {
        '/': '<title>bomb</title><script>fetch("/bomb").then((r) => r.text())</script>',
        '/bomb': (_request, response) => {
          response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' }).end(bomb)
        },
      },
      (site) =>
        captured(site, { limits: { decodedBytes: 30_000_000 } }, ({ result, codes }) => {
          assert.equal(result.complete, false)
          assert.ok(codes.includes('limit-bytes'))
          assert.ok(result.files.some((file) => file.role === 'archive'))
        }),
    )
  })

  test('ten thousand requests are stopped at the limit', withBrowser, () =>
    withSite(
      {
        '/': '<title>many</title><script>for (let i = 0; i < 10000; i++) fetch("/one?" + i).catch(() => {})</script>',
        '/one': (_request, response) => void response.end('one'),
      },
      (site) =>
        captured(site, { limits: { requests: 200, settleMs: 2_000 } }, ({ result, codes }) => {
          assert.ok(codes.includes('limit-requests'))
          assert.equal(result.complete, false)
          assert.ok(site.asked.length < 2_000)
        }),
    ),
  )

  test('a redirect loop is recorded hop by hop and the address counts as not opened', withBrowser, () =>
    withSite({ '/': (_request, response) => void response.writeHead(302, { location: '/' }).end() }, (site) =>
      captured(site, {}, async ({ result, codes, read }) => {
        assert.equal(result.complete, false)
        assert.ok(codes.includes('address-not-opened'))
        const hops = (await read('data/traffic.jsonl')).toString().match(/"end":"redirected"/g) ?? []
        assert.ok(hops.length >= 10)
      }),
    ),
  )

  test('alerts without end are answered, and the page is pictured', withBrowser, () =>
    withSite({ '/': '<title>alerts</title><p>seen</p><script>for (;;) alert("again")</script>' }, (site) =>
      captured(site, {}, ({ result, codes }) => {
        assert.ok(codes.includes('dialog-loop'))
        assert.notEqual(result.pages[0]?.picture, null)
      }),
    ),
  )

  test('a script that never yields is ended, and the capture says what is missing', withBrowser, () =>
    withSite(
      {
        '/': '<title>busy</title><p>seen</p><script>addEventListener("load", () => setTimeout(() => { for (;;); }, 50))</script>',
      },
      (site) =>
        captured(site, { limits: { settleMs: 1_000 } }, ({ result, codes }) => {
          assert.ok(codes.includes('page-unresponsive'))
          assert.equal(result.complete, false)
          assert.ok(result.files.some((file) => file.role === 'archive'))
        }),
    ),
  )

  test(
    'a tab that crashes leaves an incomplete capture with the traffic until then, and the next page is captured',
    withBrowser,
    () =>
      withSite(
        {
          '/': '<title>eats</title><script>setTimeout(() => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())) }, 300)</script>',
          '/next': '<title>next</title>',
        },
        (site) =>
          captured(
            site,
            {
              urls: [`http://localhost:${site.port}/`, `http://localhost:${site.port}/next`],
              browserArguments: ['--js-flags=--max-old-space-size=48'],
            },
            ({ result, codes }) => {
              assert.ok(codes.includes('tab-crashed'))
              assert.equal(result.complete, false)
              assert.ok(result.files.some((file) => file.role === 'archive'))
              assert.equal(result.pages[1]?.title, 'next')
            },
          ),
      ),
  )

  test('a page that fills the memory is ended with its browser, and what was got is kept', withBrowser, () =>
    withSite(
      {
        // A request without an answer keeps the capture waiting for quiet, however slow the machine fills its memory.
        '/': '<title>fills</title><script>fetch("/never"); const all = []; setInterval(() => all.push(new Uint8Array(5e7).fill(1)), 100)</script>',
        '/never': () => undefined,
      },
      (site) =>
        captured(site, { limits: { memoryBytes: 700_000_000 } }, ({ result, codes }) => {
          assert.equal(result.complete, false)
          assert.ok(codes.includes('limit-memory'))
          assert.ok(result.files.some((file) => file.role === 'archive'))
        }),
    ),
  )

  test('windows that a page opens are recorded, and beyond the limit closed', withBrowser, () =>
    withSite(
      {
        '/': '<title>pops</title><script>for (let i = 0; i < 9; i++) open("/pop?" + i, "_blank")</script>',
        '/pop': '<title>pop</title>',
      },
      (site) =>
        captured(site, { limits: { popups: 2 } }, ({ codes }) => {
          assert.ok(codes.filter((code) => code === 'popup').length <= 2)
          assert.ok(codes.includes('popup') ? codes.includes('limit-popups') : true)
        }),
    ),
  )

  test('a download is kept as a file and as the answer’s payload', withBrowser, () =>
    withSite(
      {
        '/': '<title>file</title><script>setTimeout(() => { location = "/file" }, 100)</script>',
        '/file': (_request, response) =>
          void response
            .writeHead(200, {
              'content-type': 'application/zip',
              'content-disposition': `attachment; filename*=UTF-8''%E4%BB%B7%E7%9B%AE%E8%A1%A8.zip`,
            })
            .end(Buffer.alloc(50_000, 7)),
      },
      (site) =>
        captured(site, {}, async ({ result, codes, read }) => {
          const file = result.files.find((each) => each.role === 'download')
          assert.ok(file !== undefined && codes.includes('download'))
          assert.match(file.path, /^data\/downloads\/1-[^/]*价目表\.zip$/u)
          assert.equal((await read(file.path)).length, 50_000)
          assert.match((await read('data/traffic.jsonl')).toString(), /\/file".*"keptBytes":50000/)
        }),
    ),
  )

  test('a page that looks for automation finds no webdriver mark and no function of ours', withBrowser, () =>
    withSite(
      {
        '/': '<title>x</title><script>document.title = [navigator.webdriver, typeof window.mingzhengScroller, Object.keys(window).some((k) => /cdc_|mingzheng|playwright/.test(k))].join()</script>',
      },
      (site) =>
        captured(site, {}, ({ result }) => {
          assert.equal(result.pages[0]?.title, 'false,undefined,false')
        }),
    ),
  )
})
