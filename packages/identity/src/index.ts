/**
 * Organisations, people, keys, permissions, sign-in, and the audit of privileged acts.
 * Refuses: two administrators' roles in one person, case content for any administrator, sessions that outlive their
 * sign-in, secrets at rest in clear. Follows NIST SP 800-63B (passwords, lockout), RFC 6238 (TOTP), WebAuthn level 3,
 * RFC 9106 (argon2id), GB/T 22239 (three separate administrators).
 */

// --- people, sign-in, permissions, audit ---
export type { ApiKey } from './api-key/api-key.ts'
export { type AuditAct, type AuditEvent, type AuditQuery, recordAct } from './audit/audit.ts'
export { AUDIT_CHANNEL } from './audit/audit-chain.ts'
export { AUDIT_DOMAIN, auditCommitments, deliverAudit } from './audit/fix-audit.ts'
// --- the embedded certificate authority, keys at rest ---
export {
  type AuthorityOptions,
  type CertificateAuthority,
  type CertificateRequest,
  LIST_DAYS,
  openAuthority,
  type RevocationListFile,
} from './authority/authority.ts'
export type { AuthorityFamily, AuthorityStore, IssuedCertificate, Revocation } from './authority/authority-store.ts'
export {
  buildCertificate,
  buildRevocationList,
  type CertificateSubject,
  encodeName,
} from './authority/build-certificate.ts'
export { openFileAuthorityStore } from './authority/file-authority-store.ts'
export { createIdentity, type Identity, type IdentityOptions } from './identity.ts'
export type { IdentityCode, IdentityRefusal } from './identity-failure.ts'
export type { Origin, SignInRules } from './identity-parts.ts'
export { type KeyStore, openKeyStore } from './keys/key-store.ts'
export { readMasterSecret } from './keys/master-secret.ts'
export { openPkcs11KeyStore } from './keys/pkcs11/pkcs11-key-store.ts'
export type { TokenOptions } from './keys/pkcs11/token.ts'
export { splitKeyStore } from './keys/split-key-store.ts'
export { identityMigrations } from './migrations.ts'
export type { Bootstrap } from './people/bootstrap.ts'
export { type CertifyOptions, certifyOfficers, type OfficerKey, officerKey } from './people/certify-officers.ts'
export type { Founded, FoundedPerson, Founding } from './people/found.ts'
export type { Officer, Organisation, Unit } from './people/organisation.ts'
export { DEMO_ORGANISATION, type DemoPerson, type DemoSeed } from './people/seed-demo.ts'
export type { NewUser, User } from './people/user.ts'
export { type Ability, abilityFor, may, mayOn, type Place } from './permission/ability.ts'
export { CASE_PERMISSIONS, PERMISSIONS, type Permission, permissions, permissionsOf } from './permission/permission.ts'
export type { Principal } from './permission/principal.ts'
export { ADMINISTRATORS, isAdministrator, isRole, ROLES, type Role, rolesCompatible } from './permission/role.ts'
export { type Binding, protectTable, type Reach, withPrincipal } from './permission/row-security.ts'
export type { IdentityTables } from './schema.ts'
export type { Recovery } from './sign-in/recovery.ts'
export type { Duty, NewSession, Session } from './sign-in/session.ts'
export type { SecondFactor, SignInAnswer } from './sign-in/sign-in.ts'
