/** Every page at every size, in both languages and both lights: nothing runs over, nothing complains. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Look, Stage } from './stage.ts'
import { WIDTHS, wrongAtWidths } from './widths.ts'

const LOOKS: Look[] = [
  { language: 'en', appearance: 'light', ...WIDTHS[0] },
  { language: 'zh', appearance: 'dark', ...WIDTHS[0] },
]

function tooWide(): string[] {
  const over = document.documentElement.scrollWidth - innerWidth
  return over > 0 ? [`${over} px too wide`] : []
}

export function sizeJourneys(stage: Stage): void {
  describe('every page', () => {
    /** Opens each path and returns what is wrong with it. */
    async function look(username: string | null, paths: string[], how: Look): Promise<string[]> {
      const { page, context, problems } = await stage.open(username, how)
      const wrong: string[] = []
      for (const path of paths) {
        await page.setViewportSize(WIDTHS[0]!)
        await page.goto(path, { waitUntil: 'load' })
        await page.locator('h1').first().waitFor()
        await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
        wrong.push(...(await wrongAtWidths(page, tooWide)).map((problem) => `${path} at ${problem}`))
        const alert = await page.locator('.problem').count()
        if (alert > 0) wrong.push(`${path} shows a problem`)
        wrong.push(...problems.splice(0).map((problem) => `${path}: ${problem}`))
      }
      await context.close()
      return wrong
    }

    for (const how of LOOKS) {
      test(`fits every width, ${how.language}, ${how.appearance}`, async () => {
        const officer = ['/desk', '/capture', '/captures', '/evidence', '/organisation', '/people', '/account']
        const { client } = await stage.platform.signIn('officer')
        const { captures } = await client.call('captures.list', { query: { limit: 1 } })
        const watched = captures.map((capture) => `/capture/${capture.id}`)
        const compared = `/evidence/compare?left=${stage.numbers[0]}&right=${stage.numbers[1]}`
        const watching = ['/watch', '/watch?wall=true', '/leads', '/tasks', '/tasks/new', '/models', '/probes']
        const judging = ['/models/operator', '/settings', '/settings/edit', '/registers', '/registers/operators']
        const open = ['/sign-in', '/ledger', '/ledger/0', '/ledger/members', '/verify', `/verify/${stage.numbers[0]}`]
        const wrong = [
          ...(await look('officer', [...officer, `/evidence/${stage.numbers[0]}`, ...watched, compared], how)),
          ...(await look('analyst', [...watching, ...judging], how)),
          ...(await look(null, open, how)),
        ]
        assert.deepEqual(wrong, [])
      })
    }

    test('the administrators’ pages fit a phone', async () => {
      const how = LOOKS[0]!
      assert.deepEqual(await look('security', ['/keys', '/api-keys', '/people'], how), [])
      assert.deepEqual(await look('audit', ['/audit'], how), [])
    })

    test('a piece of evidence prints on paper without the frame around it', async () => {
      const { page, context } = await stage.open('officer', { appearance: 'dark' })
      await page.goto(`/evidence/${stage.numbers[0]}`, { waitUntil: 'networkidle' })
      await page.locator('.picture-pane img').waitFor()
      await page.emulateMedia({ media: 'print' })
      assert.equal(await page.locator('.frame-side').isVisible(), false)
      assert.equal(await page.locator('.frame-top').isVisible(), false)
      assert.equal(await page.getByText(stage.numbers[0]!).first().isVisible(), true)
      const pdf = await page.pdf({ format: 'A4' })
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
      await context.close()
    })
  })
}
