/** The public verification page in a real browser: what anybody sees who is handed a package or a certificate. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { encodePolicy } from '@mingzheng/proof'
import { buildSamplePackage } from '@mingzheng/proof/testing'
import type { Stage } from './stage.ts'

const FIRST_VIEW_BYTES = 350 * 1024
const zip = (name: string, bytes: Uint8Array) => ({
  name,
  mimeType: 'application/zip',
  buffer: Buffer.from(bytes),
})

export function verificationJourneys(stage: Stage): void {
  describe('the public verification page', () => {
    test('a package is verified in the browser; nothing is uploaded', async () => {
      const { page, context, problems } = await stage.open(null)
      const sent: string[] = []
      page.on('request', (request) => request.method() !== 'GET' && sent.push(request.url()))
      await page.goto('/verify')
      await page.getByText('账本运营方').waitFor()
      await page.getByTestId('package-file').setInputFiles(zip('evidence.zip', stage.bytes))
      await page.getByText('核验通过', { exact: true }).waitFor({ timeout: 30_000 })
      assert.equal(await page.locator('[data-status=failed]').count(), 0)
      assert.ok((await page.locator('[data-status=passed]').count()) >= 20)
      assert.deepEqual(sent, [])
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('a package with one changed byte is refused, and the page says where', async () => {
      const { page, context } = await stage.open(null, { language: 'en', appearance: 'dark' })
      const altered = stage.bytes.slice()
      altered[Math.floor(stage.bytes.length / 2)]! ^= 1
      await page.goto('/verify')
      await page.getByTestId('package-file').setInputFiles(zip('altered.zip', altered))
      await page.getByText('Verification failed', { exact: true }).waitFor({ timeout: 30_000 })
      await page.locator('[data-check=files][data-status=failed]').getByText('Where').waitFor()
      await context.close()
    })

    test('a file that is no package is called so, without blame', async () => {
      const { page, context } = await stage.open(null)
      await page.goto('/verify')
      await page
        .getByTestId('package-file')
        .setInputFiles(zip('note.zip', new TextEncoder().encode('hello'.repeat(99))))
      await page.getByText('不是证据包', { exact: true }).waitFor()
      await context.close()
    })

    test('with no trust policy the best answer is that it is incomplete', async () => {
      const { page, context } = await stage.open(null)
      await page.goto('/verify')
      await page.getByRole('button', { name: '移除' }).click()
      await page.getByTestId('package-file').setInputFiles(zip('evidence.zip', stage.bytes))
      await page.getByText('核验不完整', { exact: true }).waitFor({ timeout: 30_000 })
      await context.close()
    })

    test('a package of another platform verifies with its own policy, and script in its texts stays text', async () => {
      const { page, context, problems } = await stage.open(null)
      const title = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
      const sample = await buildSamplePackage({ at: Date.now() - 60_000, manifest: { unit: title } })
      await page.goto('/verify')
      await page.getByTestId('package-file').setInputFiles(zip('foreign.zip', sample.bytes))
      await page.locator('.verdict').waitFor({ timeout: 30_000 })
      assert.equal(await page.getByText('核验通过', { exact: true }).count(), 0)
      await page.getByRole('button', { name: '核验另一份' }).click()
      await page.getByTestId('policy-file').setInputFiles({
        name: 'policy.json',
        mimeType: 'application/json',
        buffer: Buffer.from(encodePolicy(sample.policy)),
      })
      await page.getByText('由您添加').waitFor()
      await page.getByTestId('package-file').setInputFiles(zip('foreign.zip', sample.bytes))
      await page.getByText('核验通过', { exact: true }).waitFor({ timeout: 30_000 })
      await page.getByText('document.title=2', { exact: false }).first().waitFor()
      assert.match(await page.title(), /核验/)
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('a certificate’s number is known with its check code alone', async () => {
      const { page, context } = await stage.open(null)
      await page.goto('/verify')
      await page.getByLabel('输入保全证书编号').fill(stage.numbers[0]!.slice(0, -1))
      await page.getByRole('button', { name: '查询' }).click()
      await page.getByText('编号不完整或有误').waitFor()
      await page.getByLabel('输入保全证书编号').fill(stage.numbers[0]!.toLowerCase())
      await page.getByRole('button', { name: '查询' }).click()
      await page.getByText('编号真实，由本平台签发').waitFor()
      assert.equal(new URL(page.url()).pathname, `/verify/${stage.numbers[0]}`)
      const wrong = stage.numbers[0]!.slice(0, -1) + (stage.numbers[0]!.endsWith('0') ? '1' : '0')
      await page.goto(`/verify/${wrong}`)
      await page.getByText('没有这份证书').waitFor()
      await context.close()
    })

    test('the QR code of a certificate leads to its number, from a photo', async () => {
      const { page, context } = await stage.open(null)
      const { default: encodeQR } = await import('qr')
      const photo = encodeQR(`${stage.platform.url}/verify/${stage.numbers[0]}`, 'gif', { scale: 6, border: 4 })
      const other = encodeQR('https://elsewhere.example/', 'gif', { scale: 6, border: 4 })
      await page.goto('/verify')
      await page.getByRole('button', { name: '扫描证书上的二维码' }).click()
      const field = page.getByTestId('qr-photo')
      await field.setInputFiles({ name: 'other.gif', mimeType: 'image/gif', buffer: Buffer.from(other) })
      await page.getByText('这个二维码不是保全证书上的').waitFor()
      await field.setInputFiles({ name: 'photo.gif', mimeType: 'image/gif', buffer: Buffer.from(photo) })
      await page.getByText('编号真实，由本平台签发').waitFor()
      await context.close()
    })

    test('the first view needs at most 350 KB of gzip’d script', async () => {
      const { page, context } = await stage.open(null)
      const scripts: Promise<number>[] = []
      page.on('response', (response) => {
        if (!/\.js($|\?)/.test(response.url())) return
        scripts.push(response.body().then((body) => gzipSync(body).length))
      })
      await page.goto('/verify', { waitUntil: 'networkidle' })
      const sizes = await Promise.all(scripts)
      const total = sizes.reduce((sum, size) => sum + size, 0)
      assert.ok(sizes.length > 0)
      assert.ok(total <= FIRST_VIEW_BYTES, `${total} bytes`)
      await context.close()
    })

    test('no page runs inline script, and the policy of contents forbids it', async () => {
      for (const path of ['/verify', '/ledger', '/sign-in']) {
        const answer = await fetch(stage.platform.url + path)
        const html = await answer.text()
        const policy = answer.headers.get('content-security-policy') ?? ''
        const script = policy.split(';').find((part) => part.trim().startsWith('script-src')) ?? ''
        assert.match(script, /'self'/)
        assert.doesNotMatch(script, /'unsafe-inline'|'unsafe-eval'/)
        assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|\son\w+=|javascript:/i)
      }
    })
  })
}
