/** The administrators' lists and what officers do with theirs: checked, searched, exported, undone, by keyboard. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { addressOf, routes } from '@mingzheng/api'
import type { Stage } from './stage.ts'

export function administrationJourneys(stage: Stage): void {
  describe('lists and administration', () => {
    test('the audit administrator checks that the audit log is whole and agrees with the ledger', async () => {
      const { page, context, problems } = await stage.open('audit')
      await page.goto('/audit')
      await page.getByRole('button', { name: '检查完整性' }).click()
      const words = await page.getByText(/审计记录完整：\d+ 条记录首尾相接，其中 \d+ 条与账本上的封存一致/).innerText()
      const [events, sealed] = (words.match(/\d+/g) ?? []).map(Number)
      assert.ok(events! > 0 && sealed! > 0 && sealed! <= events!)
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('a broken audit log is shouted, with the event and what not to do', async () => {
      const { page, context } = await stage.open('audit')
      const broken = {
        kind: 'broken',
        event: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
        why: 'ledger',
        at: new Date().toISOString(),
      }
      assert.ok(routes['audit.check'].response.safeParse(broken).success)
      await page.route('**/api/audit/check', (route) => route.fulfill({ json: broken }))
      await page.goto('/audit')
      await page.getByRole('button', { name: '检查完整性' }).click()
      await page.getByText('有一条记录与账本上的封存不一致').waitFor()
      await page.getByText('01ARZ3NDEKTSV4RRFFQ69G5FAV').waitFor()
      await context.close()
    })

    test('searches and acts of the audit and of people stand in the address bar', async () => {
      const audit = await stage.open('audit')
      await audit.page.goto('/audit')
      await audit.page.getByRole('link', { name: '登录', exact: true }).first().click()
      await audit.page.waitForURL(/action=sign-in/)
      await audit.page.locator('.filter-word').getByText('登录').waitFor()
      await audit.page.getByLabel('搜索人员、操作、对象').fill('没有这个人')
      await audit.page.waitForURL(/q=/)
      await audit.page.getByText('没有符合条件的记录').waitFor()
      await audit.context.close()
      const people = await stage.open('security')
      await people.page.goto('/people?q=王晓')
      await people.page.getByText('王晓明').first().waitFor()
      assert.equal(await people.page.locator('.table-row').count(), 1)
      await people.context.close()
    })

    test('the list is exported as it is filtered, as a table and as data', async () => {
      const { page, context } = await stage.open('officer')
      await page.goto('/evidence?q=龙井')
      await page.locator('.table-opens').first().waitFor()
      const shown = await page.locator('.table-opens').count()
      const exported = async (name: string) => {
        await page.getByRole('button', { name: '导出' }).click()
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('menuitem', { name }).getByRole('link').click(),
        ])
        return readFile(await download.path(), 'utf8')
      }
      const csv = await exported('表格（CSV）')
      assert.equal(csv.trim().split('\r\n').length, shown + 1)
      assert.match(csv, /龙井/)
      const rows = JSON.parse(await exported('数据（JSON）')) as unknown[]
      const { response } = routes['evidence.list']
      assert.equal(response.shape.rows.parse(rows).length, shown)
      await context.close()
    })

    test('a removed view is brought back by undo', async () => {
      const { page, context } = await stage.open('head')
      await page.goto('/evidence?state=fixed')
      await page.getByRole('button', { name: '保存为视图' }).click()
      await page.getByPlaceholder('视图名称').fill('已固证的')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: '删除视图“已固证的”' }).click()
      await page.getByRole('button', { name: '已固证的', exact: true }).waitFor({ state: 'detached' })
      await page.getByRole('button', { name: '撤销' }).click()
      await page.getByRole('button', { name: '已固证的', exact: true }).waitFor()
      await context.close()
    })

    test('one question mark opens the sheet of keys, from everywhere but a field', async () => {
      const { page, context } = await stage.open('officer')
      await page.goto('/evidence')
      await page.getByLabel('搜索标题').fill('?')
      assert.equal(await page.getByRole('dialog').count(), 0)
      await page.locator('h1').click()
      await page.keyboard.press('?')
      await page.getByRole('dialog').getByText('选择或取消选择').waitFor()
      await context.close()
    })

    test('opening evidence is recorded once, however often its page asks', async () => {
      const { client } = await stage.platform.signIn('officer3')
      const number = stage.numbers[0]!
      const head = await stage.platform.signIn('officer2')
      const openings = async () => {
        const { events } = await head.client.call('evidence.timeline', { params: { number } })
        return events.filter(({ kind, actor }) => kind === 'opened' && actor === '李静').length
      }
      const before = await openings()
      for (let reading = 0; reading < 5; reading++) await head.client.call('evidence.read', { params: { number } })
      assert.ok((await openings()) <= Math.max(before, 1))
      assert.ok((await openings()) >= 1)
      // Another unit's officer sees neither the evidence nor its timeline.
      await assert.rejects(client.call('evidence.read', { params: { number } }))
    })

    test('a comparison and its picture are answered from one working-out, and refused to who may see neither', async () => {
      const [left, right] = stage.numbers as [string, string]
      const { client, cookie } = await stage.platform.signIn('officer2')
      const first = await client.call('evidence.compare', { query: { left, right } })
      assert.ok(first.picture !== null && first.text.length > 0)
      const address = stage.platform.url + addressOf('evidence.comparePicture', { query: { left, right } })
      const picture = await fetch(address, { headers: { cookie } })
      assert.equal(picture.headers.get('content-type'), 'image/png')
      assert.equal(Buffer.from(await picture.arrayBuffer()).readUInt32BE(16), first.picture.width)
      const stranger = await stage.platform.signIn('ningbo')
      const refused = await fetch(address, { headers: { cookie: stranger.cookie } })
      await refused.body?.cancel()
      assert.equal(refused.status, 404)
    })
  })
}
