/** The trust policies that judge: this installation's, and those that the person adds for this visit. */
import { useEffect, useState } from 'react'
import { type PolicySummary, summarisePolicy } from './policy-summary.ts'
import { fetchPolicy } from './public-api.ts'

export interface TrustedPolicy {
  bytes: Uint8Array<ArrayBuffer>
  own: boolean
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
    void fetchPolicy().then((bytes) => {
      const summary = bytes === null ? null : summarisePolicy(bytes)
      if (bytes !== null && summary !== null) {
        setPolicies((old) => [{ bytes, own: false, summary }, ...old.filter((p) => p.own)])
      }
    })
  }, [])
  return {
    policies,
    async add(file) {
      if (file.size > MOST_BYTES) return false
      const bytes = new Uint8Array(await file.arrayBuffer())
      const summary = summarisePolicy(bytes)
      if (summary !== null) setPolicies((old) => [...old, { bytes, own: true, summary }])
      return summary !== null
    },
    remove: (policy) => setPolicies((old) => old.filter((one) => one !== policy)),
  }
}
