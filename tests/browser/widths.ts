/** One page at the widths of a phone, a tablet held either way, and a wall, without opening it anew. */
import type { Page } from '@playwright/test'

export const WIDTHS = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1024, height: 768 },
  { width: 2560, height: 1440 },
]

/** A page lays itself out anew after its window has changed; what is wrong after so long stays wrong. */
const PATIENCE_MS = 5000

/**
 * What `measure` finds wrong at every width, each line with it, once the page has come to rest there; and what `arrived` finds then,
 * which may take a picture.
 */
export async function wrongAtWidths(
  page: Page,
  measure: () => string[],
  arrived: (width: number) => Promise<string[]> = async () => [],
): Promise<string[]> {
  const wrong: string[] = []
  for (const size of WIDTHS) {
    await page.setViewportSize(size)
    const end = Date.now() + PATIENCE_MS
    let found: string[]
    do {
      await comeToRest(page)
      found = await page.evaluate(measure)
    } while (found.length > 0 && Date.now() < end)
    found.push(...(await arrived(size.width)))
    wrong.push(...[...new Set(found)].map((problem) => `${size.width} px: ${problem}`))
  }
  return wrong
}

/** Until nothing moves any more; signs that turn for as long as something goes on are not waited for. */
async function comeToRest(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ playState, effect }) =>
          playState !== 'running' || effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY,
      ),
  )
}
