/** What anybody may ask without an account: the ledger, certificates by number, verification, this installation. */
import { z } from 'zod'
import { reportSchema } from './evidence.ts'
import { defineRoutes } from './route.ts'
import { bilingualSchema, hexDigestSchema, numberParams, timeSchema } from './values.ts'

export const instanceSchema = z.object({
  name: bilingualSchema,
  demo: z.boolean(),
  publicUrl: z.string(),
  origin: z.string(),
  policyId: hexDigestSchema,
  /** SHA-256 of the one-file verifier that this installation offers at `/verifier.html`. */
  verifierSha256: hexDigestSchema.nullable(),
  /** Where archived pages are replayed: an origin of its own. */
  replayUrl: z.string().nullable(),
  /** 区块链信息服务备案 number, printed on every page. */
  filing: z.string().nullable(),
  version: z.string(),
})
export type Instance = z.infer<typeof instanceSchema>

export const ledgerEntrySchema = z.object({
  index: z.number().int(),
  kind: z.string(),
  id: z.string(),
  actor: z.string(),
  time: timeSchema,
  /** Body with byte strings as hex. */
  body: z.record(z.string(), z.unknown()),
  leafHash: hexDigestSchema,
  leafHashSm3: hexDigestSchema,
})
export type LedgerEntryView = z.infer<typeof ledgerEntrySchema>

export const ledgerStatusSchema = z.object({
  origin: z.string(),
  size: z.number().int(),
  root: hexDigestSchema,
  rootSm3: hexDigestSchema,
  lastTime: timeSchema.nullable(),
  state: z.enum(['ready', 'stalled']),
  reason: z.string().nullable(),
  waiting: z.number().int(),
  members: z.array(
    z.object({
      id: z.string(),
      name: bilingualSchema,
      role: z.string(),
      independent: z.boolean(),
      witnessedSize: z.number().int(),
      witnessedAt: timeSchema.nullable(),
    }),
  ),
  quorum: bilingualSchema,
  /** Entries per hour over the last two days, oldest first. */
  rate: z.array(z.object({ hour: timeSchema, entries: z.number().int() })),
})
export type LedgerStatus = z.infer<typeof ledgerStatusSchema>

const index = z.object({ index: z.coerce.number().int().min(0) })

export const receiptSchema = z.object({
  index: z.number().int(),
  time: timeSchema,
  /** Canonical entry, base64. */
  entry: z.string(),
  /** C2SP tlog-proof over the SHA-256 tree. */
  proof: z.string(),
  /** The same over the SM3 tree. */
  proofSm3: z.string(),
})

export const ledgerRoutes = defineRoutes({
  'instance.read': {
    method: 'GET',
    path: '/api/public/instance',
    access: 'public',
    summary: 'What installation this is',
    response: instanceSchema,
  },
  'instance.policy': {
    method: 'GET',
    path: '/api/public/policy.json',
    access: 'public',
    summary: 'The trust policy of this installation’s ledger',
    answer: 'bytes',
  },
  'ledger.status': {
    method: 'GET',
    path: '/api/public/ledger',
    access: 'public',
    summary: 'State of the ledger and its members',
    response: ledgerStatusSchema,
  },
  'ledger.entries': {
    method: 'GET',
    path: '/api/public/ledger/entries',
    access: 'public',
    summary: 'Entries before an index, newest first',
    query: z.object({
      before: z.coerce.number().int().min(0).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({ entries: z.array(ledgerEntrySchema), size: z.number().int() }),
  },
  'ledger.entry': {
    method: 'GET',
    path: '/api/public/ledger/entries/:index',
    access: 'public',
    summary: 'One entry',
    params: index,
    response: ledgerEntrySchema,
  },
  'ledger.receipt': {
    method: 'GET',
    path: '/api/public/ledger/entries/:index/receipt',
    access: 'public',
    summary: 'Receipt of an entry',
    params: index,
    response: receiptSchema,
  },
  'ledger.lookup': {
    method: 'GET',
    path: '/api/public/ledger/lookup',
    access: 'public',
    summary: 'Find entries by certificate number or commitment',
    query: z.object({ number: z.string().max(60).optional(), commitment: hexDigestSchema.optional() }),
    response: z.object({ entries: z.array(ledgerEntrySchema) }),
  },
  'certificate.read': {
    method: 'GET',
    path: '/api/public/certificates/:number',
    access: 'public',
    summary: 'What a certificate number stands for; the check code is the key',
    params: numberParams,
    response: z.object({
      number: z.string(),
      issuer: z.string(),
      capturedAt: timeSchema,
      state: z.enum(['fixing', 'fixed', 'failed', 'voided']),
      demo: z.boolean(),
      editions: z.array(
        z.object({
          edition: z.number().int(),
          kind: z.string(),
          at: timeSchema,
          manifestSha256: hexDigestSchema,
          index: z.number().int().nullable(),
        }),
      ),
    }),
  },
  'certificate.report': {
    method: 'GET',
    path: '/api/public/certificates/:number/report',
    access: 'public',
    summary: 'Verify the package of a certificate number here',
    params: numberParams,
    response: reportSchema,
  },
  'public.verify': {
    method: 'POST',
    path: '/api/public/verify',
    access: 'public',
    summary: 'Verify a package that you upload (body: the file); nothing is kept',
    response: reportSchema,
  },
})
