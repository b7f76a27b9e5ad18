/** The trust policies that this platform's own evidence is judged by. A consortium changes its policy while the platform runs. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parsePolicy, policyId, type TrustPolicy } from '@mingzheng/proof'
import { trustedByItself, trustOwnLedger } from '../installation/trust-own-ledger.ts'

export class OwnPolicies {
  readonly #data: string
  #list: readonly TrustPolicy[]

  private constructor(data: string, list: readonly TrustPolicy[]) {
    this.#data = data
    this.#list = list
  }

  /** `policies` are the one in force and those of former ledgers; earlier ones of the same ledgers are found in the trust store. */
  static async open(data: string, policies: readonly TrustPolicy[]): Promise<OwnPolicies> {
    for (const policy of policies) await trustOwnLedger(data, policy)
    const origins = new Set(policies.map(({ origin }) => origin))
    const earlier = (await earlierPolicies(data)).filter(({ origin }) => origins.has(origin))
    return new OwnPolicies(data, unique([...policies, ...earlier]))
  }

  /** The one in force first. Another list when there is another policy. */
  get list(): readonly TrustPolicy[] {
    return this.#list
  }

  /** A policy that came into force: believed from now on, and put into the trust store. */
  async adopt(policy: TrustPolicy): Promise<void> {
    this.#list = unique([policy, ...this.#list])
    await trustOwnLedger(this.#data, policy)
  }
}

/** Policies that this installation once trusted by itself and that nobody took out of the trust store. */
async function earlierPolicies(data: string): Promise<TrustPolicy[]> {
  const names = (await readdir(join(data, 'trust')).catch(() => [])).filter((name) => name.endsWith('.json')).sort()
  const found: TrustPolicy[] = []
  for (const name of names) {
    try {
      const policy = parsePolicy(new Uint8Array(await readFile(join(data, 'trust', name))))
      if (await trustedByItself(data, policy)) found.push(policy)
    } catch {
      // What somebody laid there and is no policy, the verify command names.
    }
  }
  return found
}

function unique(policies: readonly TrustPolicy[]): TrustPolicy[] {
  const ids = policies.map(policyId)
  return policies.filter((_, i) => ids.indexOf(ids[i]!) === i)
}
