/** Whether the audit log is whole: the chain of its hashes, and what of it stands on the ledger. docs/formats/audit.md. */
import { type Bytes, concat, digest, equalBytes, parseId, type Refusal, utf8 } from '@mingzheng/kernel'
import { decodeEntry } from '@mingzheng/proof'
import type { Kysely } from 'kysely'
import { type IdentityRefusal, lacks } from '../identity-failure.ts'
import type { Principal } from '../permission/principal.ts'
import type { IdentityTables } from '../schema.ts'
import { auditCommitments } from './fix-audit.ts'
import { idBytes } from './id-bytes.ts'

/**
 * `broken` names the first event that does not fit: `chain` when it does not follow from those before it, `ledger` when the
 * entry that is said to seal it is not there or seals another record, `end` when events after it are missing.
 */
export type AuditCheck =
  | { kind: 'whole'; events: number /** How many of them the ledger seals. */; sealed: number; head: Bytes }
  | { kind: 'broken'; at: string; why: 'chain' | 'ledger' | 'end' }

/** The entry at an index of the ledger, or null. */
export type EntryAt = (index: number) => Promise<Bytes | null>

const AT_ONCE = 1000

/**
 * Follows the log of an organisation from its beginning, in one snapshot. Without `entryAt` the ledger is not asked, and
 * `sealed` counts what is said to be sealed.
 */
export function checkAuditChain(
  system: Kysely<IdentityTables>,
  organisationId: string,
  entryAt?: EntryAt,
): Promise<AuditCheck> {
  return system.isTransaction
    ? follow(system, organisationId, entryAt)
    : system
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute((tx) => follow(tx, organisationId, entryAt))
}

async function follow(tx: Kysely<IdentityTables>, organisationId: string, entryAt?: EntryAt): Promise<AuditCheck> {
  let head: Bytes = new Uint8Array(32)
  let seq = '0'
  let last = ''
  let sealed = 0
  for (let events = 0; ; ) {
    const rows = await tx
      .selectFrom('audit_event')
      .selectAll()
      .where('organisation_id', '=', organisationId)
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(AT_ONCE)
      .execute()
    for (const row of rows) {
      const hash = digest('sha256', concat(head, utf8(row.record)))
      if (!equalBytes(row.previous, head) || !equalBytes(row.hash, hash)) {
        return { kind: 'broken', at: row.id, why: 'chain' }
      }
      if (row.ledger_index !== null) {
        if (entryAt !== undefined && !isSealedBy(row, await entryAt(Number(row.ledger_index)))) {
          return { kind: 'broken', at: row.id, why: 'ledger' }
        }
        sealed++
      }
      head = hash
      seq = row.seq
      last = row.id
      events++
    }
    if (rows.length > 0) continue
    const kept = await tx
      .selectFrom('audit_head')
      .select(['hash', 'events'])
      .where('organisation_id', '=', organisationId)
      .executeTakeFirst()
    const whole = kept === undefined ? events === 0 : equalBytes(kept.hash, head) && Number(kept.events) === events
    return whole ? { kind: 'whole', events, sealed, head } : { kind: 'broken', at: last, why: 'end' }
  }
}

type SealedRow = { id: string; record: string; salt_sha256: Uint8Array; salt_sm3: Uint8Array }

/** Whether the entry is that of the event, and commits to its very record, in both algorithms. */
function isSealedBy(row: SealedRow, bytes: Bytes | null): boolean {
  if (bytes === null) return false
  const entry = decodeEntry(bytes)
  const { c, s } = entry.body
  const commitments = auditCommitments(row)
  return (
    entry.kind === 'identity.audit' &&
    equalBytes(entry.id, idBytes(parseId(row.id))) &&
    c instanceof Uint8Array &&
    s instanceof Uint8Array &&
    equalBytes(c, commitments.sha256) &&
    equalBytes(s, commitments.sm3)
  )
}

/** The check for a person: of the own organisation, by the audit administrator alone. */
export async function checkOwnAudit(
  system: Kysely<IdentityTables>,
  principal: Principal,
  entryAt: EntryAt,
): Promise<AuditCheck | IdentityRefusal | Refusal> {
  return lacks(principal, 'audit.read') ?? checkAuditChain(system, principal.organisationId, entryAt)
}
