/** Probes: seen, planned, asked to plant, their results with certificates. */
import { setTimeout as pause } from 'node:timers/promises'
import type { PipelineView, PlantCertificateView } from '@mingzheng/api'
import { type Clock, isRefusal, type Refusal, refuse, utcText } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import {
  changeProbe,
  findProbe,
  findStatement,
  listProbes,
  type MonitoringTables,
  type NodeVersions,
  type PipelineSample,
  type ProbeRow,
  plantableBehaviours,
  plantForeign,
  plantOnDemand,
  plantsIn,
  probeScores,
  samplePipeline,
} from '@mingzheng/monitoring'
import type { BlobStore } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { pipelineView, probeViews, readingViews, resultViews, scoreViews } from '../views/probe-view.ts'
import { openedStatement } from '../views/statement-view.ts'

type Names =
  | 'probes.list'
  | 'probes.change'
  | 'probes.plant'
  | 'probes.results'
  | 'probes.certificate'
  | 'probes.readings'
  | 'probes.events'

export interface ProbeRouteParts {
  readonly clock: Clock
  /** Probes are closed to people's side; every query names the organisation. */
  readonly system: Kysely<MonitoringTables>
  readonly blobs: BlobStore
  readonly ledger: Pick<LedgerClient, 'receipt'>
  readonly versions: NodeVersions
}

const YEAR_MS = 366 * 86_400_000
const LOOK_MS = 2000
/** Rates are those of so many looks. */
const LOOKS = 15
const missing = (): Refusal => refuse('not-found', 'there is no such probe, or it is not yours to see')

export function probeRoutes(parts: ProbeRouteParts): Handlers<Person, Names> {
  const { clock, system } = parts
  return {
    'probes.list': async ({ principal }) => {
      const probes = await listProbes(system, principal.organisationId)
      const cells = await probeScores(system, principal.organisationId, new Date(clock.now() - YEAR_MS))
      const names = await ownPlatforms(system, principal.organisationId)
      return {
        probes: await probeViews(system, probes),
        ...scoreViews(cells, names),
        plantable: plantableBehaviours(),
        platforms: [...names].map(([id, name]) => ({ id, name })),
      }
    },
    'probes.change': async ({ params, body, principal }) => {
      const own = { organisationId: principal.organisationId, id: params.id }
      const row = await changeProbe(system, clock, own, body)
      return row === null ? missing() : (await probeViews(system, [row]))[0]!
    },
    'probes.plant': async ({ params, body, principal }) => {
      const probe = await findProbe(system, principal.organisationId, params.id)
      if (probe === null) return missing()
      const { behaviour, expects, content } = body
      const wish = { behaviour, expects, by: principal.name }
      if (probe.kind === 'own' && body.platform === null) {
        return refuse('input-wrong', 'name the platform to plant on', { field: 'platform' })
      }
      const made =
        probe.kind === 'foreign'
          ? await plantForeign(system, clock, probe, wish)
          : await plantOnDemand({ db: system, blobs: parts.blobs, clock }, probe, {
              ...wish,
              platformId: body.platform!,
              content,
            })
      if (isRefusal(made)) return made
      return { id: made.id, dueAt: utcText(made.due_at.getTime()) }
    },
    'probes.results': async ({ query, principal }) => {
      const { organisationId } = principal
      const { outcome, ...filter } = query
      const names = await ownPlatforms(system, organisationId)
      return { results: await resultViews(system, { ...filter, organisationId, state: outcome }, names) }
    },
    'probes.certificate': ({ params, principal }) => certificateOf(parts, principal.organisationId, params.id),
    'probes.readings': async ({ params, query, principal }) => {
      const probe = await findProbe(system, principal.organisationId, params.id)
      return probe === null ? missing() : readingViews(system, probe, query.hours, clock.now())
    },
    'probes.events': async ({ params, principal }) => {
      const probe = await findProbe(system, principal.organisationId, params.id)
      return probe === null ? missing() : (signal) => follow(parts, probe, signal)
    },
  }
}

async function ownPlatforms(db: Kysely<MonitoringTables>, organisationId: string): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('watch_platform')
    .select(['id', 'name'])
    .where('organisation_id', '=', organisationId)
    .orderBy('name')
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** The pipeline every two seconds; of another system its last minute, whenever there is a new one. */
async function* follow(
  { system, clock, versions }: ProbeRouteParts,
  probe: ProbeRow,
  signal: AbortSignal,
): AsyncGenerator<PipelineView> {
  const looks: PipelineSample[] = []
  while (!signal.aborted) {
    const waiting = await plantsIn(system, probe.id)
    if (probe.kind === 'own') {
      const now = await samplePipeline(system, probe.organisation_id, versions, clock.now())
      yield pipelineView(looks[0] ?? null, now, waiting)
      looks.push(now)
      if (looks.length > LOOKS) looks.shift()
    } else yield await foreignPipeline(system, probe, waiting, clock.now())
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}

async function foreignPipeline(
  db: Kysely<MonitoringTables>,
  probe: ProbeRow,
  waiting: number,
  now: number,
): Promise<PipelineView> {
  const rows = await db
    .selectFrom('probe_reading')
    .selectAll()
    .distinctOn('node')
    .where('probe_id', '=', probe.id)
    .where('at', '>=', new Date(now - 3_600_000))
    .orderBy('node')
    .orderBy('at', 'desc')
    .execute()
  return {
    at: utcText(now),
    waiting,
    nodes: probe.nodes.map((node) => {
      const row = rows.find((one) => one.node === node)
      return {
        node,
        through: row?.through ?? 0,
        errors: row?.errors ?? 0,
        waiting: row?.waiting ?? null,
        lagMs: row?.lag_ms ?? null,
        version: row?.version ?? null,
      }
    }),
  }
}

async function certificateOf(
  { system, ledger }: ProbeRouteParts,
  organisationId: string,
  id: string,
): Promise<PlantCertificateView | Refusal> {
  const row = await system
    .selectFrom('probe_plant')
    .select(['finding_id'])
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .where('settled_at', 'is not', null)
    .executeTakeFirst()
  // What is still in is not opened to anybody.
  if (row === undefined) return missing()
  const [planted, result, finding] = [
    await findStatement(system, 'plant', id),
    await findStatement(system, 'probe-result', id),
    row.finding_id === null ? null : await findStatement(system, 'finding', row.finding_id),
  ]
  if (planted === null || result === null) return missing()
  return {
    version: 1,
    kind: 'probe-certificate',
    plant: await openedStatement(ledger, planted),
    result: await openedStatement(ledger, result),
    finding: finding === null ? null : await openedStatement(ledger, finding),
  }
}
