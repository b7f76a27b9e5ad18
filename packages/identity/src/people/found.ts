/** Founding an organisation: its units, its people, its first administrators. For the first start and for `admin`. */
import { type Id, newId, randomBytes } from '@mingzheng/kernel'
import type { Transaction } from 'kysely'
import { recordAct } from '../audit/audit.ts'
import type { IdentityParts } from '../identity-parts.ts'
import type { Role } from '../permission/role.ts'
import type { IdentityTables } from '../schema.ts'
import { hashPassword, makePassword } from '../sign-in/password.ts'

export interface FoundingPerson {
  username: string
  name: string
  roles: Role[]
  /** Name of a unit of the founding. */
  unit?: string
  cardNumber?: string
  /** Made and to be changed at the first sign-in when left out. */
  password?: string
}

export interface Founding {
  name: string
  nameEn: string
  province: string
  demo: boolean
  /** Names; a unit named `A/B` stands below unit `A`. */
  units: string[]
  people: FoundingPerson[]
  /** Who founds it, for the record, such as `console: root`. */
  by: string
}

export interface FoundedPerson {
  id: Id
  username: string
  name: string
  roles: Role[]
  password: string
}

export interface Founded {
  organisationId: Id
  units: Map<string, Id>
  people: FoundedPerson[]
}

/** Founds it whole or not at all. A name that is taken breaks the transaction. */
export async function foundOrganisation(parts: IdentityParts, founding: Founding): Promise<Founded> {
  const now = parts.clock.now()
  const passwords = founding.people.map((person) => person.password ?? makePassword(randomBytes))
  // The demo gives all its people one password; made ones never meet.
  const hashes = new Map<string, string>()
  for (const password of new Set(passwords)) hashes.set(password, await hashPassword(password))
  const founded = await parts.database.system.transaction().execute(async (tx) => {
    const organisationId = newId(now)
    const { name, nameEn: name_en, province, demo } = founding
    await tx
      .insertInto('organisation')
      .values({ id: organisationId, name, name_en, province, demo, created_at: new Date(now) })
      .execute()
    const units = await insertUnits(tx, organisationId, founding.units, now)
    const people: FoundedPerson[] = []
    for (const [i, person] of founding.people.entries()) {
      const unitId = person.unit === undefined ? null : (units.get(person.unit) ?? null)
      const id = await insertPerson(tx, organisationId, unitId, person, hashes.get(passwords[i]!)!, now)
      people.push({ id, username: person.username, name: person.name, roles: person.roles, password: passwords[i]! })
    }
    const act = { organisationId, actor: founding.by, action: 'organisation.found', subject: name }
    await recordAct(tx, parts.clock, { ...act, detail: people.map((person) => person.username).join(', ') })
    return { organisationId, units, people }
  })
  parts.onAudit()
  parts.onPeople()
  return founded
}

async function insertUnits(
  tx: Transaction<IdentityTables>,
  organisationId: Id,
  names: string[],
  now: number,
): Promise<Map<string, Id>> {
  const units = new Map<string, Id>()
  for (const path of names) {
    const cut = path.lastIndexOf('/')
    const parent_id = cut < 0 ? null : (units.get(path.slice(0, cut)) ?? null)
    const id = newId(now)
    const row = { id, organisation_id: organisationId, parent_id, name: path.slice(cut + 1) }
    await tx.insertInto('unit').values(row).execute()
    units.set(path, id)
  }
  return units
}

async function insertPerson(
  tx: Transaction<IdentityTables>,
  organisationId: Id,
  unitId: Id | null,
  person: FoundingPerson,
  hash: string,
  now: number,
): Promise<Id> {
  const id = newId(now)
  const place = { organisation_id: organisationId, unit_id: unitId, name: person.name }
  const { username, roles } = person
  const created_at = new Date(now)
  await tx
    .insertInto('person')
    .values({ id, ...place, username, roles, state: 'active', created_at, last_sign_in_at: null })
    .execute()
  const must_change = person.password === undefined
  await tx
    .insertInto('credential_password')
    .values({ user_id: id, organisation_id: organisationId, hash, must_change, changed_at: created_at })
    .execute()
  if (person.cardNumber !== undefined) {
    const officer = { id: newId(now), user_id: id, card_number: person.cardNumber, ...place }
    await tx.insertInto('officer').values(officer).execute()
  }
  return id
}
