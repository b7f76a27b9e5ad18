/** Calls of the contract `chains` through this member's own gateway. */
import { type Bytes, digest, Failure, randomBytes } from '@mingzheng/kernel'
import { type Arguments, documentParts, type LedgerClient } from '@mingzheng/ledger'

export type Submitting = Pick<LedgerClient, 'submit' | 'wait'>

const PATIENCE_MS = 60_000

/** Waits until the call stands on the ledger; answers with its id. Throws `ledger-item-refused`, `ledger-wait-timeout` and what `submit` throws. */
export async function callChains(ledger: Submitting, method: string, args: Arguments): Promise<Bytes> {
  const id = randomBytes(16)
  const [standing] = await ledger.submit([{ id, contract: 'chains', method, arguments: args }])
  if (standing?.kind === 'refused') throw new Failure('ledger-item-refused', standing.refusal.detail)
  await ledger.wait(id, 'ordered', { timeoutMs: PATIENCE_MS })
  return id
}

/** Puts a document on the ledger in parts; answers with its digest. */
export async function stageDocument(ledger: Submitting, bytes: Bytes): Promise<Bytes> {
  const d = digest('sha256', bytes)
  for (const { i, x } of documentParts(bytes)) await callChains(ledger, 'document', { d, i, x })
  return d
}
