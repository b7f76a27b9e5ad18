/** Single pieces of evidence in the register: what happened to one, its editions, who opened it. */
import { searchTerms } from '@mingzheng/storage'
import type { Insertable, Kysely, Selectable } from 'kysely'
import type { EditionTable, EvidenceEventTable, EvidenceTable, EvidenceTables } from './schema.ts'

export type EvidenceRecord = Selectable<EvidenceTable>
export type EditionRecord = Selectable<EditionTable>

/** Everything that search looks in: number, title, address, people, references. */
export function evidenceTerms(row: {
  number: string
  title: string
  url: string
  officer_name: string
  unit_name: string | null
  cause: string
  case_reference: string
}): string[] {
  const texts = [row.number, row.title, row.url, row.officer_name, row.unit_name ?? '', row.cause, row.case_reference]
  return searchTerms(...texts.map((text) => text.slice(0, 500)))
}

export async function findEvidence(db: Kysely<EvidenceTables>, number: string): Promise<EvidenceRecord | null> {
  return (await db.selectFrom('evidence').selectAll().where('number', '=', number).executeTakeFirst()) ?? null
}

export function listEditions(db: Kysely<EvidenceTables>, number: string): Promise<EditionRecord[]> {
  return db.selectFrom('evidence_edition').selectAll().where('number', '=', number).orderBy('edition').execute()
}

/** The edition asked for, or the newest. */
export async function findEdition(
  db: Kysely<EvidenceTables>,
  number: string,
  edition?: number,
): Promise<EditionRecord | null> {
  let query = db.selectFrom('evidence_edition').selectAll().where('number', '=', number)
  if (edition !== undefined) query = query.where('edition', '=', edition)
  return (await query.orderBy('edition', 'desc').limit(1).executeTakeFirst()) ?? null
}

/** Numbers of later captures of the same page. */
export async function findRecaptures(db: Kysely<EvidenceTables>, number: string): Promise<string[]> {
  const rows = await db.selectFrom('evidence').select('number').where('recapture_of', '=', number).limit(100).execute()
  return rows.map((row) => row.number)
}

/** Adds to the timeline. */
export async function recordEvent(db: Kysely<EvidenceTables>, event: Insertable<EvidenceEventTable>): Promise<void> {
  await db.insertInto('evidence_event').values(event).execute()
}

export function listEvents(db: Kysely<EvidenceTables>, number: string): Promise<Selectable<EvidenceEventTable>[]> {
  return db.selectFrom('evidence_event').selectAll().where('number', '=', number).orderBy('id').limit(2000).execute()
}
