/** The standalone verifier in a real browser: one HTML file, opened from disk, offline. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { seededRandom } from '@mingzheng/kernel/testing'
import {
  encodePolicy,
  encodePolicyChain,
  fillVerifierPage,
  memorySource,
  type Report,
  verifyPackage,
} from '@mingzheng/proof'
import {
  buildConsortiumPackage,
  buildSamplePackage,
  type ConsortiumPackage,
  packageOf,
  type SamplePackage,
} from '@mingzheng/proof/testing'
import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test'
import { needs, toolPath } from './capability.ts'

const VERIFIER = join(import.meta.dirname, '..', 'apps', 'verifier')
const MOST_BYTES = 1.5 * 2 ** 20

describe('the one-file verifier', needs('chromium'), () => {
  let folder: string
  let browser: Browser
  let sample: SamplePackage
  let consortium: ConsortiumPackage
  const path = (name: string) => join(folder, name)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'verifier-page-'))
    const vite = join(VERIFIER, '..', '..', 'node_modules', 'vite', 'bin', 'vite.js')
    const built = spawnSync(process.execPath, [vite, 'build', '--outDir', folder, '--logLevel', 'error'], {
      cwd: VERIFIER,
    })
    assert.equal(built.status, 0, built.stderr.toString())
    const title = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    sample = await buildSamplePackage({ at: Date.now() - 60_000, manifest: { unit: title } })
    const altered = new Map(sample.members).set('data/page.txt', new Uint8Array(19))
    await writeFile(path('good.zip'), sample.bytes)
    await writeFile(path('altered.zip'), await packageOf(altered))
    await writeFile(path('policy.json'), encodePolicy(sample.policy))
    await writeFile(path('renewal.tsr'), await sample.renewal(1000))
    await writeFile(path('good.renewal'), await sample.renewalFile(2000))
    const another = await buildSamplePackage({ seed: 'another', at: Date.now() - 60_000 })
    await writeFile(path('another.renewal'), await another.renewalFile(2000))
    await writeFile(path('note.txt'), 'hello')
    consortium = await buildConsortiumPackage(['regulator', 'court', 'ca'], true, { at: Date.now() - 60_000 })
    await writeFile(path('consortium.zip'), consortium.sample.bytes)
    await writeFile(path('first-policy.json'), encodePolicy(consortium.first))
    await writeFile(path('policy-chain.json'), encodePolicyChain(consortium.links))
    const page = await readFile(path('index.html'), 'utf8')
    await writeFile(path('filled.html'), fillVerifierPage(page, [sample.policy]))
    browser = await chromium.launch({ executablePath: toolPath('chromium'), args: ['--no-sandbox'] })
  })
  after(async () => {
    await browser?.close()
    await rm(folder, { recursive: true })
  })

  /** Opens a page of the folder from disk, gives it files, and passes it on; no request may leave the file. */
  async function open(
    name: string,
    files: string[],
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN', ...options })
    try {
      const page = await context.newPage()
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(error.message))
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      page.on('request', (request) => !request.url().startsWith('file:') && problems.push(request.url()))
      await page.goto(pathToFileURL(path(name)).href)
      if (files.length > 0) {
        await page.setInputFiles('#file', files.map(path))
        await page.waitForSelector('[data-verdict], [role=alert]')
      }
      await look(page)
      assert.deepEqual(problems, [])
    } finally {
      await context.close()
    }
  }
  const verdict = (page: Page) => page.getAttribute('[data-verdict]', 'data-verdict')

  test('is one file of at most 1.5 MB that lets the browser call nobody', async () => {
    assert.ok((await stat(path('filled.html'))).size <= MOST_BYTES)
    const html = await readFile(path('filled.html'), 'utf8')
    assert.match(html, /Content-Security-Policy" content="default-src 'none';/)
    assert.doesNotMatch(html, /<(script|link|img)[^>]+(src|href)="(?!data:)/)
  })

  test('names its policy on top, verifies a package, and marks a demonstration', async () => {
    await open('filled.html', ['good.zip'], {}, async (page) => {
      assert.equal(await verdict(page), 'verified')
      assert.match((await page.textContent('.policy'))!, /测试策略/)
      assert.match((await page.textContent('.verdict'))!, /核验通过.*演示数据，不是证据/s)
      assert.equal(await page.getAttribute('[data-check=certificate-text]', 'data-code'), 'ok')
    })
  })

  test('says in one sentence what is wrong with an altered one, in either language', async () => {
    await open('filled.html', ['altered.zip'], { locale: 'en-GB' }, async (page) => {
      assert.equal(await verdict(page), 'failed')
      assert.match((await page.textContent('.statement'))!, /data\/page\.txt/)
      await page.click('header button')
      assert.match((await page.textContent('.statement'))!, /核验未通过/)
    })
  })

  test('believes nothing without a policy, and takes one that is put in by hand', async () => {
    await open('index.html', ['good.zip'], {}, async (page) => {
      assert.equal(await verdict(page), 'incomplete')
      assert.match((await page.textContent('.policy'))!, /未固定信任策略/)
    })
    await open('index.html', ['good.zip', 'policy.json', 'renewal.tsr', 'good.renewal'], {}, async (page) => {
      assert.equal(await verdict(page), 'verified')
      assert.equal(await page.getAttribute('[data-check=renewals]', 'data-code'), 'ok')
    })
    await open('filled.html', ['good.zip', 'another.renewal'], {}, async (page) => {
      assert.equal(await verdict(page), 'failed')
      assert.equal(await page.getAttribute('[data-check=renewals]', 'data-code'), 'timestamp-imprint')
    })
  })

  test('makes the same report as Node, of honest and of damaged packages', async () => {
    const random = seededRandom('page')
    const names = ['good.zip', 'altered.zip']
    for (let i = 0; i < 6; i++) {
      const damaged = new Uint8Array(sample.bytes)
      const [a, b, c] = random(3) as unknown as [number, number, number]
      damaged[((a << 16) | (b << 8) | c) % damaged.length]! ^= 1 << (i & 7)
      names.push(`damaged-${i}.zip`)
      await writeFile(path(`damaged-${i}.zip`), damaged)
    }
    for (const name of names) {
      await open('filled.html', [name], {}, async (page) => {
        const download = page.waitForEvent('download')
        await page.click('.actions button:nth-child(2)')
        const theirs = JSON.parse(await readFile(await (await download).path(), 'utf8')) as Report
        const bytes = new Uint8Array(await readFile(path(name)))
        const now = Date.parse(theirs.checkedAt)
        const ours = await verifyPackage(memorySource(bytes), { policies: [sample.policy], now })
        assert.deepEqual(theirs, JSON.parse(JSON.stringify(ours)), name)
      })
    }
  })

  test('follows a consortium’s policies, and checks each member’s Ed25519 and SM2 cosignatures in the browser', async () => {
    await open('index.html', ['consortium.zip', 'first-policy.json'], {}, async (page) => {
      assert.equal(await verdict(page), 'incomplete')
      assert.equal(await page.getAttribute('[data-check=policy]', 'data-code'), 'policy-chain-missing')
    })
    await open('index.html', ['consortium.zip', 'first-policy.json', 'policy-chain.json'], {}, async (page) => {
      assert.equal(await verdict(page), 'verified')
      for (const id of ['policy-chain', 'receipt-signatures', 'receipt-sm3-signatures']) {
        assert.equal(await page.getAttribute(`[data-check=${id}]`, 'data-code'), 'ok', id)
      }
      assert.match((await page.textContent('[data-check=receipt-sm3-signatures]'))!, /5 个成员中 3 个的签名有效/)
    })
  })

  test('says that something else is no package', async () => {
    await open('filled.html', ['note.txt'], {}, async (page) => assert.equal(await verdict(page), 'not-a-package'))
  })

  test('shows what a package says as text, never as HTML', async () => {
    await open('filled.html', ['good.zip'], {}, async (page) => {
      assert.equal(await page.title(), '明证 · 证据核验')
      assert.equal(await page.locator('img, main script').count(), 0)
      assert.match((await page.textContent('dl'))!, /<img src=x/)
    })
  })

  test('fits a telephone of 390 px and a wide screen, light and dark, without scrolling sideways', async () => {
    for (const [width, colorScheme] of [
      [390, 'light'],
      [390, 'dark'],
      [2560, 'dark'],
    ] as const) {
      await open('filled.html', ['altered.zip'], { viewport: { width, height: 844 }, colorScheme }, async (page) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        assert.ok(wide <= 0, `${width} px: ${wide}`)
      })
    }
  })
})
