/** The rules of organisations as they stand now, put together once for each of their versions. */
import { type Kysely, sql } from 'kysely'
import type { WordGroup } from '../recognition/finding.ts'
import type { ListingModel, PanelModel } from '../recognition/model.ts'
import type { MonitoringTables } from '../register/schema.ts'
import type { RegisterKind } from '../registry/kinds.ts'
import { type BrandIndex, type RegisterStates, readBrands } from '../registry/look-up.ts'
import type { SettingsContent } from './content.ts'
import { listingModelsUnder, panelModelsUnder, type Rules, rulesName } from './rules.ts'
import { activeSettings } from './versions.ts'

export interface OrganisationRules {
  readonly rules: Rules
  readonly registers: RegisterStates
  readonly brands: BrandIndex | null
  /** What they add to the name of a set of models. */
  readonly name: string
  readonly listingModels: readonly ListingModel[]
  readonly panelModels: readonly PanelModel[]
}

export interface RulesSource {
  of(organisationId: string): Promise<OrganisationRules>
}

type Db = Kysely<MonitoringTables>
interface Models {
  readonly listingModels: readonly ListingModel[]
  readonly panelModels: readonly PanelModel[]
}

/** Asks the database each time which versions stand; reads anew what has changed. */
export function rulesSource(db: Db, models: Models): RulesSource {
  const known = new Map<string, { mark: string; rules: OrganisationRules }>()
  return {
    async of(organisationId) {
      const mark = await markOf(db, organisationId)
      const held = known.get(organisationId)
      if (held?.mark === mark) return held.rules
      const rules = await readRules(db, organisationId, models)
      known.set(organisationId, { mark, rules })
      return rules
    },
  }
}

/** `instead`: settings that are tried in place of the active ones. */
export async function readRules(
  db: Db,
  organisationId: string,
  { listingModels, panelModels }: Models,
  instead?: SettingsContent,
): Promise<OrganisationRules> {
  const active = await activeSettings(db, organisationId)
  const registers = await registersOf(db, organisationId)
  const versions = Object.entries(registers).map(([kind, state]) => `${kind}.${state.version}`)
  const rules: Rules = {
    version: active.version,
    content: instead ?? active.content,
    goods: registers.prohibited === undefined ? [] : await goodsOf(db, organisationId),
    registers: versions.join(' '),
  }
  return {
    rules,
    registers,
    brands: registers.brands === undefined ? null : await readBrands(db, organisationId),
    name: rulesName(rules),
    listingModels: listingModelsUnder(listingModels, rules),
    panelModels: panelModelsUnder(panelModels, rules),
  }
}

async function markOf(db: Db, organisationId: string): Promise<string> {
  const { rows } = await sql<{ mark: string }>`
    select coalesce((select version from setting_version where organisation_id = ${organisationId} and state = 'active'), 0)
      || ':' || coalesce((select string_agg(kind || '.' || version, ' ' order by kind) from register
        where organisation_id = ${organisationId}), '') as mark`.execute(db)
  return rows[0]!.mark
}

async function registersOf(db: Db, organisationId: string): Promise<RegisterStates> {
  const rows = await db
    .selectFrom('register')
    .select(['kind', 'version', 'whole'])
    .where('organisation_id', '=', organisationId)
    .where('version', '>', 0)
    .orderBy('kind')
    .execute()
  return Object.fromEntries(rows.map(({ kind, version, whole }) => [kind, { version, whole }]))
}

/** The register of what may not be sold, as words with their law. Ten thousand goods at most are read. */
async function goodsOf(db: Db, organisationId: string): Promise<WordGroup[]> {
  const rows = await db
    .selectFrom('register_entry')
    .select(['name', 'fields'])
    .where('organisation_id', '=', organisationId)
    .where('kind', '=', 'prohibited' satisfies RegisterKind)
    .where('until', 'is', null)
    .orderBy('key')
    .limit(10_000)
    .execute()
  return rows.map(({ name, fields }) => {
    const list = (field: string) => (fields[field] as readonly string[] | undefined) ?? []
    const text = (field: string) => String(fields[field] ?? '')
    return {
      source: 'register',
      name,
      behaviour: 'banned-goods',
      words: [...new Set([name, ...list('words')])],
      exempt: list('exempt'),
      weight: GOODS_WEIGHT,
      law: text('law') || '电子商务法',
      article: fields.law === undefined ? '第十三条' : text('article'),
      from: text('from') || null,
      until: text('until') || null,
      licence: text('licence'),
    }
  })
}

/** What an authority has put on its register names the thing itself. */
const GOODS_WEIGHT = 0.8
