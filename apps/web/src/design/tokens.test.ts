import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Appearance, colours, cssVariables } from './tokens.ts'

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (bright! + 0.05) / (dark! + 0.05)
}

const AA = 4.5

for (const appearance of ['light', 'dark'] as Appearance[]) {
  describe(`colours, ${appearance}`, () => {
    const c = colours[appearance]
    const texts = ['text', 'textSecond', 'textThird', 'accentText', 'must', 'watch', 'proven', 'running'] as const
    for (const ground of ['ground', 'surface', 'sunken', 'raised'] as const) {
      test(`every text can be read on ${ground}`, () => {
        for (const text of texts) {
          assert.ok(
            contrast(c[text], c[ground]) >= AA,
            `${text} on ${ground}: ${contrast(c[text], c[ground]).toFixed(2)}`,
          )
        }
      })
    }
    test('meanings can be read on their own soft ground', () => {
      for (const meaning of ['must', 'watch', 'proven', 'running'] as const) {
        const ratio = contrast(c[meaning], c[`${meaning}Soft`])
        assert.ok(ratio >= AA, `${meaning}: ${ratio.toFixed(2)}`)
      }
      assert.ok(contrast(c.accentText, c.accentSoft) >= AA)
    })
    test('the words of a primary button can be read', () => {
      assert.ok(contrast(c.onAccent, c.accent) >= AA)
      assert.ok(contrast(c.onAccent, c.accentHover) >= AA)
    })
  })
}

test('dark and light have the same variables', () => {
  assert.deepEqual(Object.keys(cssVariables('light')), Object.keys(cssVariables('dark')))
})
