/**
 * The second half of an import: what was read becomes the register's next version, in one transaction. The same rows again change
 * nothing and make no version.
 */
import { sql, type Transaction } from 'kysely'
import type { MonitoringTables } from '../register/schema.ts'
import type { RegisterKind } from './kinds.ts'

export interface AppliedCounts {
  readonly added: number
  readonly changed: number
  readonly ended: number
  readonly same: number
  /** Version of the register after it. */
  readonly version: number
}

export interface ApplyOptions {
  readonly importId: string
  readonly organisationId: string
  readonly kind: RegisterKind
  /** `replace`: what the file does not name is on the register no more. */
  readonly mode: 'merge' | 'replace'
  readonly now: Date
}

type Tx = Transaction<MonitoringTables>

export async function applyStaged(tx: Tx, options: ApplyOptions): Promise<AppliedCounts> {
  const { importId, organisationId, kind, mode, now } = options
  await sql`insert into register (organisation_id, kind, version, entries, whole, changed_at)
    values (${organisationId}, ${kind}, 0, 0, false, ${now}) on conflict do nothing`.execute(tx)
  const { version, entries } = await tx
    .selectFrom('register')
    .select(['version', 'entries'])
    .where('organisation_id', '=', organisationId)
    .where('kind', '=', kind)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const next = version + 1
  const { rows } = await sql<{ what: 'added' | 'changed' | 'ended'; n: string }>`
    with now_there as (
      select key, fields from register_entry where organisation_id = ${organisationId} and kind = ${kind} and until is null
    ), staged as (select * from register_staged where import_id = ${importId}),
    difference as (
      select coalesce(s.key, n.key) as key, case when n.key is null then 'added' when s.key is null then 'ended' else 'changed' end as what
      from staged s full join now_there n on n.key = s.key
      where n.key is null or (s.key is null and ${mode === 'replace'}) or s.fields is distinct from n.fields and s.key is not null
    ), closed as (
      update register_entry e set until = ${next} from difference d
      where e.organisation_id = ${organisationId} and e.kind = ${kind} and e.until is null and e.key = d.key and d.what <> 'added'
      returning e.key
    )
    select what, count(*) as n from difference, (select count(*) from closed) as done group by what`.execute(tx)
  const count = (what: string) => Number(rows.find((row) => row.what === what)?.n ?? 0)
  const [added, changed, ended] = [count('added'), count('changed'), count('ended')]
  if (added + changed > 0) {
    await sql`
      insert into register_entry (organisation_id, kind, key, since, name, name_key, code, fields, search)
      select ${organisationId}, ${kind}, s.key, ${next}, s.name, s.name_key, s.code, s.fields, s.search
      from register_staged s
      where s.import_id = ${importId} and not exists (
        select from register_entry e
        where e.organisation_id = ${organisationId} and e.kind = ${kind} and e.key = s.key and e.until is null)`.execute(
      tx,
    )
  }
  const isChanged = added + changed + ended > 0
  if (isChanged) {
    await tx
      .updateTable('register')
      .set({ version: next, entries: entries + added - ended, changed_at: now })
      .where('organisation_id', '=', organisationId)
      .where('kind', '=', kind)
      .execute()
  }
  const { n } = await tx
    .selectFrom('register_staged')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('import_id', '=', importId)
    .executeTakeFirstOrThrow()
  await tx.deleteFrom('register_staged').where('import_id', '=', importId).execute()
  return { added, changed, ended, same: Number(n) - added - changed, version: isChanged ? next : version }
}
