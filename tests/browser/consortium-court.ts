/** A court's clerk at the page of the court's own node. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from '@playwright/test'
import { CASE, type ConsortiumStage } from './consortium-stage.ts'

type Court = ConsortiumStage['court']

/** A page of a court's node, its clerk signed in. */
export async function asClerk(
  stage: ConsortiumStage,
  court: Court,
  language: 'zh' | 'en',
  visit: (page: Page) => Promise<void>,
): Promise<void> {
  const { page, context, problems } = await stage.open(null, { language, width: 390, height: 844 })
  await page.goto(`${court.url}?lang=${language}`)
  await page.fill('#passphrase', court.passphrase)
  await page.locator('form button').click()
  await page.locator('#number').waitFor()
  await visit(page)
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  assert.ok(over <= 0, `${over} px too wide`)
  assert.deepEqual(problems, [])
  await context.close()
}

/** Asks for a certificate number or a case number, and waits until the answer is all there. */
export async function askCourt(page: Page, court: Court, field: 'number' | 'case', text: string): Promise<void> {
  await page.goto(court.url)
  await page.fill(`#${field}`, text)
  await page.locator(`form[action*="/court/${field}"] button`).click()
  // The page asks again by itself until all of it is there.
  await page.locator('main').waitFor()
  await page.waitForFunction(() => document.querySelector('meta[http-equiv=refresh]') === null, undefined, {
    timeout: 90_000,
  })
}

/** To be run late: the court is told of a case a minute after its evidence was fixed. */
export function courtCaseJourneys(stage: ConsortiumStage): void {
  describe('the court’s clerk, a minute later', () => {
    test('enters a case number and prints the list of its evidence', async () => {
      await asClerk(stage, stage.court, 'zh', async (page) => {
        // The court is told of a case by the ledger and looks at copies as they come: it may be asked a moment too soon.
        for (let tries = 0; ; tries++) {
          await askCourt(page, stage.court, 'case', CASE.replace('〔', '[').replace('〕', ']'))
          await page.waitForLoadState('load')
          if ((await page.getByText('共 1 份证据，1 份核验通过').count()) > 0) break
          assert.ok(tries < 60, await page.locator('main').innerText())
          await page.waitForTimeout(1000)
        }
        assert.ok((await page.locator('tbody').innerText()).includes(stage.number))
        await page.emulateMedia({ media: 'print' })
        assert.equal(await page.locator('header nav').isVisible(), false)
        assert.equal(await page.getByText('证据清单').isVisible(), true)
        assert.equal((await page.pdf({ format: 'A4' })).subarray(0, 5).toString(), '%PDF-')
      })
    })
  })
}

export function courtJourneys(stage: ConsortiumStage): void {
  const clerk = (language: 'zh' | 'en', visit: (page: Page) => Promise<void>) =>
    asClerk(stage, stage.court, language, visit)
  const ask = (page: Page, field: 'number' | 'case', text: string) => askCourt(page, stage.court, field, text)

  describe('the court’s clerk', () => {
    test('enters a certificate number and reads the court’s own report: verdict, own log, custodian, who witnessed', async () => {
      await clerk('zh', async (page) => {
        await ask(page, 'number', stage.number.toLowerCase())
        await page.getByText('核验通过', { exact: true }).waitFor()
        const said = await page.locator('main').innerText()
        assert.match(said, /证据包中的账本记录与法院副本逐字节相同/)
        assert.match(said, /调取自\s+(公证处|司法鉴定所) · 版次 1 \(本次调取已登记为账本记录 \d+\)/)
        assert.match(said, /见证[\s\S]*互联网法院 签于 \d{4}-/)
        assert.match(said, /下列 5 个成员中至少 3 个见证，其中须有法院或公证机构/)
        assert.doesNotMatch(said, /接下来怎么办/)
        assert.match(await page.locator('footer').innerText(), /账本 \S+\/330000\/[0-9a-f]{8}/)
      })
    })

    test('is told what to do next where a number or a case is unknown, mistyped, or of another chain', async () => {
      await clerk('en', async (page) => {
        const last = stage.number.endsWith('0') ? '1' : '0'
        await ask(page, 'number', stage.number.slice(0, -1) + last)
        await page.getByText('holds no entry for this number').waitFor()
        await page.getByText(/one wrong finds nothing/).waitFor()
        // What was fixed before the consortium lies on another log.
        await ask(page, 'number', stage.former.number)
        await page.getByText(/this node keeps \S+\. Another name is another chain/).waitFor()
        await page.getByText(/together with its \.renewal file/).waitFor()
        await ask(page, 'number', 'MZ-1')
        await page.getByText('This is no certificate number').waitFor()
        await ask(page, 'case', '杭市监案〔2026〕8号')
        await page.getByText('does not know this case number').waitFor()
        await page.getByText(/The court is told of a case once/).waitFor()
      })
    })

    test('gets nothing without the passphrase', async () => {
      const { page, context } = await stage.open(null)
      await page.goto(stage.court.url)
      await page.fill('#passphrase', 'guessed')
      await page.locator('form button').click()
      await page.getByText('口令不对').waitFor()
      assert.equal(await page.locator('#number').count(), 0)
      await context.close()
    })
  })
}
