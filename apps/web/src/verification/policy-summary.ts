/** What of a trust policy is shown before anything is verified; the verifier itself reads it strictly. */
import { bilingualSchema } from '@mingzheng/api'
import { z } from 'zod'

const summarySchema = z.object({
  name: bilingualSchema,
  origin: z.string(),
  demo: z.boolean(),
  statement: bilingualSchema,
  members: z.array(z.object({ id: z.string(), name: bilingualSchema, role: z.string(), independent: z.boolean() })),
  quorum: z.object({ atLeast: z.number() }),
})
export type PolicySummary = z.infer<typeof summarySchema>

export function summarisePolicy(bytes: Uint8Array): PolicySummary | null {
  try {
    return summarySchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch {
    return null
  }
}
