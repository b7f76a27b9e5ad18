/** What a capture rule is: data, one for each platform, with selectors by field and tests of its own. docs/formats/capture-rule.md. */
import { z } from 'zod'
import { FACT_FIELDS } from '../task/spec.ts'

const ruleField = z.enum(FACT_FIELDS).exclude(['currency'])
/** Fields that a rule may read; a currency is read with its price. */
export const RULE_FIELDS = ruleField.options
export type RuleField = z.output<typeof ruleField>

const way = z.strictObject({
  select: z.string().trim().min(1).max(500),
  /** Taken from this attribute instead of the words. */
  attribute: z
    .string()
    .regex(/^[a-zA-Z][\w:.-]{0,60}$/)
    .optional(),
  /** Only what stands after these words, and before those. */
  after: z.string().min(1).max(60).optional(),
  before: z.string().min(1).max(60).optional(),
})
export type RuleWay = z.output<typeof way>

export const ruleContentSchema = z.strictObject({
  /** Paths of the pages that it reads, `*` for anything: `/item/*`. None is every page. */
  pages: z.array(z.string().startsWith('/').max(200)).max(20).default([]),
  /** Ways to each field; the first that gives something counts. */
  fields: z.partialRecord(ruleField, z.array(way).min(1).max(10)),
})
export type RuleContent = z.output<typeof ruleContentSchema>

/** A rule as it comes with the product: whose it is by name, and pages on which it must read just this. */
export const ruleFileSchema = ruleContentSchema.extend({
  /** Names of the platform. */
  platforms: z.array(z.string()).min(1),
  tests: z.array(
    z.strictObject({
      /** File beside the rule. */
      page: z.string(),
      url: z.url(),
      expect: z.partialRecord(ruleField, z.union([z.string(), z.array(z.string())])),
    }),
  ),
})

/** A rule in use. */
export interface CaptureRule {
  /** 0 for the one that comes with the product. */
  readonly version: number
  readonly content: RuleContent
}

/** What it adds to the name of a set of models: another rule sees unchanged pages anew. */
export const ruleName = (rule: CaptureRule | null) => (rule === null ? '' : ` rule:${rule.version}`)
