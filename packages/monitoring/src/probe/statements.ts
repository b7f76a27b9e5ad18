/** What a probe says, as canonical JSON that is fixed: what is planted, what came of it, what its nodes did. docs/formats/probe-statement.md. */
import { canonicalJson, type JsonValue } from '@mingzheng/kernel'
import type { Transaction } from 'kysely'
import { z } from 'zod'
import { mended } from '../fact/mended.ts'
import { BEHAVIOURS } from '../recognition/behaviour.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { commitStatement } from '../statement/commit.ts'

const hex = z.string().regex(/^[0-9a-f]{64}$/)

const contentSchema = z.strictObject({
  title: z.string(),
  description: z.string(),
  category: z.string().nullable(),
  brand: z.string().nullable(),
  price: z.string().nullable(),
  original_price: z.string().nullable(),
  shop: z.string(),
  attributes: z.record(z.string(), z.string()),
})

/** Fixed before anything goes in; opened when it is settled. */
export const plantStatementSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('plant'),
  id: z.string(),
  /** RFC 3339, UTC. */
  at: z.string(),
  probe: z.string(),
  behaviour: z.enum(BEHAVIOURS),
  expects: z.enum(['lead', 'nothing']),
  source: z.string(),
  platform: z.string().nullable(),
  url: z.string(),
  /** Digest of the page. */
  sha256: hex,
  content: contentSchema,
})
export type PlantStatement = z.output<typeof plantStatementSchema>

export const resultStatementSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('probe-result'),
  id: z.string(),
  at: z.string(),
  probe: z.string(),
  /** Digest of the plant's statement. */
  plant: hex,
  outcome: z.enum(['found', 'missed', 'clear', 'false-alarm', 'void']),
  /** The first node that let nothing through. */
  lostAt: z.string().nullable(),
  /** When each node let it pass. */
  nodes: z.record(z.string(), z.string()),
  finding: z
    .strictObject({ id: z.string(), model: z.strictObject({ name: z.string(), version: z.number().int() }) })
    .nullable(),
})
export type ResultStatement = z.output<typeof resultStatementSchema>

export const readingStatementSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('probe-reading'),
  id: z.string(),
  at: z.string(),
  probe: z.string(),
  /** Minutes, each of each node. */
  readings: z.array(
    z.strictObject({
      node: z.string(),
      at: z.string(),
      through: z.number().int(),
      errors: z.number().int(),
      waiting: z.number().int().nullable(),
      lagMs: z.number().int().nullable(),
      version: z.string().nullable(),
    }),
  ),
})
export type ReadingStatement = z.output<typeof readingStatementSchema>

export type ProbeStatement = PlantStatement | ResultStatement | ReadingStatement

export function encodeProbeStatement(statement: ProbeStatement): string {
  return canonicalJson(mended(statement as unknown as JsonValue))
}

/** Lets a statement wait for the ledger, in the transaction that makes it true. */
export async function fixStatement(
  tx: Transaction<MonitoringTables>,
  owner: { organisationId: string; subjectId: string; now: Date },
  statement: ProbeStatement,
): Promise<void> {
  const text = encodeProbeStatement(statement)
  const { id, salt } = commitStatement(statement.kind, text)
  await tx
    .insertInto('watch_fixing')
    .values({
      item_id: Buffer.from(id),
      organisation_id: owner.organisationId,
      kind: statement.kind,
      subject_id: owner.subjectId,
      lead_id: null,
      statement: text,
      salt_sha256: Buffer.from(salt.sha256),
      salt_sm3: Buffer.from(salt.sm3),
      created_at: owner.now,
      ledger_index: null,
      ledger_time: null,
      problem: null,
      planted: true,
    })
    .execute()
}
