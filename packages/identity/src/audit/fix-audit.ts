/** Brings audit events from the outbox to the ledger, and notes where they came to stand. */
import { type DigestPair, digestPair, Failure, parseId, utf8 } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import { commitPair } from '@mingzheng/proof'
import type { Delivery, OutboxItem } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { IdentityTables } from '../schema.ts'
import { idBytes } from './id-bytes.ts'

/** Domain of commitments to an audit record. docs/formats/audit.md */
export const AUDIT_DOMAIN = 'mingzheng audit v1'

const payloadSchema = z.object({ id: z.string() })

/** The commitments of an event, which stand on the ledger, from what stands here. */
export function auditCommitments(event: { record: string; salt_sha256: Uint8Array; salt_sm3: Uint8Array }): DigestPair {
  const opening = { domain: AUDIT_DOMAIN, salt: { sha256: event.salt_sha256, sm3: event.salt_sm3 } }
  return commitPair(opening, digestPair(utf8(event.record)))
}

/**
 * Delivers one item of the audit channel. The event's id is the ledger item's id, so that a second delivery is the same
 * entry. Throws while the ledger is away; the outbox tries again.
 */
export async function deliverAudit(
  db: Kysely<IdentityTables>,
  ledger: Pick<LedgerClient, 'submit' | 'wait'>,
  item: OutboxItem,
  signal: AbortSignal,
): Promise<Delivery> {
  const { id } = payloadSchema.parse(item.payload)
  const row = await db.selectFrom('audit_event').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined || row.ledger_index !== null) return 'delivered'
  const { sha256: c, sm3: s } = auditCommitments(row)
  const ledgerId = idBytes(parseId(id))
  await ledger.submit([{ id: ledgerId, contract: 'identity', method: 'audit', arguments: { c, s } }])
  const standing = await ledger.wait(ledgerId, 'ordered', { signal, timeoutMs: 10_000 })
  if (standing.kind !== 'ordered' && standing.kind !== 'witnessed') {
    throw new Failure('audit-not-fixed', 'the ledger has not ordered the event yet')
  }
  await db.updateTable('audit_event').set({ ledger_index: standing.index }).where('id', '=', id).execute()
  return 'delivered'
}
