/** The people of an organisation: the system administrator adds and disables, the security administrator gives roles. */
import { type Id, isRefusal, newId, randomBytes } from '@mingzheng/kernel'
import { sql, type Transaction } from 'kysely'
import { recordAct } from '../audit/audit.ts'
import { type IdentityRefusal, lacks, refused } from '../identity-failure.ts'
import type { IdentityParts, Origin } from '../identity-parts.ts'
import type { Principal } from '../permission/principal.ts'
import { ADMINISTRATORS, type Role, rolesCompatible } from '../permission/role.ts'
import { withPrincipal } from '../permission/row-security.ts'
import type { IdentityTables } from '../schema.ts'
import { hashPassword, makePassword } from '../sign-in/password.ts'
import { blockedAccounts, clearThrottle } from '../sign-in/throttle.ts'

export interface User {
  id: Id
  username: string
  name: string
  cardNumber: string | null
  unit: { id: Id; name: string } | null
  roles: Role[]
  state: 'active' | 'locked' | 'disabled'
  secondFactor: boolean
  lastSignInAt: number | null
}

export interface NewUser {
  username: string
  name: string
  unitId: string | null
  /** Makes the person an officer. */
  cardNumber: string | null
}

type Tx = Transaction<IdentityTables>

/** The people of the principal's organisation, by name of account. */
export async function listUsers(parts: IdentityParts, principal: Principal): Promise<User[] | IdentityRefusal> {
  const lacking = lacks(principal, 'organisation.read')
  if (lacking !== null) return lacking
  const rows = await withPrincipal(parts.database.people, principal, (tx) => select(tx).execute())
  return complete(parts, rows)
}

function select(tx: Tx) {
  return tx
    .selectFrom('person')
    .leftJoin('unit', 'unit.id', 'person.unit_id')
    .leftJoin('officer', 'officer.user_id', 'person.id')
    .select(['person.id', 'username', 'person.name', 'person.unit_id', 'unit.name as unit_name', 'roles', 'state'])
    .select(['last_sign_in_at', 'card_number'])
    .orderBy('username')
    .limit(10_000)
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

/** Adds what only the system's side may look up: lockouts and whether there is a second factor. */
async function complete(parts: IdentityParts, rows: Row[]): Promise<User[]> {
  if (rows.length === 0) return []
  const { system } = parts.database
  const ids = rows.map((row) => row.id)
  const blocked = await blockedAccounts(
    system,
    parts.clock,
    rows.map((row) => row.username),
  )
  const totp = await system.selectFrom('credential_totp').select('user_id').where('user_id', 'in', ids).execute()
  const keys = await system.selectFrom('credential_passkey').select('user_id').where('user_id', 'in', ids).execute()
  const factors = new Set([...totp, ...keys].map((row) => row.user_id))
  return rows.map((row) => ({
    id: row.id as Id,
    username: row.username,
    name: row.name,
    cardNumber: row.card_number,
    unit: row.unit_id === null || row.unit_name === null ? null : { id: row.unit_id as Id, name: row.unit_name },
    roles: row.roles,
    state: row.state === 'disabled' ? 'disabled' : blocked.has(row.username) ? 'locked' : 'active',
    secondFactor: factors.has(row.id),
    lastSignInAt: row.last_sign_in_at?.getTime() ?? null,
  }))
}

/** Adds a person without roles. The first password is shown once and has to be changed at the first sign-in. */
export async function addUser(
  parts: IdentityParts,
  principal: Principal,
  given: NewUser,
  origin: Origin,
): Promise<{ user: User; firstPassword: string } | IdentityRefusal> {
  const lacking = lacks(principal, 'organisation.manage')
  if (lacking !== null) return lacking
  const firstPassword = makePassword(randomBytes)
  const hash = await hashPassword(firstPassword)
  const taken = await parts.database.system
    .selectFrom('person')
    .select('id')
    .where('username', '=', given.username)
    .executeTakeFirst()
  if (taken !== undefined) return refused('username-taken', 'this name is in use', { field: 'username' })
  const row = await withPrincipal(parts.database.people, principal, async (tx) => {
    const id = newId(parts.clock.now())
    const refusal = await insertUser(tx, principal.organisationId, id, given, parts.clock.now())
    if (refusal !== null) return refusal
    await tx
      .insertInto('credential_password')
      .values({
        user_id: id,
        organisation_id: principal.organisationId,
        hash,
        must_change: true,
        changed_at: new Date(parts.clock.now()),
      })
      .execute()
    await record(parts, tx, principal, 'user.add', `${given.name} (${given.username})`, origin, given.cardNumber ?? '')
    return select(tx).where('person.id', '=', id).executeTakeFirstOrThrow()
  })
  if (isRefusal(row)) return row as IdentityRefusal
  parts.onAudit()
  parts.onPeople()
  const [user] = await complete(parts, [row as Row])
  return { user: user!, firstPassword }
}

async function insertUser(
  tx: Tx,
  organisationId: string,
  id: Id,
  given: NewUser,
  now: number,
): Promise<IdentityRefusal | null> {
  if (given.unitId !== null) {
    const unit = await tx.selectFrom('unit').select('id').where('id', '=', given.unitId).executeTakeFirst()
    if (unit === undefined) return refused('unit-unknown', 'there is no such unit', { field: 'unit' })
  }
  if (given.cardNumber !== null) {
    const card = tx.selectFrom('officer').select('id').where('card_number', '=', given.cardNumber)
    if ((await card.executeTakeFirst()) !== undefined) {
      return refused('card-taken', 'this enforcement card is another officer’s', { field: 'cardNumber' })
    }
  }
  const place = { organisation_id: organisationId, unit_id: given.unitId, name: given.name }
  await tx
    .insertInto('person')
    .values({
      id,
      ...place,
      username: given.username,
      state: 'active',
      roles: [],
      created_at: new Date(now),
      last_sign_in_at: null,
    })
    .execute()
  if (given.cardNumber !== null) {
    const officer = { id: newId(now), user_id: id, card_number: given.cardNumber, ...place }
    await tx.insertInto('officer').values(officer).execute()
  }
  return null
}

/** Disables or enables a person. Disabling ends the person's sessions. Nobody disables themselves. */
export function setUserState(
  parts: IdentityParts,
  principal: Principal,
  userId: string,
  state: 'active' | 'disabled',
  origin: Origin,
): Promise<User | IdentityRefusal> {
  return change(parts, principal, 'organisation.manage', userId, async (tx, person) => {
    if (userId === principal.userId) return refused('own-account', 'nobody disables or enables themselves')
    if (state === 'disabled') {
      const last = await lastOfRole(tx, person, [])
      if (last !== null) return last
    }
    await tx.updateTable('person').set({ state }).where('id', '=', userId).execute()
    await tx.deleteFrom('session').where('user_id', '=', userId).execute()
    const action = state === 'disabled' ? 'user.disable' : 'user.enable'
    await record(parts, tx, principal, action, nameOf(person), origin)
    return null
  })
}

/**
 * Gives a person exactly these roles. The three administrators stand alone, nobody changes their own roles, and no
 * administrator's role is left without a person. Sessions end, so that the next one has the new rights.
 */
export function setUserRoles(
  parts: IdentityParts,
  principal: Principal,
  userId: string,
  roles: Role[],
  origin: Origin,
): Promise<User | IdentityRefusal> {
  return change(parts, principal, 'security.manage', userId, async (tx, person) => {
    if (userId === principal.userId) return refused('own-account', 'nobody changes their own roles')
    if (!rolesCompatible(roles)) {
      return refused('roles-incompatible', 'one person cannot hold these roles together', {
        field: 'roles',
        remedy: 'an administrator’s role stands alone; give the others to another person',
      })
    }
    const last = await lastOfRole(tx, person, roles)
    if (last !== null) return last
    await tx.updateTable('person').set({ roles }).where('id', '=', userId).execute()
    await tx.deleteFrom('session').where('user_id', '=', userId).execute()
    const detail = `${person.roles.join(', ') || '-'} → ${roles.join(', ') || '-'}`
    await record(parts, tx, principal, 'user.roles', nameOf(person), origin, detail)
    return null
  })
}

/** Ends a lockout. */
export async function unlockUser(
  parts: IdentityParts,
  principal: Principal,
  userId: string,
  origin: Origin,
): Promise<User | IdentityRefusal> {
  const user = await change(parts, principal, 'security.manage', userId, async (tx, person) => {
    await record(parts, tx, principal, 'user.unlock', nameOf(person), origin)
    return null
  })
  if (isRefusal(user)) return user
  await clearThrottle(parts.database.system, user.username)
  return { ...user, state: user.state === 'locked' ? 'active' : user.state }
}

interface Person {
  id: string
  username: string
  name: string
  roles: Role[]
}

async function change(
  parts: IdentityParts,
  principal: Principal,
  permission: 'organisation.manage' | 'security.manage',
  userId: string,
  work: (tx: Tx, person: Person) => Promise<IdentityRefusal | null>,
): Promise<User | IdentityRefusal> {
  const lacking = lacks(principal, permission)
  if (lacking !== null) return lacking
  const outcome = await withPrincipal(parts.database.people, principal, async (tx) => {
    // Changes of one organisation's people wait for each other, or two could each remove the other last administrator.
    await sql`select id from person where roles && ${[...ADMINISTRATORS]}::text[] order by id for update`.execute(tx)
    const found = tx.selectFrom('person').select(['id', 'username', 'name', 'roles']).where('id', '=', userId)
    const person = await found.forUpdate().executeTakeFirst()
    if (person === undefined) return refused('user-unknown', 'there is no such person')
    const refusal = await work(tx, person)
    return refusal ?? select(tx).where('person.id', '=', userId).executeTakeFirstOrThrow()
  })
  if (isRefusal(outcome)) return outcome as IdentityRefusal
  parts.onAudit()
  if (permission === 'organisation.manage') parts.onPeople()
  const [user] = await complete(parts, [outcome as Row])
  return user!
}

async function lastOfRole(tx: Tx, person: Person, remaining: Role[]): Promise<IdentityRefusal | null> {
  for (const role of ADMINISTRATORS) {
    if (!person.roles.includes(role) || remaining.includes(role)) continue
    const others = await tx
      .selectFrom('person')
      .select('id')
      .where('id', '<>', person.id)
      .where('state', '=', 'active')
      .where(sql<boolean>`roles @> ${[role]}::text[]`)
      .executeTakeFirst()
    if (others === undefined) {
      return refused('last-administrator', `this is the last person with the role ${role}`, {
        remedy: 'give the role to another person first',
      })
    }
  }
  return null
}

const nameOf = (person: Person) => `${person.name} (${person.username})`

function record(
  parts: IdentityParts,
  tx: Tx,
  principal: Principal,
  action: string,
  subject: string,
  origin: Origin,
  detail = '',
) {
  const { organisationId, name } = principal
  return recordAct(tx, parts.clock, { organisationId, actor: name, action, subject, detail, address: origin.address })
}
