/**
 * The contracts of the upper applications, and what each role of a consortium may do with them. No personal data reaches the
 * ledger: records hold ids, times, actors of organisations, and salted commitments. docs/formats/application-contracts.md.
 */
import type { Contract, GovernanceFounding } from '@mingzheng/ledger'
import { agreementContract } from './agreement/contract.ts'
import { licenceContract } from './licence/contract.ts'
import { plantedContract, probeContract } from './probe/contract.ts'
import { propertyContract } from './property/contract.ts'
import { provenanceContract } from './provenance/contract.ts'
import { tradeContract } from './trade/contract.ts'

export { agreementContract } from './agreement/contract.ts'
export { licenceContract } from './licence/contract.ts'
export { plantedContract, probeContract } from './probe/contract.ts'
export { propertyContract } from './property/contract.ts'
export { provenanceContract } from './provenance/contract.ts'
export { defineRegister, type Fields, type Register, type Step } from './register/register.ts'
export { tradeContract } from './trade/contract.ts'

/** Every contract of an upper application, in the order of names. */
export const applicationContracts: readonly Contract[] = [
  agreementContract,
  licenceContract,
  plantedContract,
  probeContract,
  propertyContract,
  provenanceContract,
  tradeContract,
]

/**
 * What members may do on a consortium's ledger by their role: the contracts of these applications, and evidence and custody. A
 * member enrols the keys of its firms, hospitals and platforms with parts of this.
 */
export const CONSORTIUM_GRANTS: GovernanceFounding['grants'] = {
  regulator: [
    'agreement.',
    'chains.',
    'custody.',
    'evidence.',
    'identity.',
    'licence.',
    'monitoring.',
    'planted.',
    'probe.',
    'property.apply',
    'property.dispose',
    'provenance.',
    'trade.',
  ],
  court: ['agreement.', 'chains.', 'custody.', 'evidence.', 'identity.audit', 'planted.', 'probe.review', 'property.'],
  notary: ['agreement.', 'chains.', 'custody.', 'evidence.', 'identity.audit', 'planted.', 'probe.review', 'property.'],
  forensic: ['agreement.', 'chains.', 'custody.', 'evidence.', 'identity.audit', 'planted.', 'probe.review'],
  ca: ['agreement.', 'chains.', 'custody.', 'evidence.', 'identity.audit'],
}
