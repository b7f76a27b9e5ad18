/** How the consortium decides and what it decided: proposals, votes, when they take effect, the policies so far. Open to anybody. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { bilingualSchema, hexDigestSchema, timeSchema } from './values.ts'

const policyMemberSchema = z.object({ id: z.string(), name: bilingualSchema, role: z.string() })

/** What stands in a policy, as far as people compare policies by it. */
const policyViewSchema = z.object({
  id: hexDigestSchema,
  members: z.array(policyMemberSchema),
  quorum: z.object({ atLeast: z.number().int(), anyOf: z.array(z.string()) }),
  words: bilingualSchema,
})
export type PolicyView = z.infer<typeof policyViewSchema>

const proposalViewSchema = z.object({
  id: z.string(),
  kind: z.enum([
    ...(['admit', 'expel', 'remove', 'role', 'rotate', 'terms', 'software', 'contract'] as const),
    /** About another ledger. */
    ...(['register', 'retire'] as const),
  ]),
  /** Id of the member that proposed it. */
  by: z.string(),
  at: timeSchema,
  /** Ids of members that voted so. */
  yes: z.array(z.string()),
  no: z.array(z.string()),
  /** `open`: votes are taken until `expires`; `passed`: it takes effect at `due`; `active`: it is in effect. */
  state: z.enum(['open', 'passed', 'rejected', 'withdrawn', 'expired', 'active', 'stale', 'not-ready']),
  due: timeSchema.nullable(),
  expires: timeSchema,
  /** Id of the member that it is about. */
  member: z.string().nullable(),
  /** Name of the member, or of the other ledger, that it is about; `null` where no policy says it. */
  subject: bilingualSchema.nullable(),
  /** Software version, name of a contract, or origin of another ledger. */
  name: z.string().nullable(),
  version: z.number().int().nullable(),
  /** First block that shall run under the contract's version. */
  height: z.number().int().nullable(),
  policy: policyViewSchema.nullable(),
  /** Votes that it needs: so many, and one of these roles among them (none: any). */
  needed: z.object({ count: z.number().int(), roles: z.array(z.string()) }),
})
export type ProposalView = z.infer<typeof proposalViewSchema>

export const governanceSchema = z.object({
  /** False: an embedded ledger, which one organisation runs and nobody votes on. */
  consortium: z.boolean(),
  /** From passing to taking effect, milliseconds of ledger time; and how long votes are taken. */
  delayMs: z.number().int().nullable(),
  windowMs: z.number().int().nullable(),
  /** Open, or waiting for their effect; the newest last. */
  proposals: z.array(proposalViewSchema),
  /** What became of others, the newest first. */
  decided: z.array(proposalViewSchema),
  /** Newest first; the first is in force. `since`: index of the first entry that it judges. */
  policies: z.array(policyViewSchema.extend({ since: z.number().int(), from: timeSchema.nullable() })),
  /** What each member's node says that it runs. */
  software: z.array(z.object({ member: z.string(), version: z.string().nullable() })),
  votedSoftware: z.string().nullable(),
})
export type GovernanceView = z.infer<typeof governanceSchema>

export const governanceRoutes = defineRoutes({
  'ledger.governance': {
    method: 'GET',
    path: '/api/public/ledger/governance',
    access: 'public',
    summary: 'What the consortium is deciding, who voted how, and the trust policies so far',
    response: governanceSchema,
  },
})
