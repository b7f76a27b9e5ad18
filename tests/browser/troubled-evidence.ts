/** What goes wrong, seen on screen: captures that are incomplete or refused, voided evidence, nothing yet, a server that is away. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from '@playwright/test'
import { leftInEnglish } from './left-in-english.ts'
import type { Stage } from './stage.ts'

const mainText = async (page: Page) => page.locator('main').innerText()

export function troubleJourneys(stage: Stage): void {
  async function captured(page: Page, address: string): Promise<void> {
    await page.goto('/capture')
    await page.getByLabel('网页地址').fill(address)
    await page.getByRole('button', { name: '开始取证' }).click()
    await page.locator('.result').waitFor({ timeout: 90_000 })
  }

  describe('what went wrong is said in words', () => {
    test('an address that leads nowhere gives incomplete evidence that says why, and waits on the desk', async () => {
      const { page, context, problems } = await stage.open('officer2')
      await captured(page, 'http://no-such-shop.test/item/1')
      await page.getByText('取证已结束，但不完整').waitFor()
      await page.locator('.result').getByText('打开网页').waitFor()
      // Whoever comes later sees no picture of it either.
      await page.reload()
      await page.getByText('没有取得画面').waitFor()
      assert.deepEqual(leftInEnglish(await mainText(page)), [])
      await page.getByRole('link', { name: '查看证据' }).click()
      await page.getByText('这份证据不完整').waitFor()
      await page.locator('.ant-alert').getByText('网页没有打开').waitFor()
      await page.getByText('这一页没有画面').waitFor()
      assert.deepEqual(leftInEnglish(await mainText(page)), [])
      await page.getByRole('button', { name: '立即核验' }).click()
      await page.getByText('核验通过', { exact: true }).waitFor({ timeout: 30_000 })
      await page.goto('/desk')
      await page.locator('.waiting-item').getByText('网页没有打开').first().waitFor()
      await page.locator('.waiting-item').first().click()
      await page.getByText('这份证据不完整').waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('addresses that are not captured are refused at the form, each with its reason', async () => {
      const { page, context } = await stage.open('officer2')
      for (const [address, words] of [
        ['http://10.0.0.1/', '10.0.0.1 属于封闭网络（内部网络）'],
        ['http://169.254.169.254/latest', '169.254.169.254 属于封闭网络（云主机元数据）'],
        ['http://wang:secret@shop.example/', '地址的 @ 前含有用户名或密码'],
      ] as const) {
        await page.goto('/capture')
        await page.getByLabel('网页地址').fill(address)
        await page.getByRole('button', { name: '开始取证' }).click()
        await page.getByText(words).waitFor()
        assert.deepEqual(leftInEnglish((await page.locator('.ant-alert').innerText()).replace(address, '')), [])
      }
      await context.close()
    })

    test('what is no web page becomes evidence of what it is', async () => {
      const { page, context } = await stage.open('officer2')
      await captured(page, `${stage.platform.market}/api/reviews/1002`)
      await page.getByText('取证完成，证据已固证').waitFor()
      await page.getByRole('link', { name: '查看证据' }).click()
      await page.locator('.picture-pane img').waitFor()
      assert.deepEqual(
        leftInEnglish((await mainText(page)).replaceAll(`${stage.platform.market}/api/reviews/1002`, '')),
        [],
      )
      await context.close()
    })

    test('a page that answers with an error is evidence of that, with the anomaly in words', async () => {
      const { page, context } = await stage.open('officer2')
      await captured(page, `${stage.platform.market}/item/999999`)
      await page.getByRole('link', { name: '查看证据' }).click()
      await page.getByText('网页返回错误状态').waitFor()
      await page.getByText('返回状态 404').waitFor()
      assert.deepEqual(leftInEnglish(await mainText(page)), [])
      await context.close()
    })

    test('voided evidence says that it is and why, still verifies, and takes no further edition', async () => {
      const { page, context, problems } = await stage.open('officer2')
      await captured(page, `${stage.platform.market}/item/1006`)
      await page.getByRole('link', { name: '查看证据' }).click()
      await page.getByRole('button', { name: '新增版次' }).click()
      await page.getByRole('dialog').getByText('作废', { exact: true }).click()
      await page.getByText('作废后不能恢复').waitFor()
      await page.getByLabel('理由').fill('当事人身份有误')
      await page.getByRole('button', { name: '生成新版次并固证' }).click()
      await page.getByText('这份证据已作废，各版次仍可核验').waitFor({ timeout: 60_000 })
      await page.locator('.ant-alert').getByText('当事人身份有误').waitFor()
      assert.equal(await page.getByRole('button', { name: '新增版次' }).count(), 0)
      await page.getByText('版次签名').first().waitFor()
      assert.deepEqual(leftInEnglish(await mainText(page)), [])
      await page.getByRole('button', { name: '立即核验' }).click()
      await page.getByText('核验通过', { exact: true }).waitFor({ timeout: 30_000 })
      await page.goto('/evidence?state=voided')
      await page.locator('.table-opens').getByText('已作废').first().waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('where there is nothing yet, every list says what belongs there and offers the first', async () => {
      const { page, context, problems } = await stage.open('ningbo')
      await page.goto('/desk')
      await page.getByText('没有等您处理的事项').waitFor()
      await page.getByText('完成第一次取证后，这里会显示每日数量').waitFor()
      await page.goto('/evidence')
      await page.getByText('还没有证据').waitFor()
      await page.goto('/captures')
      await page.getByText('还没有取证').waitFor()
      await page.locator('.empty').getByRole('link', { name: '新建取证' }).click()
      await page.getByLabel('网页地址').waitFor()
      await page.goto(`/evidence/${stage.numbers[0]}`)
      await page.getByText('没有找到', { exact: true }).waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('evidence of a former ledger is never shown as an entry of this one: it leads to what proves it', async () => {
      const { page, context, problems } = await stage.open('officer')
      const number = stage.numbers[0]!
      for (const gone of [true, false]) {
        // The present ledger has something else at that place, or nothing.
        await page.route(/\/ledger\/entries\/\d+$/, async (route) => {
          if (gone) return route.fulfill({ status: 404, json: { title: '', type: '', status: 404, code: 'not-found' } })
          const answer = await route.fetch()
          const entry = { ...(await answer.json()), time: '2020-01-01T00:00:00.000Z', kind: 'another.kind' }
          return route.fulfill({ json: entry })
        })
        await page.goto(`/evidence/${number}`)
        const place = page.locator('.timeline a').first()
        const index = (await place.innerText()).slice(1)
        await place.click()
        await page.getByText('该项不在本账本上').waitFor()
        await page.getByText(`前一账本的第 ${index} 项`).waitFor()
        assert.equal(await page.getByText('another.kind').count(), 0)
        await page.getByRole('link', { name: '核验这份证据' }).waitFor()
        const [receipt] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: /SHA-256/ }).click(),
        ])
        assert.equal(receipt.suggestedFilename(), 'receipt.tlog-proof')
        const [renewal] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: '生成续期文件' }).click(),
        ])
        assert.equal(renewal.suggestedFilename(), `${number}.renewal`)
        assert.deepEqual(
          leftInEnglish(await mainText(page)).filter((words) => words !== 'evidence fix'),
          [],
        )
        await page.unroute(/\/ledger\/entries\/\d+$/)
      }
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('a session that ends in the middle of work is taken up again above the page, and nothing typed is lost', async () => {
      const { page, context } = await stage.open('head')
      await page.goto('/capture')
      await page.getByLabel('网页地址').fill(`${stage.platform.market}/item/1007`)
      await page.getByLabel('案由').fill('涉嫌虚假宣传')
      await context.clearCookies()
      await page.getByRole('button', { name: '开始取证' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('登录已过期').waitFor()
      await dialog.getByLabel('用户名').fill('head')
      await dialog.getByLabel('密码', { exact: true }).fill('west-lake-2026')
      await dialog.getByRole('button', { name: '登录', exact: true }).click()
      await dialog.waitFor({ state: 'detached' })
      assert.equal(await page.getByLabel('案由').inputValue(), '涉嫌虚假宣传')
      await page.getByRole('button', { name: '开始取证' }).click()
      await page.waitForURL('**/capture/*')
      await context.close()
    })

    test('who does not sign in again is led away from what is no longer open', async () => {
      const { page, context } = await stage.open('head')
      await page.goto('/evidence')
      await page.locator('.table-opens').first().waitFor()
      await context.clearCookies()
      await page.getByLabel('搜索标题').fill('龙井')
      await page.getByRole('dialog').getByText('登录已过期').waitFor()
      await page.keyboard.press('Escape')
      await page.waitForURL(/sign-in\?next=/)
      await context.close()
    })

    test('a server that answers with a fault is told in words, with what to name to the administrator', async () => {
      const { page, context } = await stage.open('officer')
      await page.route('**/api/evidence?*', (route) =>
        route.fulfill({
          status: 503,
          contentType: 'application/problem+json',
          body: JSON.stringify({
            type: 'urn:mingzheng:problem:database-unavailable',
            title: 'Not available at the moment',
            status: 503,
            code: 'database-unavailable',
            detail: 'the database does not answer',
            instance: 'abc123',
          }),
        }),
      )
      await page.goto('/evidence')
      await page.getByText('数据库没有应答').waitFor()
      await page.getByText('请求编号 abc123').waitFor()
      assert.deepEqual(leftInEnglish((await mainText(page)).replace('abc123', '')), [])
      await page.unroute('**/api/evidence?*')
      await page.getByRole('button', { name: '重试' }).click()
      await page.locator('.table-opens').first().waitFor()
      await context.close()
    })
  })
}
