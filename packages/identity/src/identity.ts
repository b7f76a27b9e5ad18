/** The services of identity in one object, bound to a database, a clock and an instance's secret. */
import type { Bytes, Clock } from '@mingzheng/kernel'
import type { Database } from '@mingzheng/storage'
import { addApiKey, listApiKeys, readApiKey, revokeApiKey } from './api-key/api-key.ts'
import { type AuditQuery, listAudit, recordAct } from './audit/audit.ts'
import { checkAuditChain, checkOwnAudit, type EntryAt } from './audit/check-audit.ts'
import { DEFAULT_RULES, type IdentityParts, type Origin, type SignInRules } from './identity-parts.ts'
import { type Bootstrap, bootstrap } from './people/bootstrap.ts'
import { type Founding, foundOrganisation } from './people/found.ts'
import { addUnit, listOfficers, readOrganisation } from './people/organisation.ts'
import { seedDemo } from './people/seed-demo.ts'
import { addUser, listUsers, type NewUser, setUserRoles, setUserState, unlockUser } from './people/user.ts'
import type { Permission } from './permission/permission.ts'
import type { Principal } from './permission/principal.ts'
import type { Role } from './permission/role.ts'
import type { IdentityTables } from './schema.ts'
import { addOwnPasskey, changePassword, confirmOwnTotp, startOwnPasskey, startOwnTotp } from './sign-in/own-account.ts'
import { listOwnPasskeys, removeOwnPasskey } from './sign-in/own-passkeys.ts'
import { startPasskeySignIn } from './sign-in/passkey.ts'
import { type Recovery, recoverAccount } from './sign-in/recovery.ts'
import { createSealer } from './sign-in/seal.ts'
import { endSession, readSession, type Session } from './sign-in/session.ts'
import { signIn, signInWithCode, signInWithPasskey } from './sign-in/sign-in.ts'

export interface IdentityOptions {
  database: Database<IdentityTables>
  clock: Clock
  /** 32 bytes of this instance; seals what must be read again. */
  secret: Bytes
  /** The address people open, for passkeys. */
  publicUrl: () => string
  rules?: Partial<SignInRules>
  /** Called after a privileged act was recorded: nudge the outbox's audit channel. */
  onAudit?: () => void
  /** Called after people were added, disabled or enabled: officers' certificates have to follow. */
  onPeople?: () => void
}

export type Identity = ReturnType<typeof createIdentity>

/** Every method that acts for somebody checks the permission itself, whatever its caller has checked. */
export function createIdentity(options: IdentityOptions) {
  const { database, clock, publicUrl } = options
  const parts: IdentityParts = {
    database,
    clock,
    publicUrl,
    sealer: createSealer(options.secret),
    rules: { ...DEFAULT_RULES, ...options.rules },
    onAudit: options.onAudit ?? (() => undefined),
    onPeople: options.onPeople ?? (() => undefined),
    tidied: { at: 0 },
  }
  return {
    signIn: {
      start: (given: { username: string; password: string; replaces?: string }, origin: Origin) =>
        signIn(parts, given, origin),
      code: (given: { ticket: string; code: string; replaces?: string }, origin: Origin) =>
        signInWithCode(parts, given, origin),
      passkeyOptions: (ticket?: string) => startPasskeySignIn(parts, ticket),
      passkey: (given: { ticket: string; response: unknown; replaces?: string }, origin: Origin) =>
        signInWithPasskey(parts, given, origin),
    },
    sessions: {
      read: (token: string) => readSession(parts, token),
      end: (token: string) => endSession(database.system, token),
    },
    me: {
      changePassword: (session: Session, given: { current: string; next: string; token: string }, origin: Origin) =>
        changePassword(parts, session, given, origin),
      startTotp: (session: Session) => startOwnTotp(parts, session),
      confirmTotp: (session: Session, given: { ticket: string; code: string }, origin: Origin) =>
        confirmOwnTotp(parts, session, given, origin),
      startPasskey: (session: Session) => startOwnPasskey(parts, session),
      addPasskey: (session: Session, given: { ticket: string; name: string; response: unknown }, origin: Origin) =>
        addOwnPasskey(parts, session, given, origin),
      passkeys: (session: Session) => listOwnPasskeys(parts, session),
      removePasskey: (session: Session, given: { id: string; token: string }, origin: Origin) =>
        removeOwnPasskey(parts, session, given, origin),
    },
    organisations: {
      read: (principal: Principal) => readOrganisation(parts, principal),
      addUnit: (principal: Principal, given: { name: string; parentId: string | null }, origin: Origin) =>
        addUnit(parts, principal, given, origin),
      officers: (principal: Principal) => listOfficers(parts, principal),
      found: (founding: Founding) => foundOrganisation(parts, founding),
      bootstrap: (given: Bootstrap) => bootstrap(parts, given),
      seedDemo: (province: string) => seedDemo(parts, province),
    },
    users: {
      list: (principal: Principal) => listUsers(parts, principal),
      add: (principal: Principal, given: NewUser, origin: Origin) => addUser(parts, principal, given, origin),
      setState: (principal: Principal, id: string, state: 'active' | 'disabled', origin: Origin) =>
        setUserState(parts, principal, id, state, origin),
      setRoles: (principal: Principal, id: string, roles: Role[], origin: Origin) =>
        setUserRoles(parts, principal, id, roles, origin),
      unlock: (principal: Principal, id: string, origin: Origin) => unlockUser(parts, principal, id, origin),
      recover: (given: Recovery) => recoverAccount(parts, given),
    },
    apiKeys: {
      add: (
        principal: Principal,
        given: { name: string; expiresAt: number | null; permissions?: Permission[] },
        origin: Origin,
      ) => addApiKey(parts, principal, given, origin),
      list: (principal: Principal) => listApiKeys(parts, principal),
      revoke: (principal: Principal, id: string, origin: Origin) => revokeApiKey(parts, principal, id, origin),
      read: (token: string) => readApiKey(parts, token),
    },
    audit: {
      list: (principal: Principal, query: AuditQuery) => listAudit(database.people, principal, query),
      /** Records a privileged act that another package did for this principal. */
      async record(principal: Principal, act: { action: string; subject: string; detail?: string }, origin: Origin) {
        const { organisationId, name: actor } = principal
        const { address } = origin
        await database.system
          .transaction()
          .execute((tx) => recordAct(tx, clock, { organisationId, actor, address, ...act }))
        parts.onAudit()
      },
      check: (organisationId: string) => checkAuditChain(database.system, organisationId),
      /** The same for the audit administrator, held against the entries of the ledger. */
      checkOwn: (principal: Principal, entryAt: EntryAt) => checkOwnAudit(database.system, principal, entryAt),
    },
  }
}
