/**
 * What other settings would have found: the facts of the last thirty days and those that still stand are judged under the present
 * settings and under the others, by the same models, registers and law of their days. Nothing is written but the result.
 */
import { setImmediate } from 'node:timers/promises'
import { type Clock, chinaText } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import type { Facts } from '../fact/facts.ts'
import { lineOf, listingOf } from '../fact/line-of.ts'
import type { Behaviour } from '../recognition/behaviour.ts'
import type { Finding } from '../recognition/finding.ts'
import { listingModels } from '../recognition/models.ts'
import { panelModels } from '../recognition/panel-models.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { dressedLines } from '../registry/dressed-lines.ts'
import { priceHistories } from '../watch/price-history.ts'
import { Comparison } from './comparison.ts'
import { modelKey, type SettingsContent } from './content.ts'
import type { PreviewResult } from './preview-result.ts'
import { type OrganisationRules, readRules } from './rules-of.ts'

export interface PreviewParts {
  readonly db: Kysely<MonitoringTables>
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress: (progress: { examined: number; listings: number }) => Promise<void> | void
}

export const PREVIEW_DAYS = 30
const PAGE = 200
const DAY_MS = 86_400_000

type Db = Kysely<MonitoringTables>

export interface SeenListing {
  readonly id: string
  readonly key: string
  readonly url: string
  readonly title: string
  readonly platform_id: string
  readonly facts: Facts
  readonly at: Date
}

export async function previewSettings(
  parts: PreviewParts,
  organisationId: string,
  content: SettingsContent,
): Promise<PreviewResult> {
  const { db, clock, signal, onProgress } = parts
  const models = { listingModels, panelModels }
  const [before, after] = [
    await readRules(db, organisationId, models),
    await readRules(db, organisationId, models, content),
  ]
  const touched = behavioursTouched(before, after)
  const comparison = new Comparison(touched)
  const now = clock.now()
  const panels = { before: openPanels(before, touched), after: openPanels(after, touched) }
  const numbered: SeenListing[] = []
  let [examined, listings] = [0, 0]
  for await (const page of pagesOf(db, organisationId, new Date(now - PREVIEW_DAYS * DAY_MS))) {
    signal.throwIfAborted()
    const histories = await priceHistories(
      db,
      page.map(({ id }) => id),
      now,
    )
    const lines = page.map(({ key, facts, at, id }) =>
      lineOf(key, facts, chinaText(at.getTime()).slice(0, 10), histories.get(id) ?? []),
    )
    const dressed = await dressedLines(
      { db, organisationId, ...before },
      lines.map((line, i) => ({ line, platformId: page[i]!.platform_id })),
    )
    for (const [i, one] of page.entries()) {
      const listing = listingOf(dressed[i]!)
      const day = chinaText(one.at.getTime()).slice(0, 10)
      const found = (rules: OrganisationRules) =>
        rules.listingModels
          .filter(({ behaviour }) => touched.has(behaviour))
          .flatMap((model) => model.examine(listing, day))
      comparison.add(one, found(before), found(after))
      examined++
      if (one.id !== page[i - 1]?.id) listings++
    }
    if (panels.before.length > 0) {
      for (const [i, one] of page.entries()) {
        if (one.id === page[i - 1]?.id) continue
        const listing = listingOf(lines[i]!)
        for (const panel of [...panels.before, ...panels.after]) panel.add(listing, numbered.length)
        numbered.push(one)
      }
    }
    await onProgress({ examined, listings })
    await setImmediate()
  }
  const day = chinaText(now).slice(0, 10)
  const [concluded, concludedAfter] = [panels.before, panels.after].map((all) =>
    all.map((panel) => panel.conclude(day)),
  )
  for (const [number, one] of numbered.entries()) {
    const of = (all: readonly ReadonlyMap<number, readonly Finding[]>[]) =>
      all.flatMap((found) => found.get(number) ?? [])
    comparison.add(one, of(concluded!), of(concludedAfter!))
  }
  return { days: PREVIEW_DAYS, listings, examined, behaviours: await comparison.result(db) }
}

/** Behaviours about which the two can differ. */
function behavioursTouched(before: OrganisationRules, after: OrganisationRules): ReadonlySet<Behaviour> {
  const touched = new Set<Behaviour>()
  const [one, other] = [before.rules.content, after.rules.content]
  for (const model of [...listingModels, ...panelModels]) {
    const key = modelKey(model)
    const [values, others] = [one.parameters[key] ?? {}, other.parameters[key] ?? {}]
    const names = new Set([...Object.keys(values), ...Object.keys(others)])
    if ([...names].some((name) => values[name] !== others[name])) touched.add(model.behaviour)
  }
  const groupsOf = ({ groups }: SettingsContent) => new Map(groups.map((group) => [group.name, JSON.stringify(group)]))
  const [groups, otherGroups] = [groupsOf(one), groupsOf(other)]
  for (const group of [...one.groups, ...other.groups]) {
    if (groups.get(group.name) !== otherGroups.get(group.name)) touched.add(group.behaviour)
  }
  return touched
}

function openPanels(rules: OrganisationRules, touched: ReadonlySet<Behaviour>) {
  return rules.panelModels.filter(({ behaviour }) => touched.has(behaviour)).map((model) => model.open())
}

/** Every listing by its id with what it says now, then with what it said since a day; a listing's rows stand together. */
async function* pagesOf(db: Db, organisationId: string, since: Date): AsyncGenerator<SeenListing[]> {
  let after = ''
  for (;;) {
    const { rows } = await sql<SeenListing>`
      with page as (
        select id, key, url, title, platform_id, facts, changed_at from listing
        where organisation_id = ${organisationId} and id > ${after} and not planted order by id limit ${PAGE}
      )
      select id, key, url, title, platform_id, facts, changed_at as at, 0 as rank from page
      union all
      select p.id, p.key, p.url, p.title, p.platform_id, f.facts, f.at, 1 as rank
      from page p join listing_fact f on f.listing_id = p.id and f.at >= ${since} and f.at < p.changed_at
      order by id, rank, at desc`.execute(db)
    if (rows.length === 0) return
    yield rows
    after = rows.at(-1)!.id
  }
}
