/** Sources and rules in the browser: an analyst uploads a file, reads what the public says, makes a rule by pointing at a page. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Stage } from './stage.ts'

const ROWS = [
  { id: 'u-1', url: 'https://shop.example/u-1', title: '金属仿真枪 可发射钢珠', price: '268.00', shop: '猎鹰户外' },
  { id: 'u-2', title: '茶杯', price: 'dear' },
  {
    kind: 'opinion',
    id: 'o-1',
    source: 'complaint',
    text: '同一间房老用户更贵，大数据杀熟。',
    at: new Date().toISOString().slice(0, 10),
    shop: '云栖客栈',
  },
]

export function sourcingJourneys(stage: Stage): void {
  describe('sources and rules', () => {
    test('a file is uploaded for a platform: its rows become leads and opinions, and a bad one is told', async () => {
      const { page, context, problems } = await stage.open('analyst')
      await page.goto('/submissions')
      await page.getByRole('combobox', { name: '平台' }).click()
      await page.locator('.ant-select-item-option').first().click()
      const buffer = Buffer.from(ROWS.map((row) => JSON.stringify(row)).join('\n'))
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'rows.jsonl', mimeType: 'application/jsonl', buffer })
      await page.waitForURL(/\/submissions\/[0-9A-Z]{26}$/)
      // It is read by a job in a thread of its own.
      await page.getByText('已读取', { exact: true }).first().waitFor({ timeout: 90_000 })
      const bad = page.locator('.submission-problems tbody tr')
      assert.deepEqual(await bad.locator('td').allInnerTexts(), ['2', 'price', '格式不对', 'dear'])
      await page.getByText(/已固证，第 \d+ 条记录/).waitFor({ timeout: 90_000 })
      await page.goto('/opinions')
      await page
        .getByRole('button', { name: /价格歧视|杀熟/ })
        .first()
        .click()
      await page.locator('.opinion', { hasText: '云栖客栈' }).waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('a rule is made by pointing at a stored page, tried on the last ones, and saved as a version', async () => {
      const { page, context, problems } = await stage.open('analyst')
      await page.goto('/rules')
      await page.locator('.table-row a').first().click()
      const frame = page.frameLocator('iframe.pointed-page')
      await frame.locator('body').waitFor()
      await page.getByRole('button', { name: '指认 品牌' }).click()
      await frame.locator('h1, h2, h3').first().click()
      await page.getByRole('button', { name: '采用' }).first().click()
      await page.locator('.rule-table th', { hasText: '品牌' }).waitFor()
      await page.getByLabel('修改说明').fill('指认品牌')
      await page.getByRole('button', { name: '保存为新版本' }).click()
      await page.getByText('第 1 版').first().waitFor()
      await page.getByText('使用中').waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })
  })
}
