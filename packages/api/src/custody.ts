/** Where packages lie besides here: custodians, what each holds, when that was last proved, legal holds. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { bilingualSchema, numberParams, numberSchema, timeSchema } from './values.ts'

export const custodyStateSchema = z.enum([
  'waiting',
  'handed',
  'held',
  'doubted',
  'released',
  'destroyed',
  'declined',
  'lost',
])
const hexIdSchema = z.string().regex(/^[0-9a-f]{32}$/)

export const custodyHoldingSchema = z.object({
  id: hexIdSchema,
  number: numberSchema,
  edition: z.number().int(),
  custodian: z.object({ id: z.string(), name: bilingualSchema }),
  state: custodyStateSchema,
  requestedAt: timeSchema,
  confirmedAt: timeSchema.nullable(),
  confirmIndex: z.number().int().nullable(),
  provedAt: timeSchema.nullable(),
  /** Ledger index of the entry that says so. */
  provedIndex: z.number().int().nullable(),
  nextChallengeAt: timeSchema.nullable(),
  challenged: z.boolean(),
  doubt: z.enum(['bytes', 'late']).nullable(),
  doubtedAt: timeSchema.nullable(),
  retainUntil: timeSchema,
  /** Code of what the last try failed with. */
  problem: z.string().nullable(),
})
export type CustodyHolding = z.infer<typeof custodyHoldingSchema>

export const legalHoldSchema = z.object({
  id: hexIdSchema,
  reason: z.string(),
  placedAt: timeSchema,
  placedBy: z.string(),
  liftedAt: timeSchema.nullable(),
  liftedBy: z.string().nullable(),
})

export const custodyQuerySchema = z.object({
  custodian: z.string().max(64).optional(),
  state: custodyStateSchema.optional(),
  number: numberSchema.optional(),
  after: hexIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const evidenceCustodySchema = z.object({
  holdings: z.array(custodyHoldingSchema),
  legalHolds: z.array(legalHoldSchema),
})

export const custodyRoutes = defineRoutes({
  'custody.list': {
    method: 'GET',
    path: '/api/custody',
    access: 'evidence.read',
    summary: 'Copies at custodians, newest first',
    query: custodyQuerySchema,
    response: z.object({ rows: z.array(custodyHoldingSchema), next: z.string().nullable() }),
  },
  'custody.summary': {
    method: 'GET',
    path: '/api/custody/summary',
    access: 'evidence.read',
    summary: 'What each custodian holds, by state',
    response: z.object({
      custodians: z.array(
        z.object({
          id: z.string(),
          name: bilingualSchema,
          role: z.string(),
          counts: z.record(z.string(), z.number().int()),
          /** The longest ago that anything it holds was proved; null where something never was. */
          oldestProof: timeSchema.nullable(),
        }),
      ),
    }),
  },
  'custody.ofEvidence': {
    method: 'GET',
    path: '/api/evidence/:number/custody',
    access: 'evidence.read',
    summary: 'Where one package lies, and when that was last proved',
    params: numberParams,
    response: evidenceCustodySchema,
  },
  'custody.challenge': {
    method: 'POST',
    path: '/api/custody/:id/challenge',
    access: 'evidence.edit',
    summary: 'Have one copy proved now',
    params: z.object({ id: hexIdSchema }),
    status: 204,
  },
  'custody.hold': {
    method: 'POST',
    path: '/api/evidence/:number/holds',
    access: 'evidence.edit',
    summary: 'Lay a legal hold on every copy: nothing is destroyed while it lies',
    params: numberParams,
    body: z.object({ reason: z.string().min(1).max(500) }),
    response: evidenceCustodySchema,
    status: 201,
  },
  'custody.lift': {
    method: 'DELETE',
    path: '/api/evidence/:number/holds/:id',
    access: 'evidence.edit',
    summary: 'Lift a legal hold',
    params: z.object({ number: numberSchema, id: hexIdSchema }),
    response: evidenceCustodySchema,
  },
})
