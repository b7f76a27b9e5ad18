/** What every member of a consortium runs: the same contracts and the same rules of who may call them. */
import { applicationContracts, CONSORTIUM_GRANTS } from '@mingzheng/applications/contract'
import { custodyContract, evidenceContract } from '@mingzheng/evidence/contract'
import { createLedgerIdentity } from '@mingzheng/identity/contract'
import { Failure, fromBase64, fromHex } from '@mingzheng/kernel'
import { type Authorise, type Contract, chainsContract, createGovernance, type Genesis } from '@mingzheng/ledger'
import { monitoringContract } from '@mingzheng/monitoring/contract'

export interface ConsortiumContracts {
  readonly contracts: readonly Contract[]
  readonly authorise: Authorise
}

/** Throws `contract-version-missing` when the genesis document names a contract or version that is not here. */
export function consortiumContracts(genesis: Genesis): ConsortiumContracts {
  const { policy, engine } = genesis
  if (policy.version !== 2) throw new Failure('genesis-malformed', 'a consortium begins with a policy of version 2')
  const gateways = policy.members.flatMap(({ gatewayKey }) =>
    gatewayKey === undefined ? [] : [{ algorithm: 'ed25519' as const, bytes: fromHex(gatewayKey) }],
  )
  const validators = engine.validators.map(({ member, publicKey }) => ({ member, publicKey: fromBase64(publicKey) }))
  const governance = createGovernance({ policy, validators, rules: genesis.governance, grants: CONSORTIUM_GRANTS })
  const identity = createLedgerIdentity(gateways).contract
  const ofLedger = [governance.contract, chainsContract]
  const installed = [
    identity,
    evidenceContract,
    custodyContract,
    monitoringContract,
    ...ofLedger,
    ...applicationContracts,
  ]
  const missing = Object.entries(genesis.contracts).find(
    ([name, version]) => !installed.some((contract) => contract.name === name && contract.version === version),
  )
  if (missing !== undefined) {
    throw new Failure(
      'contract-version-missing',
      `the consortium runs ${missing[0]} version ${missing[1]}, which is not here`,
      {
        remedy: 'install the version of the software that the other members run',
      },
    )
  }
  return { contracts: installed, authorise: governance.authorise }
}

/** What a new consortium begins with. */
export const FOUNDING_CONTRACTS: Readonly<Record<string, number>> = {
  identity: 1,
  evidence: 1,
  custody: 1,
  monitoring: 1,
  governance: 1,
  chains: 1,
  ...Object.fromEntries(applicationContracts.map(({ name, version }) => [name, version])),
}
