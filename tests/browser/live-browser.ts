/** The controlled browser by hand: click, type Chinese by an input method, go, scroll, go back, and capture what it shows. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Locator, Page } from '@playwright/test'
import type { Stage } from './stage.ts'

/** The size of the controlled browser's window, which its picture shows. */
const WINDOW = { width: 1280, height: 800 }

interface Place {
  x: number
  y: number
}

export function liveJourneys(stage: Stage): void {
  /** Where things stand in the controlled browser: in a window of the same size, at the same address. */
  async function placesIn(address: string, ...selectors: string[]): Promise<Place[]> {
    const page = await stage.browser.newPage({ viewport: WINDOW, locale: 'zh-CN' })
    await page.goto(address, { waitUntil: 'load' })
    const places: Place[] = []
    for (const selector of selectors) {
      const box = await page.locator(selector).first().boundingBox()
      assert.ok(box !== null, selector)
      places.push({ x: box.x + box.width / 2, y: box.y + box.height / 2 })
    }
    await page.close()
    return places
  }

  async function onPicture(picture: Locator, { x, y }: Place): Promise<Place> {
    const box = await picture.boundingBox()
    assert.ok(box !== null)
    return { x: box.x + (x / WINDOW.width) * box.width, y: box.y + (y / WINDOW.height) * box.height }
  }

  const shows = (page: Page, address: RegExp) =>
    page.waitForFunction(
      ([source]) => new RegExp(source!).test(document.querySelector<HTMLInputElement>('.live-bar input')?.value ?? ''),
      [address.source] as const,
      { timeout: 30_000 },
    )

  describe('the controlled browser', () => {
    test('is driven by hand, and what it then shows becomes evidence', { timeout: 180_000 }, async () => {
      const { market } = stage.platform
      const [field] = await placesIn(`${market}/`, '.search input')
      const [item] = await placesIn(`${market}/search?q=${encodeURIComponent('龙井')}`, 'main a[href^="/item/"]')
      const { page, context, problems } = await stage.open('officer')
      await page.goto('/capture')
      await page.getByLabel('网页地址').fill(`${market}/`)
      await page.getByRole('button', { name: '先登录再取证' }).click()
      const picture = page.locator('.live-screen img')
      await picture.waitFor({ timeout: 60_000 })
      await page.getByText('关闭浏览器').waitFor()

      const at = await onPicture(picture, field!)
      await page.mouse.click(at.x, at.y)
      // As an input method does it: letters under composition, then the characters that they stand for.
      const keyboard = await context.newCDPSession(page)
      await keyboard.send('Input.imeSetComposition', { text: 'long jing', selectionStart: 9, selectionEnd: 9 })
      await keyboard.send('Input.insertText', { text: '龙井' })
      await page.keyboard.press('Enter')
      await shows(page, /\/search\?q=(%E9%BE%99%E4%BA%95|龙井)$/)

      const found = await onPicture(picture, item!)
      await page.mouse.click(found.x, found.y)
      await shows(page, /\/item\/\d+$/)
      const address = await page.locator('.live-bar input').inputValue()

      await page.locator('.live-title').getByText('龙井茶').waitFor()

      await page.getByRole('button', { name: '后退' }).click()
      await shows(page, /\/search\?q=/)
      await page.locator('.live-title').getByText('龙井茶').waitFor({ state: 'detached' })
      await page.getByLabel('地址', { exact: true }).fill(address)
      await page.getByRole('button', { name: '前往' }).click()
      // The address was typed here; the title comes from the page that it led to.
      await page.locator('.live-title').getByText('龙井茶').waitFor()

      const before = await picture.getAttribute('src')
      await page.mouse.move(found.x, found.y)
      await page.mouse.wheel(0, 600)
      await page.waitForFunction(
        (old) => document.querySelector('.live-screen img')?.getAttribute('src') !== old,
        before,
      )

      await page.getByRole('button', { name: '对此页面取证' }).click()
      await page.waitForURL('**/capture/*')
      await page.getByText('取证完成，证据已固证').waitFor({ timeout: 90_000 })
      await page.getByRole('link', { name: '查看证据' }).click()
      await page.locator('.picture-pane img').waitFor()
      await page.getByRole('heading', { level: 1, name: /龙井/ }).waitFor()
      await page.getByText(address, { exact: true }).first().waitFor()
      // That an officer used the browser before is said, in words.
      await page.getByText('取证前执法人员使用过这个浏览器').waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('opens no address of a private network', async () => {
      const { page, context } = await stage.open('officer')
      await page.goto('/capture')
      await page.getByLabel('网页地址').fill('http://192.168.1.1/')
      await page.getByRole('button', { name: '先登录再取证' }).click()
      await page.getByText('192.168.1.1 属于封闭网络（内部网络）').waitFor()
      assert.match(page.url(), /\/capture/)
      await context.close()
    })
  })
}
