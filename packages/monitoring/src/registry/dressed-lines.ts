/** Lines with what registers say of them laid beside what their pages say, under names of its own. */
import type { Kysely } from 'kysely'
import type { ExaminedLine } from '../fact/line-of.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { type BrandIndex, lookUp, type RegisterStates } from './look-up.ts'

export interface DressParts {
  readonly db: Kysely<MonitoringTables>
  readonly organisationId: string
  readonly registers: RegisterStates
  readonly brands: BrandIndex | null
}

export interface UndressedLine {
  readonly line: ExaminedLine
  readonly platformId: string
}

/** In the order of the lines; the same lines where no register is kept. */
export async function dressedLines(parts: DressParts, lines: readonly UndressedLine[]): Promise<ExaminedLine[]> {
  const dressed = lines.map(({ line }) => line)
  if (Object.keys(parts.registers).length === 0 || lines.length === 0) return dressed
  const platforms = await platformNames(parts.db, [...new Set(lines.map(({ platformId }) => platformId))])
  const dayOf = ({ line }: UndressedLine) => String(line.attributes.captured_at)
  const groups = Map.groupBy(lines.keys(), (i) => `${dayOf(lines[i]!)}\n${lines[i]!.platformId}`)
  for (const places of groups.values()) {
    const first = lines[places[0]!]!
    const said = await lookUp(
      { ...parts, day: dayOf(first) },
      places.map((i) => dressed[i]!),
      platforms.get(first.platformId) ?? '',
    )
    for (const [n, i] of places.entries()) {
      // First and last: models take the first that they know by a name, and a page cannot say it in the register's place.
      dressed[i] = { ...dressed[i]!, attributes: { ...said[n], ...dressed[i]!.attributes, ...said[n] } }
    }
  }
  return dressed
}

async function platformNames(
  db: Kysely<MonitoringTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('watch_platform').select(['id', 'name']).where('id', 'in', ids).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
