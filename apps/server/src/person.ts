/** The caller as routes know them: the principal, and what documents and screens call them. */
import type { Principal } from '@mingzheng/identity'

export interface Person extends Principal {
  organisationName: string
  unit: { id: string; name: string } | null
  /** Number of the enforcement card; null for those who have none. */
  cardNumber: string | null
}
