/**
 * The platform's way to its ledger: embedded in this process, or at the organisation's own node of a consortium. What was
 * fixed on the embedded ledger before the consortium stays readable: its receipts and look-ups are answered from there.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { evidenceContract } from '@mingzheng/evidence'
import { createLedgerIdentity } from '@mingzheng/identity/contract'
import { type Clock, Failure } from '@mingzheng/kernel'
import { type HttpLedger, type Ledger, openLedger, openLedgerOverHttp, type ReachableLedger } from '@mingzheng/ledger'
import { monitoringContract } from '@mingzheng/monitoring/contract'
import type { TrustPolicy } from '@mingzheng/proof'
import type { Configuration } from '../configuration.ts'
import type { Installation } from '../installation/installation.ts'

export interface PlatformLedger {
  readonly ledger: ReachableLedger
  /** Asks all members; `null` for an embedded ledger. */
  readonly members: HttpLedger['members'] | null
  /** What the consortium is deciding; `null` for an embedded ledger. */
  readonly governance: HttpLedger['governance'] | null
  /** Policies in force: the present ledger's, then the former one's. */
  readonly policies: readonly TrustPolicy[]
}

export interface PlatformLedgerOptions {
  readonly configuration: Pick<Configuration, 'data' | 'ledger'>
  readonly installation: Pick<Installation, 'ledgerKeys' | 'origin' | 'policy'>
  readonly clock: Clock
  readonly elapsed: () => number
  /** Called with each policy that comes into force later. */
  readonly onPolicy: (policy: TrustPolicy) => void
}

/** Opens it; `close` of the ledger closes all of it. */
export async function openPlatformLedger(options: PlatformLedgerOptions): Promise<PlatformLedger> {
  const { configuration, installation } = options
  if (configuration.ledger === null) {
    const ledger = await openEmbeddedLedger(options)
    return { ledger, members: null, governance: null, policies: [installation.policy] }
  }
  const { url, tokenFile, origin } = configuration.ledger
  const token = await readFile(tokenFile, 'utf8').catch((cause: Error) => {
    throw new Failure('configuration-wrong', `MINGZHENG_LEDGER_TOKEN_FILE: ${cause.message}`, {
      cause,
      field: 'MINGZHENG_LEDGER_TOKEN_FILE',
      remedy: "name the file `token` of the node's home",
    })
  })
  const node = await openLedgerOverHttp({ url, token: token.trim(), origin, onPolicy: options.onPolicy })
  const members: HttpLedger['members'] = (size) => node.members(size)
  const governance: HttpLedger['governance'] = () => node.governance()
  if (!hasEmbeddedLedger(configuration.data)) return { ledger: node, members, governance, policies: [node.policy] }
  const former = await openEmbeddedLedger(options)
  return { ledger: continued(node, former), members, governance, policies: [node.policy, former.policy] }
}

/** Whether this installation kept a ledger of its own. */
export function hasEmbeddedLedger(data: string): boolean {
  return existsSync(join(data, 'ledger', 'state.sqlite'))
}

export function openEmbeddedLedger({
  configuration,
  installation,
  clock,
  elapsed,
}: Omit<PlatformLedgerOptions, 'onPolicy'>): Promise<Ledger> {
  const { ledgerKeys, origin, policy } = installation
  const onLedger = createLedgerIdentity([ledgerKeys.gateway.publicKey])
  return openLedger({
    folder: join(configuration.data, 'ledger'),
    origin,
    keys: ledgerKeys,
    policy,
    contracts: [onLedger.contract, evidenceContract, monitoringContract],
    authorise: onLedger.authorise,
    clock,
    elapsed,
  })
}

/** A ledger and the one that it continues: what the present one does not know is looked for in the former. Indices are the present one's. */
function continued(present: ReachableLedger, former: Ledger): ReachableLedger {
  return {
    get policy() {
      return present.policy
    },
    serve: present.serve,
    submit: (items) => present.submit(items),
    standing: async (id) => (await present.standing(id)) ?? (await former.standing(id)),
    async wait(id, kind, waiting) {
      const before = await former.standing(id)
      return before?.kind === 'witnessed' ? before : present.wait(id, kind, waiting)
    },
    async receipt(by) {
      try {
        return await present.receipt(by)
      } catch (error) {
        const unknown = error instanceof Failure && error.code === 'ledger-not-found'
        if (!unknown || !('id' in by)) throw error
        return former.receipt(by)
      }
    },
    async lookup(by) {
      const found = await present.lookup(by)
      return found.length > 0 || 'index' in by ? found : former.lookup(by)
    },
    checkpoint: (profile) => present.checkpoint(profile),
    entries: (from, count) => present.entries(from, count),
    status: () => present.status(),
    async close() {
      await present.close()
      await former.close()
    },
  }
}
