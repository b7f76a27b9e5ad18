/** Values that many routes share. Times are RFC 3339 in UTC; digests are lower-case hex. */
import { z } from 'zod'

export const timeSchema = z.iso.datetime()
export const hexDigestSchema = z.string().regex(/^[0-9a-f]{64}$/)
export const idSchema = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
export const numberSchema = z.string().regex(/^MZ-[1-9]\d{5}-\d{4}-\d{8}-[0-9A-HJKMNP-TV-Z]{16}$/)
export const numberParams = z.object({ number: numberSchema })
export const idParams = z.object({ id: idSchema })
export const nothing = z.object({})

/** Text in both languages of the product. */
export const bilingualSchema = z.object({ zh: z.string(), en: z.string() })
export type Bilingual = z.infer<typeof bilingualSchema>

/** A count that says when it stopped counting: `{value: 10000, capped: true}` reads "10,000+". */
export const countSchema = z.object({ value: z.number().int(), capped: z.boolean() })

/** Ledger standing: accepted = durable here, ordered = has an index, witnessed = the trust policy is met ("fixed"). */
export const standingSchema = z.object({
  state: z.enum(['none', 'accepted', 'ordered', 'witnessed']),
  index: z.number().int().nullable(),
  time: timeSchema.nullable(),
})
export type StandingView = z.infer<typeof standingSchema>

export const personSchema = z.object({ id: idSchema, name: z.string(), cardNumber: z.string().nullable() })
export const unitRefSchema = z.object({ id: idSchema, name: z.string() })
