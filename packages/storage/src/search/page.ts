/** Pages by keyset: any page costs the same, however deep; counts that say when they stopped counting. */
import { decodeJson, encodeJson, fromBase64Url, type Refusal, refuse, toBase64Url } from '@mingzheng/kernel'
import { type Expression, type Kysely, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'

export type KeyValue = string | number

/** Counting stops here unless told otherwise; a screen then says "10,000+". */
export const COUNT_CAP = 10_000

/** An opaque mark for "after this row". It is not secret and not signed: it only names sort values. */
export function encodeCursor(values: KeyValue[]): string {
  return toBase64Url(encodeJson(values))
}

/** Reads a mark made for `width` sort columns; anything else is refused as `cursor-malformed`. */
export function decodeCursor(text: string, width: number): KeyValue[] | Refusal<'cursor-malformed'> {
  try {
    const values = decodeJson(fromBase64Url(text.slice(0, 2000)))
    if (Array.isArray(values) && values.length === width && values.every(isKeyValue)) return values
  } catch {
    // Falls through: whatever it was, it was not ours.
  }
  return refuse('cursor-malformed', 'the page mark is not one of ours', { remedy: 'start from the first page' })
}

function isKeyValue(value: unknown): value is KeyValue {
  return typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value))
}

/**
 * The condition "comes after these values" over sort columns that all run the same way, as one row comparison, which a
 * B-tree on exactly these columns serves. The last column must make the key unique.
 */
export function comesAfter(
  columns: string[],
  values: readonly (KeyValue | Date)[],
  direction: 'asc' | 'desc',
): Expression<SqlBool> {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const marks = sql.join(values.map((value) => sql.val(value)))
  return direction === 'asc' ? sql<SqlBool>`(${names}) > (${marks})` : sql<SqlBool>`(${names}) < (${marks})`
}

/** How many rows a query finds, looking at no more than `cap` + 1 of them. */
export async function cappedCount<Schema, Tables extends keyof Schema>(
  db: Kysely<Schema>,
  query: SelectQueryBuilder<Schema, Tables, object>,
  cap: number = COUNT_CAP,
): Promise<{ value: number; capped: boolean }> {
  const inner = query
    .clearSelect()
    .clearOrderBy()
    .select(sql<number>`1`.as('one'))
    .limit(cap + 1)
  const { rows } = await sql<{ n: string }>`select count(*) as n from (${inner}) as matching`.execute(db)
  const value = Number(rows[0]?.n ?? 0)
  return value > cap ? { value: cap, capped: true } : { value, capped: false }
}
