/**
 * Permissions in code (CASL). A subject carries where it belongs; conditions compare that with the principal, so that a
 * right permission on another organisation's or unit's row is refused before the database would hide it.
 */
import { createMongoAbility, type MongoAbility, subject } from '@casl/ability'
import type { Permission } from './permission.ts'
import type { Principal } from './principal.ts'

/** Where a thing belongs. Things without a unit belong to the whole organisation. */
export interface Place {
  organisationId: string
  unitId?: string | null
}

export type Ability = MongoAbility<[Permission, 'thing' | (Place & { __caslSubjectType__?: 'thing' })]>

/** What the principal may do, and on which rows. */
export function abilityFor(principal: Principal): Ability {
  const { organisationId, unitIds } = principal
  const conditions = unitIds === '*' ? { organisationId } : { organisationId, unitId: { $in: unitIds } }
  return createMongoAbility(
    principal.permissions.map((permission) => ({
      action: permission,
      subject: 'thing' as const,
      conditions: permission.startsWith('evidence.') ? conditions : { organisationId },
    })),
  ) as unknown as Ability
}

/** Whether the principal may do this at all, wherever. */
export function may(principal: Principal, permission: Permission): boolean {
  return abilityFor(principal).can(permission, 'thing')
}

/** Whether the principal may do this to a thing that belongs there. */
export function mayOn(principal: Principal, permission: Permission, place: Place): boolean {
  const thing = { organisationId: place.organisationId, unitId: place.unitId ?? null }
  return abilityFor(principal).can(permission, subject('thing', thing) as never)
}
