/** Other ledgers that this one follows, as the explorer shows them. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { bilingualSchema, hexDigestSchema, timeSchema } from './values.ts'

export const otherChainSchema = z.object({
  origin: z.string(),
  name: bilingualSchema,
  demo: z.boolean(),
  /** Policy in force there, as far as it was followed, and how many changes of it were. */
  policyId: hexDigestSchema,
  policyChanges: z.number().int(),
  /**
   * `followed`; `behind`: it goes on and nothing of it is recorded; `unreached`: none of its members answers; `unsigned`: none shows
   * what its policy believes; `inconsistent`: its log is not the one that it signed; `equivocated`: it signed two logs, which is
   * proven here; `retired`: followed no more.
   */
  state: z.enum(['followed', 'behind', 'unreached', 'unsigned', 'inconsistent', 'equivocated', 'retired']),
  /** Since when this platform's node finds it so. */
  since: timeSchema.nullable(),
  /** Entries of its newest believed checkpoint that was seen. */
  seen: z.number().int().nullable(),
  /** Its newest checkpoint that stands on this ledger, and the entry by which it does. */
  recorded: z
    .object({
      size: z.number().int(),
      root: hexDigestSchema,
      rootSm3: hexDigestSchema,
      index: z.number().int(),
      time: timeSchema,
    })
    .nullable(),
  checkpoints: z.number().int(),
  /** Entries here with evidence against it or its members. */
  equivocations: z.array(z.number().int()),
  quorum: z.object({ atLeast: z.number().int(), anyOf: z.array(z.string()) }),
  members: z.array(
    z.object({
      id: z.string(),
      name: bilingualSchema,
      role: z.string(),
      url: z.string().nullable(),
      /** What its node shows: `shown`, `silent`, `unsigned`, `broken`; null before the first look. */
      shows: z.enum(['shown', 'silent', 'unsigned', 'broken']).nullable(),
      size: z.number().int().nullable(),
    }),
  ),
})
export type OtherChainView = z.infer<typeof otherChainSchema>
export const otherChainsSchema = z.object({ chains: z.array(otherChainSchema) })

export const chainRoutes = defineRoutes({
  'ledger.chains': {
    method: 'GET',
    path: '/api/public/ledger/chains',
    access: 'public',
    summary: 'Other ledgers that this one follows: their policies, recorded checkpoints and states',
    response: otherChainsSchema,
  },
  'ledger.chainPolicy': {
    method: 'GET',
    path: '/api/public/ledger/chains/policy.json',
    access: 'public',
    summary: 'The trust policy of another ledger, as this one follows it',
    query: z.object({ origin: z.string().min(1).max(200) }),
    answer: 'bytes',
  },
})
