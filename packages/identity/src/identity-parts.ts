/** What the services of this package share: the database, the time, the instance's secret and its rules. */
import type { Clock } from '@mingzheng/kernel'
import type { Database } from '@mingzheng/storage'
import type { IdentityTables } from './schema.ts'
import type { Sealer } from './sign-in/seal.ts'

export interface SignInRules {
  /** A session unused for this long ends. Default 30 minutes. */
  idleMs: number
  /** A session ends this long after sign-in, used or not. Default 12 hours. */
  absoluteMs: number
  /** Whether a person without a second factor may do anything but set one up. Default `administrators`. */
  secondFactor: 'required' | 'administrators' | 'offered'
}

export const DEFAULT_RULES: SignInRules = {
  idleMs: 30 * 60_000,
  absoluteMs: 12 * 3_600_000,
  secondFactor: 'administrators',
}

export interface IdentityParts {
  database: Database<IdentityTables>
  clock: Clock
  sealer: Sealer
  rules: SignInRules
  /** The address people open; passkeys are bound to its host name. */
  publicUrl: () => string
  /** Called after a transaction that recorded a privileged act has committed. */
  onAudit: () => void
  /** Called after people were added, disabled or enabled. */
  onPeople: () => void
  /** When this program last forgot what has ended. */
  tidied: { at: number }
}

/** From where a request comes, for the audit log and the lockout. */
export interface Origin {
  address: string
}
