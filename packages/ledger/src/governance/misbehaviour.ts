/** Voters whom the engine caught, put on the ledger by name: by every member alike, in the block that carries the proof. */
import { type Bytes, digest, equalBytes } from '@mingzheng/kernel'
import type { ContractAnswer, TurnContext } from '../contract/contract.ts'
import type { GovernanceRecords } from './records.ts'

/** One entry a voter and height, however often it signed there: who lies must not fill the log. */
export function recordMisbehaviour(
  records: GovernanceRecords,
  { misbehaviour, index }: Pick<TurnContext, 'misbehaviour' | 'index'>,
): ContractAnswer['entry'][] {
  const entries: ContractAnswer['entry'][] = []
  for (const { kind, address, height, time } of misbehaviour) {
    if (records.misbehaviour(address, height) !== null) continue
    records.setMisbehaviour(address, height, index + entries.length)
    // Who was removed meanwhile has no key here any more: the address remains.
    const body = { k: kind, m: memberOf(records, address), a: address, h: height, t: time }
    entries.push({ kind: 'governance.misbehaviour', body })
  }
  return entries
}

function memberOf(records: GovernanceRecords, address: Bytes): string | undefined {
  const member = records.policy.members.find(({ id }) => {
    const key = records.consensusKey(id)
    return key !== null && equalBytes(digest('sha256', key).slice(0, address.length), address)
  })
  return member?.id
}
