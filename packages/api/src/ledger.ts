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

export const memberHoldingsSchema = z.object({
  id: z.string(),
  name: bilingualSchema,
  role: z.string(),
  /** Whether the member is another body than the one that operates the ledger. */
  independent: z.boolean(),
  /** Where its node serves the log. */
  url: z.string().nullable(),
  /** Whether its node answered just now; what it says of itself is null when not. */
  reached: z.boolean(),
  /** Of its last block. */
  height: z.number().int().nullable(),
  /** Entries of its log. */
  size: z.number().int().nullable(),
  /** Size of the newest checkpoint that it signed, as this platform's node has seen. */
  witnessedSize: z.number().int(),
  witnessedAt: timeSchema.nullable(),
  /** `ready`, `behind`, `halted` (it disagrees), `quorum-lost`, `engine-down`, another stall's code, or `unreached`. */
  state: z.string(),
  /** The same in its own words, or empty. */
  detail: z.string(),
  /**
   * How the platform arrived at its roots: `proven`: computed from the tiles that its node serves to everybody, and proved to
   * begin the tree that it signed; `short`: its signed tree has fewer entries; `broken`: its tiles contradict what it signed;
   * `silent`: its log did not answer; `unasked`: its node has no public address, or it is the embedded ledger itself.
   */
  evidence: z.enum(['proven', 'short', 'broken', 'silent', 'unasked']),
  /** Of the block compared (`height` of the answer); null where its node no longer keeps it. */
  appHash: hexDigestSchema.nullable(),
  /** Its roots at the size compared; null when it does not hold so many entries. */
  root: hexDigestSchema.nullable(),
  rootSm3: hexDigestSchema.nullable(),
  /** Whether both roots are those of this platform's node; null when there is nothing to compare. */
  agrees: z.boolean().nullable(),
})
export type MemberHoldingsView = z.infer<typeof memberHoldingsSchema>

export const ledgerMembersSchema = z.object({
  /** False: an embedded ledger, which has one member. */
  consortium: z.boolean(),
  origin: z.string(),
  policyId: hexDigestSchema,
  /** Size at which all are compared. */
  size: z.number().int(),
  /** Entries of this platform's node now, the largest size that can be asked for. */
  newestSize: z.number().int(),
  /** Block whose app hashes are compared; null for an embedded ledger, or when no height was asked for and nobody answers. */
  blockHeight: z.number().int().nullable(),
  /** This platform's node's roots at that size. */
  root: hexDigestSchema.nullable(),
  rootSm3: hexDigestSchema.nullable(),
  /** How many must have signed, and one of which roles among them. */
  quorum: z.object({ atLeast: z.number().int(), anyOf: z.array(z.string()), words: bilingualSchema }),
  members: z.array(memberHoldingsSchema),
  /** The log that this one continues: its last checkpoint, which stands in the first entry. */
  previous: z.object({ origin: z.string(), size: z.number().int() }).nullable(),
})
export type LedgerMembers = z.infer<typeof ledgerMembersSchema>

export const ledgerBlockSchema = z.object({
  height: z.number().int(),
  /** What the members' states and logs come to after the block, as most of those that keep it say. */
  appHash: hexDigestSchema,
  /** Members whose nodes hold the same. */
  same: z.array(z.string()),
  /** Members whose nodes hold another. */
  other: z.array(z.string()),
})
export type LedgerBlock = z.infer<typeof ledgerBlockSchema>

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
  'ledger.members': {
    method: 'GET',
    path: '/api/public/ledger/members',
    access: 'public',
    summary: 'What every member holds at a size (default: the witnessed one), asked of each just now and compared',
    query: z.object({
      size: z.coerce.number().int().min(0).optional(),
      /** Block whose app hashes are compared; default: the newest that every member that answers has. */
      block: z.coerce.number().int().min(1).optional(),
    }),
    response: ledgerMembersSchema,
  },
  'ledger.blocks': {
    method: 'GET',
    path: '/api/public/ledger/blocks',
    access: 'public',
    summary:
      'The newest blocks, newest first, and which members hold the same after each; empty for an embedded ledger',
    response: z.object({ blocks: z.array(ledgerBlockSchema) }),
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
    summary: 'Find entries by certificate number, by commitment, or by the id of the item',
    query: z.object({
      number: z.string().max(60).optional(),
      commitment: hexDigestSchema.optional(),
      id: z
        .string()
        .regex(/^[0-9a-f]{32}$/)
        .optional(),
    }),
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
          /** Ledger time of that entry; an index alone may be another ledger's. */
          ledgerTime: timeSchema.nullable(),
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
    summary: 'Verify a package that you upload (body: the file, at most 2 GiB); nothing is kept',
    response: reportSchema,
  },
})
