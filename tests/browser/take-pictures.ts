/** `npm run pictures`: takes the pictures of docs/pictures anew, on a platform of their own, in real Chromium. */
import { join, resolve } from 'node:path'
import { type Look, setStage } from './stage.ts'

const FOLDER = resolve(import.meta.dirname, '../../docs/pictures')

interface Picture {
  readonly name: string
  readonly who: string | null
  readonly path: string
  readonly look: Look
}

const stage = await setStage()
const [number] = stage.numbers
const PICTURES: readonly Picture[] = [
  { name: 'evidence-detail', who: 'officer', path: `/evidence/${number}`, look: {} },
  { name: 'evidence-detail-en', who: 'officer', path: `/evidence/${number}`, look: { language: 'en' } },
  { name: 'evidence-detail-phone', who: 'officer', path: `/evidence/${number}`, look: { width: 390, height: 844 } },
  { name: 'desk', who: 'officer', path: '/desk', look: {} },
  { name: 'desk-dark', who: 'officer', path: '/desk', look: { appearance: 'dark' } },
  { name: 'evidence-list', who: 'officer', path: '/evidence', look: {} },
  { name: 'new-capture', who: 'officer', path: '/capture', look: {} },
  { name: 'audit', who: 'audit', path: '/audit', look: {} },
  { name: 'account', who: 'officer', path: '/account', look: { language: 'en' } },
  { name: 'verification-phone', who: null, path: `/verify/${number}`, look: { width: 390, height: 844 } },
  { name: 'verification', who: null, path: `/verify/${number}`, look: {} },
  { name: 'ledger', who: null, path: '/ledger', look: {} },
  { name: 'demo-marketplace', who: null, path: `${stage.platform.market}/`, look: {} },
]

try {
  for (const { name, who, path, look } of PICTURES) {
    const { page, context } = await stage.open(who, look)
    await page.goto(path, { waitUntil: 'networkidle' })
    await page.locator('h1').first().waitFor()
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    // Pictures that are still coming leave holes.
    await page.waitForFunction(() => {
      const come = [...document.images].every((image) => image.complete && image.naturalWidth > 0)
      return come && document.querySelector('.bones') === null
    })
    await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
    await context.close()
    process.stdout.write(`${name}\n`)
  }
} finally {
  await stage.browser.close()
  await stage.platform.stop()
}
process.exit(0)
