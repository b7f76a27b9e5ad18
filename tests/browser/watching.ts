/** Monitoring in the browser: an analyst sees what was found and why, judges it, sets up a task, tries the models. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Stage } from './stage.ts'

export function watchingJourneys(stage: Stage): void {
  describe('watching the market', () => {
    test('a finding of the demo leads from the desk to its reason, article and statement', async () => {
      const { page, context, problems } = await stage.open('analyst')
      await page.goto('/watch')
      await page.locator('a.live-finding').first().click()
      await page.waitForURL(/\/leads\/[0-9A-Z]{26}$/)
      await page
        .getByText(/依据：.*第.+条/)
        .first()
        .waitFor()
      await page.locator('.finding mark').first().waitFor()
      await page.getByText('已固证').first().waitFor()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: '下载发现声明' }).first().click(),
      ])
      assert.match(download.suggestedFilename(), /^finding-[0-9A-Z]{26}\.json$/)
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('a lead is dismissed with a reason, taken up again, and handed over', async () => {
      const { page, context, problems } = await stage.open('analyst')
      await page.goto('/leads?state=new')
      await page.locator('.table-row a').first().click()
      await page.getByRole('button', { name: '排除', exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: '排除', exact: true }).click()
      await dialog.getByText('请选择理由').waitFor()
      await dialog.getByRole('combobox').click()
      await page.getByTitle('模型读错了').click()
      await dialog.getByLabel('说明').fill('商品名称本身如此')
      await dialog.getByRole('button', { name: '排除', exact: true }).click()
      await page.getByText('排除理由：模型读错了').waitFor()
      await page.getByText('模型读错了 · 商品名称本身如此').waitFor()
      await page.getByRole('button', { name: '重新打开' }).click()
      await page.getByRole('button', { name: '移交办案' }).click()
      await page.getByRole('dialog').getByRole('button', { name: '移交办案' }).click()
      await page.locator('.page-header').getByText('已移交').waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('a task is set up on a platform of one’s own, issued, changed, paused and stopped', async () => {
      const { page, context, problems } = await stage.open('analyst')
      await page.goto('/tasks')
      await page.getByRole('link', { name: '新建任务' }).first().click()
      await page.getByRole('button', { name: '保存并下达' }).click()
      await page.getByText('请至少选择一个平台').waitFor()
      await page.getByLabel('任务名称').fill('茶叶专项')
      await page.getByRole('button', { name: '添加平台' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('平台名称').fill('茶叶店')
      await dialog.getByLabel('入口网址').fill(`${stage.platform.market}/shop/longjing`)
      await dialog.getByRole('button', { name: '保存', exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })
      await page.getByText('按现有数据估计').waitFor()
      await page.getByRole('button', { name: '保存并下达' }).click()
      await page.waitForURL(/\/tasks\/[0-9A-Z]{26}$/)
      await page.locator('.page-header').getByText('运行中').waitFor()
      await page.locator('.table-row').getByText('/shop/longjing').first().waitFor()
      await page.getByRole('button', { name: '暂停' }).click()
      await page.locator('.page-header').getByText('已暂停').waitFor()
      await page.getByRole('link', { name: '修改' }).click()
      await page.getByLabel('每隔（分钟）').fill('120')
      await page.getByLabel('修改说明').fill('放宽频率')
      await page.getByRole('button', { name: '保存', exact: true }).click()
      await page.getByText('每 2 小时').waitFor()
      await page.getByRole('button', { name: '停止' }).click()
      await page.getByRole('dialog').getByRole('button', { name: '停止' }).click()
      await page.locator('.page-header').getByText('已停止').waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('models are tried on words before they are used', async () => {
      const { page, context, problems } = await stage.open('analyst')
      await page.goto('/models')
      // Its name begins with the turning sign for as long as that takes to go.
      await page.getByLabel('粘贴商品标题').fill('本品由国家级专家研制，根治糖尿病')
      await page.getByRole('button', { name: /识别$/ }).click()
      await page.locator('.finding mark', { hasText: '根治' }).waitFor()
      await page.getByLabel('粘贴商品标题').fill('普通的杯子')
      await page.getByRole('button', { name: /识别$/ }).click()
      await page.getByText('没有发现').waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })
  })
}
