/**
 * Statements: what was seen, and what a model made of it, as canonical JSON that is fixed and can be computed again by anybody who
 * has the snapshot. docs/formats/finding-statement.md.
 */
import { canonicalJson, type JsonValue } from '@mingzheng/kernel'
import { z } from 'zod'
import type { PictureText } from '../fact/line-of.ts'
import { mended } from '../fact/mended.ts'
import { BEHAVIOURS } from '../recognition/behaviour.ts'
import { ruleContentSchema } from '../rule/rule.ts'

const hex = z.string().regex(/^[0-9a-f]{64}$/)

const spanSchema = z.strictObject({
  field: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  text: z.string(),
})

export const snapshotStatementSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('snapshot'),
  id: z.string(),
  /** RFC 3339, UTC. */
  at: z.string(),
  url: z.string(),
  finalUrl: z.string(),
  status: z.number().int().nullable(),
  mediaType: z.string().nullable(),
  charset: z.string().nullable(),
  /** Whether these are the bytes that came, what a browser drew from them, or what was handed in by a platform or an analyst. */
  by: z.enum(['http', 'browser', 'report', 'upload']),
  bytes: z.number().int(),
  sha256: hex,
  sm3: hex,
})
export type SnapshotStatement = z.output<typeof snapshotStatementSchema>

const basisSchema = z.strictObject({
  parameters: z.record(z.string(), z.number()).optional(),
  words: z
    .strictObject({
      source: z.enum(['group', 'register']),
      name: z.string(),
      behaviour: z.enum(BEHAVIOURS),
      words: z.array(z.string()),
      exempt: z.array(z.string()),
      weight: z.number(),
      law: z.string(),
      article: z.string(),
      from: z.string().nullable(),
      until: z.string().nullable(),
      licence: z.string(),
    })
    .optional(),
})

export const findingStatementSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('finding'),
  id: z.string(),
  /** RFC 3339, UTC. */
  at: z.string(),
  /** `settings`: version of the organisation's settings, where they were not as shipped. */
  model: z.strictObject({ name: z.string(), version: z.number().int(), settings: z.number().int().optional() }),
  /** The day whose law counts. */
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  inputs: z.strictObject({
    snapshot: snapshotStatementSchema,
    /** The line that the model read: facts of the snapshot, and prices seen before. */
    line: z.record(z.string(), z.json()),
    /** Of a model that looks at many lines: how many, the place of this one, and the digest of all, one canonical JSON a line. */
    panel: z.strictObject({ lines: z.number().int(), number: z.number().int(), sha256: hex }).optional(),
    /** What the model as shipped does not have: other parameters, words of the authority's own. */
    basis: basisSchema.optional(),
    /** The platform's rule by which the page was read. */
    rule: z.strictObject({ version: z.number().int(), content: ruleContentSchema }).optional(),
  }),
  result: z.strictObject({
    behaviour: z.enum(BEHAVIOURS),
    article: z.string(),
    score: z.number(),
    span: spanSchema.nullable(),
    reason: z.string(),
    decision: z.enum(['lead', 'below threshold', "can't decide"]),
  }),
})
export type FindingStatement = z.output<typeof findingStatementSchema>

/** Canonical JSON. Text that is no Unicode, which hostile pages have, is mended first. */
export function encodeStatement(statement: SnapshotStatement | FindingStatement): string {
  return canonicalJson(mended(statement as unknown as JsonValue))
}

/** Pictures that a finding's statement says were read. Throws for what is no statement. */
export function picturesOf(statement: string): PictureText[] {
  const { inputs } = JSON.parse(statement) as { inputs: { line: { images?: readonly (string | PictureText)[] } } }
  return (inputs.line.images ?? []).filter(
    (image): image is PictureText => typeof image === 'object' && image !== null && typeof image.sha256 === 'string',
  )
}
