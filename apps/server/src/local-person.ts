/** Who acts when the command line on this machine asks: the first officer of the installation. */
import { type IdentityTables, permissionsOf } from '@mingzheng/identity'
import type { Id } from '@mingzheng/kernel'
import type { Database } from '@mingzheng/storage'
import type { Person } from './person.ts'

/** Id of what is captured at the command line before anybody has an account. */
const NONE = '00000000000000000000000000' as Id

/** Before `admin setup` there are no people: whoever sits at the machine captures in the machine's own name. */
const NOBODY_YET: Person = {
  kind: 'user',
  userId: NONE,
  name: '本机操作者 operator of this machine',
  organisationId: NONE,
  unitId: null,
  unitIds: '*',
  officerId: null,
  roles: ['officer'],
  permissions: permissionsOf(['officer']),
  organisationName: '',
  unit: null,
  cardNumber: null,
}

async function hasOrganisation(database: Database<IdentityTables>): Promise<boolean> {
  return (await database.system.selectFrom('organisation').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** Looks the officer up at each call, so that one who was disabled acts no more; null while there is none. */
export function createLocalPerson(database: Database<IdentityTables>): () => Promise<Person | null> {
  return async () => {
    const row = await database.system
      .selectFrom('person')
      .innerJoin('officer', 'officer.user_id', 'person.id')
      .innerJoin('organisation', 'organisation.id', 'person.organisation_id')
      .leftJoin('unit', 'unit.id', 'person.unit_id')
      .select(['person.id', 'person.name', 'person.organisation_id', 'person.unit_id', 'person.roles'])
      .select(['officer.id as officer_id', 'card_number', 'organisation.name as organisation_name'])
      .select('unit.name as unit_name')
      .where('person.state', '=', 'active')
      .orderBy('person.id')
      .limit(1)
      .executeTakeFirst()
    if (row === undefined) return (await hasOrganisation(database)) ? null : NOBODY_YET
    const unitId = row.unit_id as Id | null
    return {
      kind: 'user',
      userId: row.id as Id,
      name: row.name,
      organisationId: row.organisation_id as Id,
      unitId,
      unitIds: unitId === null ? [] : [unitId],
      officerId: row.officer_id as Id,
      roles: row.roles,
      permissions: permissionsOf(row.roles),
      organisationName: row.organisation_name,
      unit: unitId === null || row.unit_name === null ? null : { id: unitId, name: row.unit_name },
      cardNumber: row.card_number,
    }
  }
}
