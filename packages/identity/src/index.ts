/**
 * Organisations, people, keys, permissions, sign-in, and the audit of privileged acts.
 * Refuses: two administrators' roles in one person, case content for any administrator, sessions that outlive their
 * sign-in, secrets at rest in clear. Follows NIST SP 800-63B (passwords, lockout), RFC 6238 (TOTP), WebAuthn level 3,
 * RFC 9106 (argon2id), GB/T 22239 (three separate administrators).
 */

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
export { type KeyStore, openKeyStore } from './keys/key-store.ts'
export { readMasterSecret } from './keys/master-secret.ts'
export { type Ability, abilityFor, may, mayOn, type Place } from './permission/ability.ts'
export { CASE_PERMISSIONS, PERMISSIONS, type Permission, permissions, permissionsOf } from './permission/permission.ts'
export type { Principal } from './permission/principal.ts'
export { ADMINISTRATORS, isAdministrator, isRole, ROLES, type Role, rolesCompatible } from './permission/role.ts'
export { type Binding, protectTable, type Reach, withPrincipal } from './permission/row-security.ts'
