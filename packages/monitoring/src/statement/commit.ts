/** From a statement to what stands on the ledger, and back: the salts stay here until the statement is handed out. */
import { type Bytes, type DigestPair, digestPair, utf8 } from '@mingzheng/kernel'
import type { LedgerItem } from '@mingzheng/ledger'
import { commitPair, newOpening, type Opening } from '@mingzheng/proof'

export const STATEMENT_DOMAINS = {
  snapshot: 'mingzheng snapshot statement v1',
  finding: 'mingzheng finding statement v1',
  plant: 'mingzheng planted lead statement v1',
  'probe-result': 'mingzheng probe result statement v1',
  'probe-reading': 'mingzheng probe reading statement v1',
} as const
export type StatementKind = keyof typeof STATEMENT_DOMAINS

/**
 * The method of the contract under which a statement goes. What a probe says looks on the ledger like everything else of monitoring:
 * nobody who reads along learns when something is planted.
 */
const METHODS: { readonly [kind in StatementKind]: 'snapshot' | 'finding' } = {
  snapshot: 'snapshot',
  finding: 'finding',
  plant: 'snapshot',
  'probe-result': 'finding',
  'probe-reading': 'snapshot',
}

export interface CommittedStatement {
  /** Id of the ledger item: the first 16 bytes of the commitment. */
  readonly id: Bytes
  readonly salt: DigestPair
}

export function commitStatement(kind: StatementKind, statement: string): CommittedStatement {
  const opening = newOpening(STATEMENT_DOMAINS[kind])
  return { id: commitmentsOf(kind, statement, opening.salt).sha256.slice(0, 16), salt: opening.salt }
}

export function commitmentsOf(kind: StatementKind, statement: string, salt: DigestPair): DigestPair {
  return commitPair(openingOf(kind, salt), digestPair(utf8(statement)))
}

export function openingOf(kind: StatementKind, salt: DigestPair): Opening {
  return { domain: STATEMENT_DOMAINS[kind], salt }
}

/** What is sent for a statement; the same statement is always the same item. */
export function statementItem(kind: StatementKind, statement: string, salt: DigestPair): LedgerItem {
  const { sha256: c, sm3: s } = commitmentsOf(kind, statement, salt)
  return { id: c.slice(0, 16), contract: 'monitoring', method: METHODS[kind], arguments: { c, s } }
}
