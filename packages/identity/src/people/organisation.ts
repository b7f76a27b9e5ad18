/** Organisations and their units; officers by name and card. */
import { type Id, isRefusal, newId } from '@mingzheng/kernel'
import { recordAct } from '../audit/audit.ts'
import { type IdentityRefusal, lacks, refused } from '../identity-failure.ts'
import type { IdentityParts, Origin } from '../identity-parts.ts'
import type { Principal } from '../permission/principal.ts'
import { withPrincipal } from '../permission/row-security.ts'

export interface Unit {
  id: Id
  name: string
  parentId: Id | null
}

export interface Organisation {
  id: Id
  name: string
  nameEn: string
  province: string
  units: Unit[]
}

export interface Officer {
  id: Id
  userId: Id
  name: string
  cardNumber: string
  unit: { id: Id; name: string } | null
}

/** The principal's own organisation with its units, by name. */
export async function readOrganisation(
  parts: IdentityParts,
  principal: Principal,
): Promise<Organisation | IdentityRefusal> {
  const lacking = lacks(principal, 'organisation.read')
  if (lacking !== null) return lacking
  return withPrincipal(parts.database.people, principal, async (tx) => {
    const row = await tx.selectFrom('organisation').selectAll().executeTakeFirstOrThrow()
    const units = await tx.selectFrom('unit').selectAll().orderBy('name').limit(10_000).execute()
    return {
      id: row.id as Id,
      name: row.name,
      nameEn: row.name_en,
      province: row.province,
      units: units.map(({ id, name, parent_id }) => ({ id: id as Id, name, parentId: parent_id as Id | null })),
    }
  })
}

/** Adds a unit, below another or at the top. */
export async function addUnit(
  parts: IdentityParts,
  principal: Principal,
  given: { name: string; parentId: string | null },
  origin: Origin,
): Promise<Unit | IdentityRefusal> {
  const lacking = lacks(principal, 'organisation.manage')
  if (lacking !== null) return lacking
  const answer = await withPrincipal(parts.database.people, principal, async (tx) => {
    if (given.parentId !== null) {
      const parent = await tx.selectFrom('unit').select('id').where('id', '=', given.parentId).executeTakeFirst()
      if (parent === undefined) return refused('unit-unknown', 'there is no such unit', { field: 'parent' })
    }
    const same = await tx.selectFrom('unit').select('id').where('name', '=', given.name).executeTakeFirst()
    if (same !== undefined) return refused('unit-taken', 'there is already a unit of this name', { field: 'name' })
    const { organisationId, name: actor } = principal
    const unit = { id: newId(parts.clock.now()), name: given.name, parentId: given.parentId as Id | null }
    await tx
      .insertInto('unit')
      .values({ id: unit.id, organisation_id: organisationId, parent_id: unit.parentId, name: unit.name })
      .execute()
    const act = { organisationId, actor, action: 'unit.add', subject: unit.name, address: origin.address }
    await recordAct(tx, parts.clock, act)
    return unit
  })
  if (!isRefusal(answer)) parts.onAudit()
  return answer
}

/** Officers of the principal's organisation who may act now, by name. */
export async function listOfficers(parts: IdentityParts, principal: Principal): Promise<Officer[] | IdentityRefusal> {
  const lacking = lacks(principal, 'evidence.capture')
  if (lacking !== null) return lacking
  const rows = await withPrincipal(parts.database.people, principal, (tx) =>
    tx
      .selectFrom('officer')
      .innerJoin('person', 'person.id', 'officer.user_id')
      .leftJoin('unit', 'unit.id', 'officer.unit_id')
      .select(['officer.id', 'officer.user_id', 'officer.name', 'card_number', 'unit.id as unit_id'])
      .select('unit.name as unit_name')
      .where('person.state', '=', 'active')
      .orderBy('officer.name')
      .limit(10_000)
      .execute(),
  )
  return rows.map((row) => ({
    id: row.id as Id,
    userId: row.user_id as Id,
    name: row.name,
    cardNumber: row.card_number,
    unit: row.unit_id === null || row.unit_name === null ? null : { id: row.unit_id as Id, name: row.unit_name },
  }))
}
