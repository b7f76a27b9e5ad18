/** What stands on a register: counted, searched, and given out whole as the rows of a sheet. */
import { isRefusal, type Refusal } from '@mingzheng/kernel'
import { bigrams, cappedCount, decodeCursor, encodeCursor } from '@mingzheng/storage'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { RegisterEntryTable, RegisterTable } from '../register/registry-schema.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { activeSettings } from '../settings/versions.ts'
import { REGISTERS, type RegisterKind } from './kinds.ts'
import type { Fields, FieldValue } from './read-row.ts'

export type EntryRow = Pick<Selectable<RegisterEntryTable>, 'key' | 'since' | 'fields'>
export type RegisterRow = Selectable<RegisterTable>
type Tx = Transaction<MonitoringTables>

export function listRegisters(db: Kysely<MonitoringTables>): Promise<RegisterRow[]> {
  return db.selectFrom('register').selectAll().execute()
}

export interface EntryPage {
  readonly rows: EntryRow[]
  readonly count: { value: number; capped: boolean }
  readonly next: string | null
}

/** One page in the order of keys. A cursor that is not ours is refused as `cursor-malformed`. */
export async function listEntries(
  tx: Tx,
  kind: RegisterKind,
  filter: { q?: string | undefined; after?: string | undefined; limit: number },
): Promise<EntryPage | Refusal<'cursor-malformed'>> {
  const cursor = filter.after === undefined ? null : decodeCursor(filter.after, 1)
  if (isRefusal(cursor)) return cursor
  const pairs = (filter.q ?? '').split(/\s+/).flatMap((word) => (word === '' ? [] : bigrams(word)))
  let query = tx
    .selectFrom('register_entry')
    .select(['key', 'since', 'fields'])
    .where('kind', '=', kind)
    .where('until', 'is', null)
  if (pairs.length > 0) query = query.where(sql<boolean>`search @> ${pairs}::text[]`)
  const count = await cappedCount<MonitoringTables, 'register_entry'>(tx, query as never)
  if (cursor !== null) query = query.where('key', '>', String(cursor[0]))
  const rows = await query
    .orderBy('key')
    .limit(filter.limit + 1)
    .execute()
  const shown = rows.slice(0, filter.limit)
  const last = shown.at(-1)
  return {
    rows: shown,
    count,
    next: rows.length > filter.limit && last !== undefined ? encodeCursor([last.key]) : null,
  }
}

/** Says that a register names all there are, or takes that back. */
export async function setWhole(
  tx: Kysely<MonitoringTables>,
  organisationId: string,
  kind: RegisterKind,
  whole: boolean,
  now: Date,
) {
  await sql`insert into register (organisation_id, kind, version, entries, whole, changed_at)
    values (${organisationId}, ${kind}, 1, 0, ${whole}, ${now})
    on conflict (organisation_id, kind) do update set whole = ${whole}, version = register.version + 1, changed_at = ${now}`.execute(
    tx,
  )
}

const PAGE = 500

/** Headings first, then every entry, as texts in the order of the register's fields. */
export async function* registerRows(
  page: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  organisationId: string,
  kind: RegisterKind,
): AsyncGenerator<string[]> {
  const { fields } = REGISTERS[kind]
  yield fields.map(({ headings }) => `${headings[0]} ${headings[1] ?? ''}`.trim())
  const cells = (values: Fields) => fields.map(({ name }) => textOf(values[name]))
  if (kind === 'keywords') {
    for (const values of await page((tx) => keywordRows(tx, organisationId))) yield cells(values)
    return
  }
  let after = ''
  for (;;) {
    const mark = after
    const rows = await page((tx) =>
      tx
        .selectFrom('register_entry')
        .select(['key', 'fields'])
        .where('kind', '=', kind)
        .where('until', 'is', null)
        .where('key', '>', mark)
        .orderBy('key')
        .limit(PAGE)
        .execute(),
    )
    for (const { fields: values } of rows) yield cells(values)
    if (rows.length < PAGE) return
    after = rows.at(-1)!.key
  }
}

/** The active keyword groups, a row a word. */
async function keywordRows(tx: Tx, organisationId: string): Promise<Fields[]> {
  const { content } = await activeSettings(tx, organisationId)
  return content.groups.flatMap(({ name: group, words, behaviour, exempt, weight, law, article, from, until }) =>
    words.map((name) => ({
      group,
      name,
      behaviour,
      exempt,
      weight,
      law,
      article,
      ...(from === null ? {} : { from }),
      ...(until === null ? {} : { until }),
    })),
  )
}

function textOf(value: FieldValue | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'boolean') return value ? '是' : '否'
  return typeof value === 'object' ? value.join('、') : String(value)
}
