/** Probes in the browser: an analyst plants a lead, sees what became of it, and takes its certificate. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Stage } from './stage.ts'

export function probingJourneys(stage: Stage): void {
  describe('probes', () => {
    test('a lead is planted with one’s own words, found, and its certificate is taken', async () => {
      const { page, context, problems } = await stage.open('analyst')
      await page.goto('/probes')
      await page.locator('.pipeline-node').nth(7).waitFor()
      await page.getByRole('button', { name: '立即投放' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('自己写').click()
      await dialog.getByRole('button', { name: '投放', exact: true }).click()
      await dialog.getByText('必填').first().waitFor()
      await dialog.getByLabel('行为').click()
      await page.getByTitle('虚假宣传').click()
      await dialog.getByLabel('商品标题').fill('石斛口服液 礼盒装')
      await dialog.getByLabel('商品描述').fill('本品根治糖尿病，国家级配方，治愈率百分之百')
      await dialog.getByRole('button', { name: '投放', exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })
      const result = page.locator('.probe-result', { hasText: '石斛口服液' })
      await result.getByText('已发现').waitFor({ timeout: 60_000 })
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        result.getByRole('button', { name: '下载证明' }).click(),
      ])
      assert.match(download.suggestedFilename(), /^probe-[0-9A-Z]{26}\.json$/)
      await page.locator('.probe-share').first().getByText('95% 区间').waitFor()
      await page.goto('/leads?q=石斛口服液')
      await page.getByText('没有符合条件的线索').waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('the plan is changed and said, and an officer only looks', async () => {
      const { page, context, problems } = await stage.open('analyst')
      await page.goto('/probes')
      await page.getByRole('button', { name: '投放计划' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('switch').click()
      await dialog.getByRole('button', { name: '保存', exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })
      await page.getByText('未开启').waitFor()
      await context.close()
      const officer = await stage.open('officer')
      await officer.page.goto('/probes')
      await officer.page.locator('.pipeline-node').first().waitFor()
      assert.equal(await officer.page.getByRole('button', { name: '立即投放' }).count(), 0)
      assert.deepEqual([...problems, ...officer.problems], [])
      await officer.context.close()
    })

    test('a lead’s certificate of validity is made and taken', async () => {
      const { page, context, problems } = await stage.open('officer')
      await page.goto('/leads?state=new')
      await page.locator('.table-row a').first().click()
      await page.getByRole('button', { name: '出具证明' }).click()
      await page.getByText(/列明 \d+ 条试验线索/).waitFor({ timeout: 40_000 })
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: '证明包' }).click(),
      ])
      assert.match(download.suggestedFilename(), /^MZ-\d{6}-.*\.zip$/)
      assert.deepEqual(problems, [])
      await context.close()
    })
  })
}
