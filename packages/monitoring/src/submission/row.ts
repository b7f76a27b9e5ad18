/** One row of a submission: a listing, an opinion, or a line for the models that look at many. docs/formats/platform-report.md. */
import { z } from 'zod'
import { PANEL_KINDS } from '../recognition/line.ts'
import { OPINION_SOURCES } from './schema.ts'

const short = z.string().trim().min(1).max(200)
const optional = short.nullish().transform((value) => value ?? null)
const address = z
  .url({ protocol: /^https?$/ })
  .max(4096)
  .nullish()
  .transform((value) => value ?? null)
/** A number, or digits as a text. */
const amount = z
  .union([z.number().min(0).max(1e12), z.string().regex(/^\d{1,12}(\.\d{1,4})?$/)])
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : String(value)))
const time = z.union([z.iso.datetime({ offset: true }), z.iso.date()])

export const listingRowSchema = z.object({
  kind: z.literal('listing'),
  /** The platform's own number. */
  id: short,
  url: address,
  title: z.string().trim().min(1).max(1000),
  description: z.string().max(24_000).default(''),
  category: optional,
  brand: optional,
  price: amount,
  original_price: amount,
  /** ISO 4217. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('CNY'),
  sku: optional,
  availability: z
    .enum(['InStock', 'OutOfStock'])
    .nullish()
    .transform((value) => value ?? null),
  images: z.array(z.string().max(4096)).max(30).default([]),
  shop: optional,
  operator: optional,
  /** Unified social credit code (GB 32100-2015). */
  licence: optional,
  rating: amount,
  sales: amount,
  attributes: z.record(z.string().min(1).max(40), z.string().max(500)).default({}),
})
export type ListingRow = z.output<typeof listingRowSchema>

export const opinionRowSchema = z.object({
  kind: z.literal('opinion'),
  id: short,
  source: z.enum(OPINION_SOURCES),
  title: z.string().trim().max(1000).default(''),
  text: z.string().trim().min(1).max(24_000),
  url: address,
  /** When it was said; RFC 3339, or a day. */
  at: time,
  shop: optional,
  /** Address of the listing that it is about. */
  listing: address,
})
export type OpinionRow = z.output<typeof opinionRowSchema>

const lineRowSchema = z.looseObject({ kind: z.enum(PANEL_KINDS), id: short })
export type LineRow = z.output<typeof lineRowSchema>

export type Row = ListingRow | OpinionRow | LineRow

export const PROBLEM_CODES = [
  'no-json',
  'missing',
  'wrong-type',
  'too-long',
  'too-short',
  'wrong-form',
  'unknown-kind',
] as const
export type ProblemCode = (typeof PROBLEM_CODES)[number]

export interface RowProblem {
  /** Such as `shop` or `images.2`. */
  readonly field: string
  readonly code: ProblemCode
  readonly value: string
}

const KINDS: { readonly [kind: string]: z.ZodType<Row> } = {
  listing: listingRowSchema,
  opinion: opinionRowSchema,
  ...Object.fromEntries(PANEL_KINDS.map((kind) => [kind, lineRowSchema])),
}
/** Most problems told of one row. */
const MOST = 20
const SHOWN = 200

/** The row, or what is wrong with it. A row without a kind is a listing. */
export function readRow(value: unknown): Row | RowProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ field: '', code: 'wrong-type', value: shown(value) }]
  }
  const given = { kind: 'listing', ...(value as { kind?: unknown }) }
  const schema = typeof given.kind === 'string' && Object.hasOwn(KINDS, given.kind) ? KINDS[given.kind] : undefined
  if (schema === undefined) return [{ field: 'kind', code: 'unknown-kind', value: shown(given.kind) }]
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const byField = new Map<string, RowProblem>()
  for (const issue of parsed.error.issues.slice(0, MOST)) {
    const field = issue.path.join('.').slice(0, SHOWN)
    const at = issue.path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      given,
    )
    if (!byField.has(field)) byField.set(field, { field, code: codeOf(issue, at), value: shown(at) })
  }
  return [...byField.values()]
}

function codeOf({ code }: z.core.$ZodIssue, value: unknown): ProblemCode {
  if (value === undefined) return 'missing'
  if (code === 'invalid_type') return 'wrong-type'
  if (code === 'too_big') return 'too-long'
  if (code === 'too_small') return value === '' ? 'missing' : 'too-short'
  return 'wrong-form'
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.toWellFormed().replaceAll('\0', '\ufffd').slice(0, SHOWN)
}

/** The schema of a row for programs, JSON Schema 2020-12. */
export function rowJsonSchema(): { [name: string]: unknown } {
  const one = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Row of a report to Mingzheng',
    oneOf: [one(listingRowSchema), one(opinionRowSchema), one(lineRowSchema)].map(({ $schema: _, ...inner }) => inner),
  }
}
