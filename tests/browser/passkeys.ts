/** Passkeys in a real browser with an authenticator of Chrome's own (CDP domain WebAuthn): register, sign in, remove. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BrowserContext, CDPSession, Page } from '@playwright/test'
import type { Stage } from './stage.ts'

/** A security device that checks its user: whether the check succeeds is set for each journey. */
async function plugIn(context: BrowserContext, page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { cdp, authenticatorId }
}

export function passkeyJourneys(stage: Stage): void {
  describe('passkeys', () => {
    test('one is added, signs in alone, is removed, and then signs nobody in', async () => {
      const { page, context, problems } = await stage.open('duty', { byName: true })
      const { cdp, authenticatorId } = await plugIn(context, page)
      await page.goto('/account')
      await page.getByPlaceholder('给它起个名字').fill('值班室电脑')
      await page.getByRole('button', { name: '添加通行密钥' }).click()
      await page.getByText('通行密钥已添加。').waitFor()
      await page.getByText('值班室电脑').waitFor()
      await page.getByText('已登记 1 个').waitFor()
      const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
      assert.equal(credentials.length, 1)
      assert.equal(credentials[0]!.rpId, 'localhost')

      await page.getByRole('button', { name: '周敏' }).click()
      await page.getByRole('button', { name: '退出登录' }).click()
      await page.waitForURL('**/sign-in*')
      await page.getByRole('button', { name: '使用通行密钥登录' }).click()
      await page.waitForURL('**/desk')
      await page.getByRole('button', { name: '周敏' }).waitFor()

      await page.goto('/account')
      await page.getByText('最近使用').waitFor()
      await page.getByRole('button', { name: '移除 值班室电脑' }).click()
      await page.getByRole('dialog').getByRole('button', { name: '移除' }).click()
      await page.getByText('已登记 0 个').waitFor()
      await page.getByRole('button', { name: '移除 值班室电脑' }).waitFor({ state: 'detached' })

      await page.getByRole('button', { name: '周敏' }).click()
      await page.getByRole('button', { name: '退出登录' }).click()
      await page.waitForURL('**/sign-in*')
      await page.getByRole('button', { name: '使用通行密钥登录' }).click()
      await page.getByText('通行密钥没有通过验证').waitFor()
      assert.match(page.url(), /sign-in/)
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('a device that does not know its user adds none and signs nobody in', async () => {
      const { page, context } = await stage.open('analyst', { byName: true })
      const { cdp, authenticatorId } = await plugIn(context, page)
      await page.goto('/account')
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
      await page.getByPlaceholder('给它起个名字').fill('别人的手机')
      await page.getByRole('button', { name: '添加通行密钥' }).click()
      await page.getByText('通行密钥验证没有完成').waitFor()
      await page.getByText('已登记 0 个').waitFor()
      await page.goto('/sign-in')
      await page.getByRole('button', { name: '使用通行密钥登录' }).click()
      await page.getByText('通行密钥验证没有完成').waitFor()
      await context.close()
    })

    test('where the platform is opened by an address, the page says what to do', async () => {
      const { page, context } = await stage.open('analyst')
      await plugIn(context, page)
      await page.goto('/account')
      await page.getByPlaceholder('给它起个名字').fill('办公室电脑')
      await page.getByRole('button', { name: '添加通行密钥' }).click()
      await page.getByText('请用 http://localhost 打开').waitFor()
      await context.close()
    })
  })
}
