/** Counters without gap or repeat: the number is taken in the transaction that uses it, or not at all. */
import { type Kysely, sql, type Transaction } from 'kysely'

/**
 * The next value of a counter such as `certificate/330000/2026`, from 1. The counter's row stays locked until `tx` ends: numbers are given in the order
 * of commits, and a rolled-back transaction gives its number back.
 */
export async function nextSerial<Schema>(tx: Transaction<Schema>, name: string): Promise<number> {
  const { rows } = await sql<{ value: string }>`
    insert into serial (name, value) values (${name}, 1)
    on conflict (name) do update set value = serial.value + 1
    returning value`.execute(tx)
  return Number(rows[0]!.value)
}

/** After a restore: no number up to `used` is ever given again. Never lowers a counter. */
export async function raiseSerial<Schema>(db: Kysely<Schema>, name: string, used: number): Promise<void> {
  await sql`
    insert into serial (name, value) values (${name}, ${used})
    on conflict (name) do update set value = greatest(serial.value, excluded.value)`.execute(db)
}

/** The last value given, 0 before the first. */
export async function lastSerial<Schema>(db: Kysely<Schema>, name: string): Promise<number> {
  const { rows } = await sql<{ value: string }>`select value from serial where name = ${name}`.execute(db)
  return Number(rows[0]?.value ?? 0)
}
