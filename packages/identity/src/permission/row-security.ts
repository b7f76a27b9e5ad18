/**
 * The second wall: PostgreSQL shows and changes only rows of the principal who opened the transaction. Policies read
 * settings that `withPrincipal` sets for that transaction; unset, nothing is visible. They are plain comparisons with
 * stable functions, so that indexes serve them. A table without one of these is closed to people's requests.
 */
import { PEOPLE_ROLE } from '@mingzheng/storage'
import { type Kysely, sql, type Transaction } from 'kysely'
import { CASE_PERMISSIONS } from './permission.ts'
import type { Principal } from './principal.ts'

const OWN_ORGANISATION = sql`organisation_id = current_setting('app.organisation_id', true)`
const CASE_WORKER = sql`current_setting('app.case_content', true) = 'yes'`
const OWN_UNIT = sql`(current_setting('app.unit_ids', true) = '*'
  or unit_id = any (string_to_array(current_setting('app.unit_ids', true), ',')))`
const OWN = sql`user_id = current_setting('app.user_id', true)`

/** `read` grants select alone, `append` select and insert, `write` also update and delete. */
export type Reach = 'read' | 'append' | 'write'

const GRANTS: Record<Reach, string> = {
  read: 'select',
  append: 'select, insert',
  write: 'select, insert, update, delete',
}

/**
 * What a table's rows are bound to:
 * - `organisation`: column `organisation_id`;
 * - `case`: the same, for principals who may see case content only;
 * - `unit`: the same, and column `unit_id` must be one of the principal's units;
 * - `person`: columns `organisation_id` and `user_id`: a person's own things.
 */
export type Binding = 'organisation' | 'case' | 'unit' | 'person'

const CONDITIONS = {
  organisation: OWN_ORGANISATION,
  case: sql`${OWN_ORGANISATION} and ${CASE_WORKER}`,
  unit: sql`${OWN_ORGANISATION} and ${CASE_WORKER} and ${OWN_UNIT}`,
  person: sql`${OWN_ORGANISATION} and ${OWN}`,
}

/** Opens a table to people's requests, as far as its rows are bound. For migrations. */
export async function protectTable(
  db: Kysely<unknown>,
  table: string,
  binding: Binding,
  reach: Reach = 'write',
): Promise<void> {
  const condition = CONDITIONS[binding]
  const name = sql.table(table)
  await sql`alter table ${name} enable row level security`.execute(db)
  await sql`create policy ${sql.id(`${table}_people`)} on ${name} to ${sql.id(PEOPLE_ROLE)}
    using (${condition}) with check (${condition})`.execute(db)
  await sql`grant ${sql.raw(GRANTS[reach])} on ${name} to ${sql.id(PEOPLE_ROLE)}`.execute(db)
}

/**
 * Runs `work` in one transaction in which only this principal's rows exist. Give it the database's `people` side.
 * Commits when `work` resolves, rolls back when it throws.
 */
export function withPrincipal<Schema, Result>(
  people: Kysely<Schema>,
  principal: Principal,
  work: (tx: Transaction<Schema>) => Promise<Result>,
): Promise<Result> {
  return people.transaction().execute(async (tx) => {
    const units = principal.unitIds === '*' ? '*' : principal.unitIds.join(',')
    const caseContent = principal.permissions.some((permission) => CASE_PERMISSIONS.includes(permission))
    await sql`select set_config('app.user_id', ${principal.userId}, true),
      set_config('app.organisation_id', ${principal.organisationId}, true),
      set_config('app.unit_ids', ${units}, true),
      set_config('app.roles', ${principal.roles.join(',')}, true),
      set_config('app.case_content', ${caseContent ? 'yes' : 'no'}, true)`.execute(tx)
    return work(tx)
  })
}
