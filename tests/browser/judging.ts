/** Registers and settings in the browser: a sheet is mapped and imported, settings are tried, proposed, approved by another. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { addressOf } from '@mingzheng/api'
import type { Stage } from './stage.ts'

const SHEET = [
  '企业名称,编号,现状',
  '甲公司,91350100M000100Y43,存续',
  '乙公司,91350100M000100Y44,存续',
  '=cmd|/c calc!A1,91330100MA2AX00003,吊销',
].join('\r\n')

export function judgingJourneys(stage: Stage): void {
  describe('what models judge by', () => {
    test('a register is imported from a sheet: columns mapped, bad rows reported, nothing given out as a formula', async () => {
      const { page, context, problems } = await stage.open('analyst')
      await page.goto('/registers')
      await page.getByRole('link', { name: '经营者', exact: true }).click()
      await page.waitForURL(/\/registers\/operators$/)
      await page.locator('.page-header').getByRole('link', { name: '导入', exact: true }).click()
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: '经营者.csv', mimeType: 'text/csv', buffer: Buffer.from(SHEET) })
      await page.getByText('代码校验位不符').waitFor()
      await page.getByLabel('登记状态').click()
      await page.getByTitle(/^现状/).click()
      await page.getByRole('cell', { name: '吊销' }).waitFor()
      await page.getByRole('button', { name: '开始导入' }).click()
      await page.getByText('1 行没有导入').waitFor()
      const report = page.waitForEvent('download')
      await page.getByRole('link', { name: '下载问题清单' }).click()
      assert.equal((await report).suggestedFilename(), 'operators-problems.csv')
      await page.getByRole('link', { name: '查看名录' }).click()
      await page.locator('.table-row').getByText('甲公司').waitFor()
      const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
      const given = await fetch(
        stage.platform.url + addressOf('registers.export', { params: { kind: 'operators' }, query: { format: 'csv' } }),
        { headers: { cookie } },
      )
      assert.match(await given.text(), /(^|,)'=cmd/m)
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('settings are tried on what was seen, proposed with a reason, approved by a colleague alone, and taken back', async () => {
      const { page, context, problems } = await stage.open('analyst')
      await page.goto('/settings')
      await page.getByRole('link', { name: '修改设置' }).click()
      await page.getByLabel('多义用语的得分').fill('0.41')
      await page.getByRole('button', { name: '添加词组' }).click()
      await page.getByLabel('词组名称').fill('龙井')
      await page.getByLabel('用语（空格或换行分隔）').fill('龙井')
      await page.getByLabel('法律', { exact: true }).fill('广告法')
      await page.getByLabel('权重（0 到 1）').fill('0.9')
      await page.getByRole('button', { name: '预览近 30 天' }).click()
      await page.getByText(/识别了 .* 件商品/).waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: '提出', exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: '提出', exact: true }).click()
      await dialog.getByText('请说明理由').waitFor()
      await dialog.getByLabel('说明').fill('专项行动')
      await dialog.getByRole('button', { name: '提出', exact: true }).click()
      await page.getByText('这是您提出的，须由另一人批准。').waitFor()
      assert.equal(await page.getByRole('button', { name: '批准', exact: true }).count(), 0)
      const at = new URL(page.url()).pathname
      assert.deepEqual(problems, [])
      await context.close()

      const duty = await stage.open('duty')
      await duty.page.goto(at)
      await duty.page.getByText('龙井').first().waitFor()
      await duty.page.getByRole('button', { name: '批准', exact: true }).click()
      await duty.page.getByRole('dialog').getByRole('button', { name: '批准', exact: true }).click()
      await duty.page.locator('.page-header').getByText('现行').waitFor()
      await duty.page.goto('/models/false-propaganda')
      await duty.page.getByText('设置第 1 版').first().waitFor()
      await duty.page.getByText('《广告法》第九条第三项').waitFor()
      await duty.page.goto('/models')
      await duty.page.locator('summary', { hasText: '违禁限售' }).click()
      await duty.page.locator('dt', { hasText: '多义用语的得分 = 0.41' }).getByText('出厂值 0.4').waitFor()

      const again = await stage.open('analyst')
      await again.page.goto('/settings')
      await again.page.getByRole('button', { name: '恢复出厂设置' }).click()
      await again.page.getByRole('dialog').getByRole('button', { name: '恢复出厂设置' }).click()
      await again.page.waitForURL((url) => /\/settings\/\d+$/.test(url.pathname))
      await again.page.getByText('删除词组').waitFor()
      await duty.page.goto(new URL(again.page.url()).pathname)
      await duty.page.getByRole('button', { name: '批准', exact: true }).click()
      await duty.page.getByRole('dialog').getByRole('button', { name: '批准', exact: true }).click()
      await duty.page.locator('.page-header').getByText('现行').waitFor()
      await again.page.goto('/settings')
      await again.page.getByText('全部参数为出厂值，没有自定词组。').waitFor()
      assert.deepEqual([...duty.problems, ...again.problems], [])
      await again.context.close()
      await duty.context.close()
    })
  })
}
