/** The first line of a dump: what stands in it, and at which step of the schema. docs/formats/database-dump.md. */
import { z } from 'zod'
import { storageFailure } from '../storage-failure.ts'

const name = z.string().min(1).max(63)

const dumpHeadSchema = z.strictObject({
  version: z.literal(1),
  /** Steps that had been taken, by name. */
  steps: z.array(z.string()),
  /** Tables in order of their names, with their columns in the order of the rows. */
  tables: z.array(z.strictObject({ name, columns: z.array(name).min(1) })),
  /** Sequences, and the number that each gives next. */
  sequences: z.array(z.strictObject({ name, next: z.string().regex(/^-?\d+$/) })),
})
export type DumpHead = z.infer<typeof dumpHeadSchema>

/** Reads the first line. Throws `dump-malformed`. */
export function readDumpHead(line: string): DumpHead {
  try {
    return dumpHeadSchema.parse(JSON.parse(line))
  } catch (cause) {
    throw dumpMalformed('its first line is not a head', cause)
  }
}

/** A row: the table's place in the head, and the row as PostgreSQL writes a composite value. */
export function rowLine(table: number, row: string): string {
  return `${table} ${JSON.stringify(row)}\n`
}

export function readRowLine(line: string): { table: number; row: string } {
  const space = line.indexOf(' ')
  const table = Number(line.slice(0, space))
  try {
    const row: unknown = JSON.parse(line.slice(space + 1))
    if (space > 0 && Number.isInteger(table) && typeof row === 'string') return { table, row }
  } catch (cause) {
    throw dumpMalformed('a line is no row', cause)
  }
  throw dumpMalformed('a line is no row')
}

/** The last line, without which a dump was cut off. */
export function endLine(rows: number): string {
  return `end ${rows}\n`
}

export function dumpMalformed(detail: string, cause?: unknown) {
  return storageFailure('dump-malformed', `this is no dump of a database: ${detail}`, {
    ...(cause === undefined ? {} : { cause }),
    remedy: 'take another copy of the backup',
  })
}
