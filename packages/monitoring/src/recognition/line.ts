/** A line of a file to be examined. Fields may be absent and unknown ones are kept; what is there must be of its type. */
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'

/** Text, or a number as a text. */
const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((value) => value ?? undefined)
const amount = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => value ?? undefined)
const json: z.ZodType<unknown> = z.unknown()

const review = z.union([
  z.string().transform((words) => ({ text: words, reviewer: undefined, rating: undefined, time: undefined })),
  z.looseObject({ text: text.transform((words) => words ?? ''), reviewer: text, rating: amount, time: text }),
])
const shop = z.union([
  z.string().transform((name) => ({ name }) as { name: string | undefined }),
  z.looseObject({ name: text }),
])

const listingSchema = z.looseObject({
  kind: z.literal('listing').default('listing'),
  id: text,
  title: text,
  description: text,
  category: text,
  brand: text,
  /** As written: a number, or text with its currency. */
  price: amount,
  original_price: amount,
  shop: shop.nullish().transform((value) => value ?? undefined),
  attributes: z
    .record(z.string(), json)
    .nullish()
    .transform((value) => value ?? {}),
  reviews: z
    .array(review)
    .nullish()
    .transform((value) => value ?? []),
  images: z
    .array(json)
    .nullish()
    .transform((value) => value ?? []),
})
export type Listing = z.output<typeof listingSchema>

/** Kinds whose lines feed the models that look at many lines together. */
export const PANEL_KINDS = ['shop-event', 'quote', 'review', 'referral', 'transfer', 'equity-event'] as const
export type PanelKind = (typeof PANEL_KINDS)[number]
const panelSchema = z.looseObject({ kind: z.enum(PANEL_KINDS), id: text })
/** Each model reads the fields that it needs, by its own schema. */
export type PanelLine = z.output<typeof panelSchema>

export type Line = Listing | PanelLine

/** Longest line, in UTF-16 code units. */
const LONGEST_LINE = 4_000_000

/** Reads a line. Throws `line-malformed` with the field. */
export function parseLine(source: string): Line {
  if (source.length > LONGEST_LINE) throw malformed('', `a line has at most ${LONGEST_LINE} characters`)
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch (cause) {
    throw malformed('', (cause as Error).message)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('', 'a line is one JSON object')
  const kind = (value as { kind?: unknown }).kind ?? 'listing'
  const schema = kind === 'listing' ? listingSchema : panelSchema
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw malformed(issue?.path.join('.') ?? '', issue?.message ?? '')
}

function malformed(field: string, detail: string): Failure {
  return new Failure('line-malformed', field === '' ? detail : `${field}: ${detail}`, {
    field,
    remedy: 'one JSON object a line, with fields of the types that docs/formats/examine.md gives',
  })
}
