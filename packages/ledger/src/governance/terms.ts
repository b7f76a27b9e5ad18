/** Which trust policies a consortium's own state says were in force, and since which entry. */
import type { TrustPolicy } from '@mingzheng/proof'
import { readState, type StateSource } from '../contract/state.ts'
import { GovernanceRecords } from './records.ts'

/** A policy, and the index of the entry that brought it; 0: genesis. */
export interface PolicyTerm {
  readonly policy: TrustPolicy
  readonly index: number
}

/** Oldest first, without the first `known`; empty where no governance is. */
export function policyTerms(state: StateSource, known = 0): PolicyTerm[] {
  const records = new GovernanceRecords({ get: (key) => readState(state, 'governance', key) })
  return records.policies.slice(known).flatMap(({ id, index }) => {
    const policy = records.document(id)
    return policy === null ? [] : [{ policy, index }]
  })
}
