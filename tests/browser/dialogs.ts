/** Every dialog, opened at a phone's, a tablet's and a wall's width, in both languages: whole on the screen, nothing cut off, nothing left in the other language. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from '@playwright/test'
import { leftInEnglish } from './left-in-english.ts'
import type { Look, OpenPage, Stage } from './stage.ts'
import { WIDTHS, wrongAtWidths } from './widths.ts'

const LOOKS: Look[] = [
  { language: 'zh', width: 390, height: 844 },
  { language: 'en', appearance: 'dark', width: 390, height: 844 },
]

interface Case {
  name: string
  who: string
  at: (stage: Stage) => string
  /** Opens it, and says by which words in either language. */
  open: (page: Page, say: (zh: string, en: string) => string) => Promise<void>
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first()
const detail = (stage: Stage) => `/evidence/${stage.numbers[0]}`

/** One kind of later edition. */
function edition(name: string, zh: string, en: string): Case {
  return {
    name: `edition: ${name}`,
    who: 'officer',
    at: detail,
    async open(page, say) {
      await button(page, say('新增版次', 'Add an edition')).click()
      await page.getByRole('dialog').getByText(say(zh, en), { exact: true }).first().click()
    },
  }
}

/** An act of the first person's menu. */
function personAct(name: string, who: string, zh: string, en: string): Case {
  return {
    name: `person: ${name}`,
    who,
    at: () => '/people',
    async open(page, say) {
      await page
        .getByRole('button', { name: new RegExp(`^${say('操作', 'Acts')} `) })
        .last()
        .click()
      await page.getByRole('menuitem', { name: say(zh, en) }).click()
    },
  }
}

const CASES: Case[] = [
  edition('signature', '签名', 'Signature'),
  edition('refusal', '拒绝签名', 'Refusal to sign'),
  edition('correction', '更正', 'Correction'),
  edition('voiding', '作废', 'Voiding'),
  {
    name: 'legal hold',
    who: 'officer',
    at: detail,
    open: (page, say) => button(page, say('依法保全', 'Legal hold')).click(),
  },
  {
    name: 'sheet of keys',
    who: 'officer',
    at: () => '/evidence',
    async open(page) {
      await page.locator('h1').click()
      await page.keyboard.press('?')
    },
  },
  {
    name: 'command palette',
    who: 'officer',
    at: () => '/desk',
    async open(page) {
      await page.locator('h1').click()
      await page.keyboard.press('Control+k')
    },
  },
  {
    name: 'session that ended',
    who: 'head',
    at: () => '/evidence',
    async open(page) {
      await page.context().clearCookies()
      await page.locator('input').first().fill('x')
    },
  },
  {
    name: 'unit',
    who: 'system',
    at: () => '/organisation',
    open: (page, say) => button(page, say('新增单位', 'Add a unit')).click(),
  },
  {
    name: 'person',
    who: 'system',
    at: () => '/people',
    open: (page, say) => button(page, say('新增人员', 'Add a person')).click(),
  },
  personAct('disabling', 'system', '停用', 'Disable'),
  personAct('roles', 'security', '调整角色', 'Change roles'),
  {
    name: 'API key',
    who: 'security',
    at: () => '/api-keys',
    open: (page, say) => button(page, say('新建密钥', 'New key')).click(),
  },
  {
    name: 'revoking an API key',
    who: 'security',
    at: () => '/api-keys',
    async open(page, say) {
      await page.request.post('/api/api-keys', {
        headers: { 'x-mingzheng-request': '1' },
        data: { name: '巡查系统', expiresAt: null },
      })
      await page.reload()
      await button(page, say('吊销', 'Revoke')).click()
    },
  },
  {
    name: 'revoking a key certificate',
    who: 'security',
    at: () => '/keys',
    open: (page, say) => button(page, say('吊销', 'Revoke')).click(),
  },
]

/** What runs over: the page, the dialog's edges, its own content, and words cut off in buttons and labels. */
function measure(): string[] {
  const wrong: string[] = []
  const over = document.documentElement.scrollWidth - innerWidth
  if (over > 0) wrong.push(`the page is ${over} px too wide`)
  const shown = [...document.querySelectorAll<HTMLElement>('[role=dialog], dialog[open]')].filter(
    (dialog) => dialog.getClientRects().length > 0,
  )
  if (shown.length === 0) wrong.push('no dialog')
  for (const dialog of shown) {
    const box = dialog.getBoundingClientRect()
    if (box.left < 0 || box.right > innerWidth + 0.5) wrong.push(`it stands from ${box.left} to ${box.right}`)
    if (box.top < 0) wrong.push(`its head is ${-box.top} px above the screen`)
    for (const part of dialog.querySelectorAll<HTMLElement>('*')) {
      const { left, right, width } = part.getBoundingClientRect()
      if (width > 0 && (right > box.right + 1 || left < box.left - 1)) wrong.push(`${part.className} sticks out`)
    }
    for (const part of dialog.querySelectorAll<HTMLElement>(
      'button, label, h1, h2, p, .ant-modal-title, .ant-segmented-item-label',
    )) {
      if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0)
        wrong.push(`cut off: ${part.innerText.slice(0, 60)}`)
    }
  }
  return wrong
}

export function dialogJourneys(stage: Stage): void {
  describe('every dialog', () => {
    for (const how of LOOKS) {
      const { language } = how
      test(`is whole at every width, ${language}`, async () => {
        const wrong: string[] = []
        const open = new Map<string, OpenPage>()
        for (const one of CASES) {
          const opened = open.get(one.who) ?? (await stage.open(one.who, how))
          open.set(one.who, opened)
          const { page, problems } = opened
          await page.setViewportSize(WIDTHS[0]!)
          await page.goto(one.at(stage), { waitUntil: 'load' })
          await page.locator('h1').first().waitFor()
          await one.open(page, (zh, en) => (language === 'zh' ? zh : en))
          const dialog = page.getByRole('dialog').last()
          await dialog.waitFor()
          const found = await wrongAtWidths(page, measure, async (width) => {
            if (process.env.MINGZHENG_PICTURES) {
              const file = `${one.name}-${width}-${language}.png`.replaceAll(/[^\w.-]+/g, '-')
              await page.screenshot({ path: `${process.env.MINGZHENG_PICTURES}/${file}` })
            }
            // A dialog that is higher than the screen scrolls: its act must be within reach.
            const act = dialog.locator('.ant-modal-footer button, .ant-modal-confirm-btns button').last()
            if ((await act.count()) === 0) return []
            await act.scrollIntoViewIfNeeded()
            return (await act.isVisible()) ? [] : ['its act is out of reach']
          })
          // What an English dialog says stands in typed tables; names in it are as people wrote them.
          if (language === 'zh') {
            found.push(...leftInEnglish(await dialog.innerText()).map((words) => `in English: ${words}`))
          }
          wrong.push(...[...new Set([...found, ...problems.splice(0)])].map((problem) => `${one.name}: ${problem}`))
        }
        for (const { context } of open.values()) await context.close()
        assert.deepEqual(wrong, [])
      })
    }
  })
}
