import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRefusal, systemClock } from '@mingzheng/kernel'
import { needs } from '../../../../tests/capability.ts'
import { capture } from './capture.ts'
import { captured, openSite, type TestSite } from './test-site.ts'

const withBrowser = needs('chromium')

/** An outer site that a capture may open and an inner one that it may not; `page` is what the outer one serves. */
async function withInner(page: (inner: TestSite) => string, run: (outer: TestSite, inner: TestSite) => Promise<void>) {
  const inner = await openSite({ '/': 'secret', '/metadata': 'secret' })
  const outer = await openSite({
    '/': (_request, response) => void response.setHeader('content-type', 'text/html').end(page(inner)),
    '/go': (_request, response) => void response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` }).end(),
  })
  try {
    await run(outer, inner)
  } finally {
    await outer.close()
    await inner.close()
  }
}

describe('private networks', () => {
  test('a page cannot reach them by fetch, picture, frame, socket or worker', withBrowser, () =>
    withInner(
      (inner) => {
        const url = `http://127.0.0.1:${inner.port}`
        return `<title>probe</title><img src="${url}/a.png"><iframe src="${url}/"></iframe><link rel="prefetch" href="${url}/">
          <script>fetch("${url}/", { mode: "no-cors" }); new WebSocket("ws://127.0.0.1:${inner.port}/")
          fetch("http://[::1]:${inner.port}/", { mode: "no-cors" }); fetch("http://169.254.169.254/metadata", { mode: "no-cors" })
          fetch("http://[::ffff:127.0.0.1]:${inner.port}/", { mode: "no-cors" })
          new Worker(URL.createObjectURL(new Blob(["fetch('${url}/', { mode: 'no-cors' })"])))</script>`
      },
      (outer, inner) =>
        captured(outer, {}, ({ codes }) => {
          assert.deepEqual(inner.asked, [])
          assert.ok(codes.includes('closed-network'))
        }),
    ),
  )

  test('a redirect does not lead into them, and the capture says that the address was not opened', withBrowser, () =>
    withInner(
      () => '',
      (outer, inner) =>
        captured(outer, { urls: [`http://localhost:${outer.port}/go`] }, ({ result, codes }) => {
          assert.deepEqual(inner.asked, [])
          assert.equal(result.complete, false)
          assert.ok(codes.includes('closed-network') && codes.includes('address-not-opened'))
        }),
    ),
  )

  test('a name that changes its address after the first look does not lead into them', withBrowser, () =>
    withInner(
      (inner) => `<title>rebind</title><script>
        const again = () => fetch("http://rebind.test:${inner.port}/", { mode: "no-cors" }).catch(() => {})
        again().then(again).then(again)</script>`,
      async (outer, inner) => {
        let looks = 0
        const resolver = async (name: string) => {
          if (name !== 'rebind.test') return ['127.0.0.1']
          looks++
          // First nothing at all, then the address inside: an attacker's server of names may say anything.
          return looks === 1 ? [] : ['127.0.0.1']
        }
        const allow = (host: string, port: number) => host === 'localhost' && port === outer.port
        await captured(outer, { resolver, allow }, ({ codes }) => {
          assert.deepEqual(inner.asked, [])
          assert.ok(looks > 1)
          assert.ok(codes.includes('closed-network'))
        })
      },
    ),
  )

  test('a page cannot show files of the machine', withBrowser, () =>
    withInner(
      () =>
        '<title>files</title><iframe src="file:///etc/passwd"></iframe><script>location = "file:///etc/passwd"</script>',
      (outer) =>
        captured(outer, {}, async ({ result, read }) => {
          assert.equal(result.pages[0]?.title, 'files')
          const text = result.pages[0]?.text
          assert.ok(text != null && !(await read(text)).toString().includes('root:'))
        }),
    ),
  )

  for (const [url, code] of [
    ['file:///etc/passwd', 'address-scheme'],
    ['http://user:pass@shop.test/', 'address-userinfo'],
    ['http://127.0.0.1:1/', 'address-private'],
    ['http://[::ffff:a00:1]/', 'address-private'],
  ] as const) {
    test(`${url} is refused before anything is started`, async () => {
      const browser = { kind: 'system', executable: '/nowhere', arguments: [], environment: {}, lacks: [] } as const
      const answer = await capture({ urls: ['https://shop.test/', url], out: '/nowhere', browser, clock: systemClock })
      assert.ok(isRefusal(answer))
      assert.deepEqual([answer.code, answer.field], [code, 'urls[1]'])
    })
  }
})
