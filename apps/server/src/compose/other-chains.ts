/**
 * Other ledgers that this platform's consortium follows, as its own node has them: their states for the explorer, and the policies
 * that the members voted for, by which evidence of those ledgers is verified here.
 */
import { readFile } from 'node:fs/promises'
import { type OtherChainView, otherChainsSchema } from '@mingzheng/api'
import type { Bytes } from '@mingzheng/kernel'
import { parsePolicy, policyId, type TrustPolicy } from '@mingzheng/proof'
import type { Configuration } from '../configuration.ts'
import { trustOwnLedger } from '../installation/trust-own-ledger.ts'

const EVERY_MS = 15_000
const TIMEOUT_MS = 5000
const LONGEST = 4 << 20

export interface OtherChainsOptions {
  readonly configuration: Pick<Configuration, 'data' | 'ledger'>
  onError(error: unknown): void
}

export class OtherChains {
  readonly #options: OtherChainsOptions
  readonly #policies = new Map<string, TrustPolicy>()
  #together: { own: readonly TrustPolicy[]; list: readonly TrustPolicy[] } | null = null
  #timer: NodeJS.Timeout | null = null
  #stopped = false

  constructor(options: OtherChainsOptions) {
    this.#options = options
  }

  /** Looks now and from time to time. */
  start(): void {
    if (this.#options.configuration.ledger === null || this.#stopped) return
    void this.view()
      .catch((error: unknown) => this.#options.onError(error))
      .finally(() => {
        if (!this.#stopped) this.#timer = setTimeout(() => this.start(), EVERY_MS)
      })
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  /** Asked of the node just now; none for an embedded ledger. Throws when the node does not answer. */
  async view(): Promise<readonly OtherChainView[]> {
    if (this.#options.configuration.ledger === null) return []
    const { chains } = otherChainsSchema.parse(JSON.parse(Buffer.from(await this.#get('/chains')).toString('utf8')))
    for (const chain of chains) {
      if (chain.state !== 'retired' && !this.#policies.has(chain.policyId)) await this.#adopt(chain.origin)
    }
    return chains
  }

  /** The newest policy of a ledger that is followed, in its canonical bytes; `null` when there is none. */
  policyOf(origin: string): TrustPolicy | null {
    return [...this.#policies.values()].findLast((policy) => policy.origin === origin) ?? null
  }

  /** The platform's own policies and those of the other ledgers; the same list as long as nothing changes. */
  together(own: readonly TrustPolicy[]): readonly TrustPolicy[] {
    if (this.#together === null || this.#together.own !== own) {
      this.#together = { own, list: [...own, ...this.#policies.values()] }
    }
    return this.#together.list
  }

  async #adopt(origin: string): Promise<void> {
    const policy = parsePolicy(await this.#get(`/chains/policy.json?origin=${encodeURIComponent(origin)}`))
    this.#policies.set(policyId(policy), policy)
    this.#together = null
    await trustOwnLedger(this.#options.configuration.data, policy)
  }

  async #get(path: string): Promise<Bytes> {
    const { url, tokenFile } = this.#options.configuration.ledger!
    const token = (await readFile(tokenFile, 'utf8')).trim()
    const answer = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    })
    if (!answer.ok) throw new Error(`${path}: the node answers ${answer.status}`)
    const bytes = new Uint8Array(await answer.arrayBuffer())
    if (bytes.length > LONGEST) throw new Error(`${path}: the node answers at too great a length`)
    return bytes
  }
}
