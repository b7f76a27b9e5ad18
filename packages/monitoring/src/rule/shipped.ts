/** Rules that come with the product, one file for each platform, by the platform's name. */
import { readdirSync, readFileSync } from 'node:fs'
import type { z } from 'zod'
import { type CaptureRule, ruleFileSchema } from './rule.ts'

export type RuleFile = z.output<typeof ruleFileSchema>

const folder = new URL('platforms/', import.meta.url)
let held: RuleFile[] | undefined

export function shippedRules(): readonly RuleFile[] {
  held ??= readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ruleFileSchema.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))))
  return held
}

/** The words in brackets after a name, as a demo's, are no part of it. */
export function shippedRule(platform: string): CaptureRule | null {
  const bare = platform.replace(/[（(].*$/, '').trim()
  const file = shippedRules().find(({ platforms }) => platforms.includes(bare))
  if (file === undefined) return null
  const { pages, fields } = file
  return { version: 0, content: { pages, fields } }
}
