/** A statement with what opens its commitment and, once it is fixed, its receipt. */
import { fromUtf8 } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import { openingOf, type StatementRow } from '@mingzheng/monitoring'
import { encodeOpening } from '@mingzheng/proof'
import { receiptView } from './receipt-view.ts'

export async function openedStatement(ledger: Pick<LedgerClient, 'receipt'>, row: StatementRow) {
  const salt = { sha256: new Uint8Array(row.salt_sha256), sm3: new Uint8Array(row.salt_sm3) }
  const receipt = row.ledger_index === null ? null : await ledger.receipt({ id: new Uint8Array(row.item_id) })
  return {
    statement: row.statement,
    opening: fromUtf8(encodeOpening(openingOf(row.kind, salt))),
    receipt: receipt === null ? null : receiptView(receipt),
  }
}

/** The same as findings and reports answer it: the receipt's time is in its entry. */
export async function statementAnswer(ledger: Pick<LedgerClient, 'receipt'>, row: StatementRow) {
  const { statement, opening, receipt } = await openedStatement(ledger, row)
  if (receipt === null) return { statement, opening, receipt }
  const { time: _time, ...rest } = receipt
  return { statement, opening, receipt: rest }
}
