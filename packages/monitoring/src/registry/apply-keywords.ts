/**
 * Imported words become keyword groups, and those a proposal of settings: what models judge by is changed by two people, however the
 * change was written.
 */
import { type Clock, isRefusal } from '@mingzheng/kernel'
import type { Transaction } from 'kysely'
import type { Behaviour } from '../recognition/behaviour.ts'
import type { MonitoringTables } from '../register/schema.ts'
import type { KeywordGroup } from '../settings/content.ts'
import { activeSettings, proposeSettings } from '../settings/versions.ts'
import type { ImportRow } from './imports.ts'
import type { Fields } from './read-row.ts'
import type { StagedCounts } from './stage-rows.ts'

const WEIGHT = 0.65

export async function applyKeywords(
  tx: Transaction<MonitoringTables>,
  clock: Clock,
  row: ImportRow,
  counts: StagedCounts,
): Promise<void> {
  const staged = await tx
    .selectFrom('register_staged')
    .select('fields')
    .where('import_id', '=', row.id)
    .orderBy('line')
    .execute()
  const actor = { organisationId: row.organisation_id, userId: row.made_by_id, name: row.made_by }
  const active = await activeSettings(tx, row.organisation_id)
  const imported = groupsOf(staged.map(({ fields }) => fields))
  const groups = row.mode === 'replace' ? imported : merged(active.content.groups, imported)
  const proposal = await proposeSettings(tx, clock, actor, {
    content: { ...active.content, groups },
    basedOn: active.version,
    note: `${row.file_name}: ${imported.length} 组 ${staged.length} 词`,
  })
  await tx.deleteFrom('register_staged').where('import_id', '=', row.id).execute()
  await tx
    .updateTable('register_import')
    .set({
      state: 'done',
      read_rows: counts.read,
      bad_rows: counts.bad,
      added: isRefusal(proposal) ? 0 : staged.length,
      same: isRefusal(proposal) ? staged.length : 0,
      version: isRefusal(proposal) ? null : proposal.version,
      problem: isRefusal(proposal) ? proposal.detail : null,
      ended_at: new Date(clock.now()),
    })
    .where('id', '=', row.id)
    .execute()
}

/** Rows of a group say its law once or each time; the first that says something counts. */
export function groupsOf(rows: readonly Fields[]): KeywordGroup[] {
  const groups = new Map<string, Fields[]>()
  for (const fields of rows) {
    const name = String(fields.group).slice(0, 60)
    groups.set(name, [...(groups.get(name) ?? []), fields])
  }
  return [...groups].map(([name, all]) => {
    const said = (field: string) => all.find((fields) => fields[field] !== undefined)?.[field]
    const text = (field: string) => String(said(field) ?? '')
    return {
      name,
      behaviour: (said('behaviour') as Behaviour | undefined) ?? 'false-propaganda',
      words: [...new Set(all.map((fields) => String(fields.name).slice(0, 60)))].slice(0, 2000),
      exempt: [...new Set(all.flatMap((fields) => (fields.exempt as readonly string[] | undefined) ?? []))]
        .filter((word) => word.length >= 2)
        .slice(0, 200),
      weight: (said('weight') as number | undefined) ?? WEIGHT,
      law: text('law').slice(0, 200) || '未注明法律',
      article: text('article').slice(0, 100),
      from: text('from') || null,
      until: text('until') || null,
      enabled: true,
    }
  })
}

/** Groups of the same name take the new words, and otherwise what was imported. */
function merged(present: readonly KeywordGroup[], imported: readonly KeywordGroup[]): KeywordGroup[] {
  const added = new Map(imported.map((group) => [group.name, group]))
  const kept = present.map((group) => {
    const one = added.get(group.name)
    added.delete(group.name)
    return one === undefined
      ? group
      : {
          ...one,
          words: [...new Set([...group.words, ...one.words])].slice(0, 2000),
          exempt: [...new Set([...group.exempt, ...one.exempt])].slice(0, 200),
        }
  })
  return [...kept, ...added.values()]
}
