/** Who may do what: one table of permission x role, from which the abilities, the pages and the tests are made. */
import type { Role } from './role.ts'

/**
 * Permissions and the roles that hold them. Case content (`evidence.*`, `monitoring.*`) is for those who work on
 * cases; no administrator has any of it.
 */
export const permissions = {
  'evidence.read': ['officer', 'duty-officer', 'analyst', 'unit-head'],
  'evidence.capture': ['officer', 'duty-officer', 'unit-head'],
  'evidence.download': ['officer', 'duty-officer', 'analyst', 'unit-head'],
  'evidence.edit': ['officer', 'duty-officer', 'unit-head'],
  'monitoring.read': ['officer', 'duty-officer', 'analyst', 'unit-head'],
  'monitoring.task': ['duty-officer', 'analyst'],
  'monitoring.lead': ['officer', 'duty-officer', 'analyst', 'unit-head'],
  'monitoring.settings': ['duty-officer', 'analyst'],
  'monitoring.approve': ['duty-officer', 'analyst', 'unit-head'],
  'organisation.read': [
    'officer',
    'duty-officer',
    'analyst',
    'unit-head',
    'system-admin',
    'security-admin',
    'audit-admin',
  ],
  'organisation.manage': ['system-admin'],
  'security.manage': ['security-admin'],
  'audit.read': ['audit-admin'],
  'preservation.use': ['api-client'],
  'probe.use': ['api-client'],
  'report.use': ['api-client'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

export const PERMISSIONS = Object.keys(permissions) as Permission[]

/** Permissions whose holders see case content. */
export const CASE_PERMISSIONS = PERMISSIONS.filter((permission) => /^(evidence|monitoring)\./.test(permission))

/** The permissions that any of these roles brings, in the table's order. */
export function permissionsOf(roles: readonly Role[]): Permission[] {
  return PERMISSIONS.filter((permission) =>
    (permissions[permission] as readonly Role[]).some((role) => roles.includes(role)),
  )
}
