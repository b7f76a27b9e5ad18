/** The roles, and which of them one person may hold together. */

export const ROLES = [
  'officer',
  'duty-officer',
  'analyst',
  'unit-head',
  'system-admin',
  'security-admin',
  'audit-admin',
  'api-client',
] as const
export type Role = (typeof ROLES)[number]

/** The three separate administrators (三员): each alone, and none with case work. */
export const ADMINISTRATORS = ['system-admin', 'security-admin', 'audit-admin'] as const satisfies readonly Role[]

/** Roles that see every unit of their organisation; the others see their own unit, a head also the units below. */
export const WIDE_ROLES = ['duty-officer', 'analyst'] as const satisfies readonly Role[]

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text)
}

export function isAdministrator(role: Role): boolean {
  return (ADMINISTRATORS as readonly Role[]).includes(role)
}

/**
 * Whether one person may hold these roles: an administrator holds that role and no other, and `api-client` belongs to
 * keys and never to a person.
 */
export function rolesCompatible(roles: readonly Role[]): boolean {
  if (new Set(roles).size !== roles.length || roles.includes('api-client')) return false
  return !roles.some(isAdministrator) || roles.length === 1
}
