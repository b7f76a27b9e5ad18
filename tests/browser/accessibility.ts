/** Every page in both lights against the rules of axe-core: nothing that a person could not see, reach or understand. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import type { Page } from '@playwright/test'
import type { AxeResults } from 'axe-core'
import type { Stage } from './stage.ts'

export const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** WCAG 2.2 to level AA, and axe's own best practices. */
const RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
/** Those of them that colours decide: the rest is the same in either light. */
const COLOUR_RULES = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

/** Serious and critical violations as lines: rule, what it is about, where. */
export async function violations(page: Page, axe: string, rules = RULES): Promise<string[]> {
  await stands(page)
  // Run in the page's own world by the debugger, so that the policy of contents stands as it is.
  await page.evaluate(axe)
  const results = await page.evaluate(
    (runOnly) =>
      (globalThis as unknown as { axe: { run(context: object, options: object): Promise<AxeResults> } }).axe.run(
        // What is shown in frames is the captured page, not ours.
        { exclude: [['iframe']] },
        { runOnly, resultTypes: ['violations'] },
      ),
    rules,
  )
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.slice(0, 3).map((node) => `${id} (${help}): ${node.html.slice(0, 200)}`))
}

/** Until nothing fades in or moves any more: what is half there has half its contrast. What turns without end is passed over. */
async function stands(page: Page): Promise<void> {
  for (let quiet = 0, rounds = 0; quiet < 3 && rounds < 300; rounds++) {
    const moving = await page.evaluate(async () => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      const ends = (animation: Animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY
      return document.getAnimations().some((animation) => animation.playState === 'running' && ends(animation))
    })
    quiet = moving ? 0 : quiet + 1
  }
}

export function accessibilityJourneys(stage: Stage): void {
  describe('pages for everybody', () => {
    const visits = (): [who: string | null, paths: string[]][] => [
      [
        'officer',
        [
          '/desk',
          '/capture',
          '/captures',
          '/evidence',
          '/evidence?q=没有这样的标题',
          `/evidence/${stage.numbers[0]}`,
          `/evidence/${stage.numbers[0]}?view=text`,
          `/evidence/compare?left=${stage.numbers[0]}&right=${stage.numbers[1]}`,
          '/organisation',
          '/people',
          '/account',
        ],
      ],
      [
        'analyst',
        [
          '/watch',
          '/leads',
          '/tasks',
          '/tasks/new',
          '/models',
          '/models/false-propaganda',
          '/settings/edit',
          '/registers/brands',
          '/probes',
        ],
      ],
      ['security', ['/keys', '/api-keys']],
      ['audit', ['/audit', `/evidence/${stage.numbers[0]}`]],
      [null, ['/sign-in', '/ledger', '/ledger/0', '/ledger/members', '/verify', `/verify/${stage.numbers[0]}`]],
    ]
    for (const appearance of ['light', 'dark'] as const) {
      test(`nothing serious is wrong on any page, ${appearance}`, async () => {
        const axe = await readFile(AXE, 'utf8')
        const wrong: string[] = []
        for (const [who, paths] of visits()) {
          const { page, context } = await stage.open(who, { appearance })
          for (const path of paths) {
            await page.goto(path, { waitUntil: 'load' })
            await page.locator('h1, h2').first().waitFor()
            await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
            const rules = appearance === 'light' ? RULES : COLOUR_RULES
            wrong.push(...(await violations(page, axe, rules)).map((line) => `${path}: ${line}`))
          }
          await context.close()
        }
        assert.deepEqual(wrong, [])
      })
    }

    test('nor in what opens above a page', async () => {
      const axe = await readFile(AXE, 'utf8')
      const { page, context } = await stage.open('officer')
      const wrong: string[] = []
      await page.goto(`/evidence/${stage.numbers[0]}`)
      await page.getByRole('button', { name: '新增版次' }).click()
      await page.getByRole('dialog').getByLabel('姓名').waitFor()
      wrong.push(...(await violations(page, axe)))
      await page.goto('/desk')
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.keyboard.press('?')
      await page.getByRole('dialog').getByText('下一条').waitFor()
      wrong.push(...(await violations(page, axe)))
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.keyboard.press('/')
      await page.getByRole('combobox').waitFor()
      wrong.push(...(await violations(page, axe)))
      await context.close()
      assert.deepEqual(wrong, [])
    })
  })
}
