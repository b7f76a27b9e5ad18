/** Settings of the models: read, tried on what was seen, proposed, decided, taken back. */
import type { ParameterView, SettingPreviewView, SettingVersionView } from '@mingzheng/api'
import { isRefusal, type Refusal, refuse, toHex, utcText } from '@mingzheng/kernel'
import {
  activeSettings,
  boundsOf,
  decideSettings,
  endPreview,
  findPreview,
  findVersion,
  listingModels,
  listVersions,
  type MonitoringTables,
  modelKey,
  orderPreview,
  type PreviewRow,
  panelModels,
  proposeRollback,
  proposeSettings,
  type SettingsContent,
  type SettingVersionRow,
  settingsOf,
} from '@mingzheng/monitoring'
import type { Transaction } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import type { RegisterRouteParts } from './register-routes.ts'

type Names =
  | 'settings.read'
  | 'settings.version'
  | 'settings.propose'
  | 'settings.decide'
  | 'settings.rollback'
  | 'settings.preview'
  | 'settings.readPreview'
  | 'settings.cancelPreview'

export type SettingRouteParts = Pick<RegisterRouteParts, 'as' | 'clock' | 'jobs' | 'system'>

type Tx = Transaction<MonitoringTables>

const LISTED = 100
const missing = (): Refusal => refuse('not-found', 'there is no such version, or it is not yours to see')

export function versionView(row: SettingVersionRow, person: Pick<Person, 'userId'>): SettingVersionView {
  return {
    version: row.version,
    state: row.state,
    basedOn: row.based_on,
    note: row.note,
    sha256: toHex(new Uint8Array(row.sha256)),
    by: row.author,
    own: row.author_id === person.userId,
    at: utcText(row.made_at.getTime()),
    decidedBy: row.decided_by,
    decidedAt: row.decided_at === null ? null : utcText(row.decided_at.getTime()),
    decisionNote: row.decision_note,
  }
}

/** What can be set, in the order of the models. */
export function parameterViews(): ParameterView[] {
  return [...listingModels, ...panelModels].flatMap((model) =>
    Object.entries(model.thresholds).map(([name, { value, reason }]) => ({
      model: modelKey(model),
      behaviour: model.behaviour,
      looksAt: 'examine' in model ? ('listing' as const) : ('panel' as const),
      name,
      shipped: value,
      ...boundsOf(value),
      reason,
    })),
  )
}

function previewView(row: PreviewRow): SettingPreviewView {
  return {
    id: row.id,
    state: row.state,
    basedOn: row.based_on,
    sha256: toHex(new Uint8Array(row.sha256)),
    total: row.total,
    examined: row.examined,
    listings: row.listings,
    by: row.made_by,
    at: utcText(row.made_at.getTime()),
    endedAt: row.ended_at === null ? null : utcText(row.ended_at.getTime()),
    problem: row.problem,
    result: row.result as SettingPreviewView['result'],
  }
}

export function settingRoutes({ as, clock, jobs, system }: SettingRouteParts): Handlers<Person, Names> {
  const shown = async (person: Person, work: (tx: Tx) => Promise<SettingVersionRow | Refusal | null>) =>
    as(person, async (tx) => {
      const row = await work(tx)
      if (row === null) return missing()
      return isRefusal(row) ? row : versionView(row, person)
    })
  const contentOf = (content: { parameters: object; groups: object[] }) => content as SettingsContent
  return {
    'settings.read': ({ principal }) =>
      as(principal, async (tx) => {
        const { version, content } = await activeSettings(tx, principal.organisationId)
        const versions = await listVersions(tx, LISTED)
        return {
          active: version,
          content,
          parameters: parameterViews(),
          versions: versions.map((row) => versionView(row, principal)),
        }
      }),
    'settings.version': ({ params, principal }) =>
      as(principal, async (tx) => {
        const row = await findVersion(tx, principal.organisationId, params.version)
        if (row === null) return missing()
        const before = await settingsOf(tx, principal.organisationId, row.based_on)
        return { ...versionView(row, principal), content: row.content, before: before ?? row.content }
      }),
    'settings.propose': ({ body, principal }) =>
      shown(principal, (tx) => proposeSettings(tx, clock, principal, { ...body, content: contentOf(body.content) })),
    'settings.decide': ({ params, body, principal }) =>
      shown(principal, (tx) => decideSettings(tx, clock, principal, params.version, body)),
    'settings.rollback': ({ params, body, principal }) =>
      shown(principal, (tx) => proposeRollback(tx, clock, principal, { version: params.version, note: body.note })),
    'settings.preview': ({ body, principal }) =>
      as(principal, async (tx) => {
        const row = await orderPreview(tx, clock, principal, contentOf(body.content))
        if (isRefusal(row)) return row
        await jobs.enqueue(tx, 'preview', row.id)
        return previewView(row)
      }),
    'settings.readPreview': ({ params, principal }) =>
      as(principal, async (tx) => {
        const row = await findPreview(tx, params.id)
        return row === null ? missing() : previewView(row)
      }),
    'settings.cancelPreview': async ({ params, principal }) => {
      const row = await as(principal, (tx) => findPreview(tx, params.id))
      if (row === null) return missing()
      if (row.state !== 'waiting' && row.state !== 'running')
        return refuse('import-ended', `the preview is ${row.state}`)
      await endPreview(system, clock, row.id, 'cancelled', null)
      await jobs.cancel('preview', row.id)
      return previewView((await findPreview(system, row.id))!)
    },
  }
}
