/** The refusals of this package: a closed union of codes, returned and never thrown. */
import { type Refusal, refuse } from '@mingzheng/kernel'
import { may } from './permission/ability.ts'
import type { Permission } from './permission/permission.ts'
import type { Principal } from './permission/principal.ts'

export type IdentityCode =
  | 'api-key-unknown'
  | 'card-taken'
  | 'code-wrong'
  | 'last-administrator'
  | 'not-permitted'
  | 'own-account'
  | 'passkey-refused'
  | 'passkey-unavailable'
  | 'password-weak'
  | 'password-wrong'
  | 'passkey-unknown'
  | 'roles-incompatible'
  | 'second-factor-needed'
  | 'sign-in-blocked'
  | 'sign-in-refused'
  | 'ticket-expired'
  | 'unit-taken'
  | 'unit-unknown'
  | 'user-unknown'
  | 'username-taken'

export type IdentityRefusal = Refusal<IdentityCode>

export function refused(
  code: IdentityCode,
  detail: string,
  extra: { field?: string; remedy?: string } = {},
): IdentityRefusal {
  return refuse(code, detail, extra)
}

/** Null when the principal may; else the refusal to hand back. */
export function lacks(principal: Principal, permission: Permission): IdentityRefusal | null {
  if (may(principal, permission)) return null
  return refused('not-permitted', `this needs the permission ${permission}`, {
    remedy: 'ask the security administrator for the role that brings it',
  })
}
