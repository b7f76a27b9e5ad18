/** The trust policies that judge: this installation's, and those that the person adds for this visit. */
import { useEffect, useState } from 'react'
import { type PolicySummary, summarisePolicy } from './policy-summary.ts'
import { fetchOtherPolicies, fetchPolicy } from './public-api.ts'

export interface TrustedPolicy {
  bytes: Uint8Array<ArrayBuffer>
  /** The person's own addition. */
  own: boolean
  /** Of a ledger that this installation's own follows. */
  other: boolean
  summary: PolicySummary
}

export interface Trust {
  policies: TrustedPolicy[]
  /** False when the file is no policy. */
  add(file: File): Promise<boolean>
  remove(policy: TrustedPolicy): void
}

const MOST_BYTES = 4 << 20

export function useTrust(): Trust {
  const [policies, setPolicies] = useState<TrustedPolicy[]>([])
  useEffect(() => {
    void Promise.all([fetchPolicy(), fetchOtherPolicies()]).then(([mine, others]) => {
      const given = [
        ...(mine === null ? [] : [{ bytes: mine, other: false }]),
        ...others.map((bytes) => ({ bytes, other: true })),
      ]
      const found = given.flatMap(({ bytes, other }) => {
        const summary = summarisePolicy(bytes)
        return summary === null ? [] : [{ bytes, own: false, other, summary }]
      })
      setPolicies((old) => [...found, ...old.filter((p) => p.own)])
    })
  }, [])
  return {
    policies,
    async add(file) {
      if (file.size > MOST_BYTES) return false
      const bytes = new Uint8Array(await file.arrayBuffer())
      const summary = summarisePolicy(bytes)
      if (summary !== null) setPolicies((old) => [...old, { bytes, own: true, other: false, summary }])
      return summary !== null
    },
    remove: (policy) => setPolicies((old) => old.filter((one) => one !== policy)),
  }
}
