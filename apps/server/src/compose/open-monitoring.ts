/** Monitoring put together for this installation: its routes, its months, the threads that watch, what is fixed, the demo's task. */
import { join } from 'node:path'
import { withPrincipal } from '@mingzheng/identity'
import { type Clock, isRefusal } from '@mingzheng/kernel'
import {
  addTask,
  changeTask,
  ensureMonths,
  listingModels,
  listTasks,
  type MonitoringTables,
  type NodeVersions,
  openGuardedAgent,
  openPictureReader,
  ownProbe,
  type Peek,
  readBody,
  refreshHeld,
  savePlatform,
  setTaskState,
  startFixer,
  startProbeKeeper,
  sweepImports,
  watchSpecSchema,
} from '@mingzheng/monitoring'
import type { FastifyInstance } from 'fastify'
import type { Kysely } from 'kysely'
import type { Configuration } from '../configuration.ts'
import { type Gate, registerHandlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { brandLogoRoutes } from '../routes/brand-logo-routes.ts'
import { captureRuleRoutes } from '../routes/capture-rule-routes.ts'
import { foreignProbeRoutes } from '../routes/foreign-probe-routes.ts'
import { type LeadRouteParts, leadRoutes } from '../routes/lead-routes.ts'
import { modelPageRoutes } from '../routes/model-page-routes.ts'
import { probeRoutes } from '../routes/probe-routes.ts'
import { registerRoutes } from '../routes/register-routes.ts'
import { settingRoutes } from '../routes/setting-routes.ts'
import { submissionRoutes } from '../routes/submission-routes.ts'
import { type ValidityRouteParts, validityRoutes } from '../routes/validity-routes.ts'
import { watchDeskRoutes } from '../routes/watch-desk-routes.ts'
import { watchTaskRoutes } from '../routes/watch-task-routes.ts'
import { runWork, type WorkPlace } from '../work/run-work.ts'
import type { HttpOptions } from './open-http.ts'
import { startWatchThreads } from './watch-threads.ts'
import { startWork, workJobs } from './work-jobs.ts'

const DAY_MS = 86_400_000
const HELD_MS = 60_000
const DEMO_AUTHOR = '演示 demo'
/** Often enough that a newcomer sees results within minutes: with three platforms and six behaviours, one in a minute. */
const DEMO_PLAN = { perDay: 80, honest: 0.5, behaviours: [], answerMinutes: 30 }

/** What the nodes of the pipeline run. */
function nodeVersions(version: string): NodeVersions {
  return {
    program: `mingzheng ${version}`,
    models: listingModels.map(({ behaviour, version: of }) => `${behaviour}:${of}`).join(' '),
  }
}

export interface MonitoringOptions
  extends HttpOptions,
    Pick<LeadRouteParts, 'demoDestination' | 'enqueue'>,
    Pick<ValidityRouteParts, 'preservations' | 'openBlob'> {
  app: FastifyInstance
  gate: Gate<Person>
  /** Of the program. */
  version: string
}

/** Registers the routes; `start` begins to watch and to fix. What was started closes with the house. */
export function openMonitoring(options: MonitoringOptions): { start(): Promise<void> } {
  const { base, closing, app, gate, demoDestination, enqueue, address } = options
  const { clock, ledger, blobs } = base
  const database = base.database.as<MonitoringTables>()
  const as: LeadRouteParts['as'] = (person, fn) => withPrincipal(database.people, person, fn)
  const parts = { clock, as, demoDestination }
  const guard = openGuardedAgent({ allow: demoDestination })
  closing.add('trial fetches', () => guard.close())
  registerHandlers(app, gate, watchTaskRoutes(parts))
  const work = { ...parts, system: database.system, jobs: workJobs(base.jobs) }
  const peek = async (blob: string, bytes: number, signal: AbortSignal) =>
    (await runWork(workPlace(options), { kind: 'peek', blob, bytes }, signal)) as Peek
  registerHandlers(app, gate, registerRoutes({ ...work, blobs, province: options.configuration.province, peek }))
  const pictures = openPictureReader()
  closing.add('the reader of logos', () => pictures.close())
  const stored = (sha256: Uint8Array) => readBody(database.system, blobs, sha256)
  const { province } = options.configuration
  registerHandlers(app, gate, brandLogoRoutes({ ...work, blobs, province, pictures, body: stored }))
  registerHandlers(app, gate, settingRoutes(work))
  const submissions = { ...work, blobs, province: options.configuration.province, ledger }
  registerHandlers(app, gate, submissionRoutes(submissions))
  registerHandlers(app, gate, captureRuleRoutes({ ...parts, body: stored }))
  registerHandlers(app, gate, modelPageRoutes({ as, clock }))
  registerHandlers(app, gate, leadRoutes({ ...parts, ledger, enqueue, body: stored }))
  const about = () => `${address.url}/monitoring`
  registerHandlers(app, gate, watchDeskRoutes({ ...parts, system: database.system, guard, about }))
  const probes = { clock, system: database.system, blobs, ledger, versions: nodeVersions(options.version) }
  registerHandlers(app, gate, probeRoutes(probes))
  registerHandlers(app, gate, foreignProbeRoutes(probes))
  const { preservations, openBlob } = options
  registerHandlers(app, gate, validityRoutes({ ...probes, as, preservations, openBlob }))
  return { start: () => startMonitoring(options) }
}

/** Where long work finds what it needs. */
function workPlace({ configuration, base }: Pick<MonitoringOptions, 'configuration' | 'base'>): WorkPlace {
  return {
    databaseUrl: base.database.url,
    blobsUrl: configuration.blobsUrl,
    blobsFolder: join(configuration.data, 'blobs'),
    province: configuration.province,
  }
}

async function startMonitoring(options: MonitoringOptions): Promise<void> {
  const { configuration, logger, base, closing, address, version } = options
  const { clock, ledger } = base
  const database = base.database.as<MonitoringTables>()
  const db = database.system
  await ensureMonths(db, clock.now())
  await startWork({ jobs: base.jobs, db, clock, place: () => workPlace({ configuration, base }) })
  const months = setInterval(() => {
    ensureMonths(db, clock.now()).catch((error) => logger.error({ err: error }, 'the next month has no tables yet'))
  }, DAY_MS)
  closing.add('months', () => clearInterval(months))
  const sweep = () =>
    sweepImports({ db, blobs: base.blobs, clock }).catch((error) =>
      logger.warn({ err: error }, 'files of ended imports are removed later'),
    )
  void sweep()
  const files = setInterval(sweep, DAY_MS)
  closing.add('files of imports', () => clearInterval(files))
  const held = setInterval(() => {
    refreshHeld(db).catch((error) => logger.warn({ err: error }, 'what is held of each platform is counted later'))
  }, HELD_MS)
  closing.add('counts of what is held', () => clearInterval(held))
  const fixer = startFixer({
    db,
    clock,
    ledger,
    onError: (error) => logger.warn({ err: error }, 'statements wait for the ledger; it is tried again'),
  })
  closing.add('fixing of findings', () => fixer.stop())
  const keeper = startProbeKeeper({
    db,
    blobs: base.blobs,
    clock,
    versions: nodeVersions(version),
    onError: (error) => logger.warn({ err: error }, 'a turn of the probes failed; it is tried again'),
  })
  closing.add('probes', () => keeper.stop())
  if (configuration.watchers === 0) return
  if (base.demo !== null) {
    const { organisationId } = base.demo
    await seedDemoTask(db, clock, organisationId, configuration)
    await ownProbe(db, clock, { organisationId, by: DEMO_AUTHOR, running: true, plan: DEMO_PLAN })
  }
  const threads = startWatchThreads(
    configuration.watchers,
    {
      databaseUrl: database.url,
      blobsUrl: configuration.blobsUrl,
      blobsFolder: join(configuration.data, 'blobs'),
      province: configuration.province,
      about: `${address.url}/monitoring`,
      chromium: configuration.chromium,
      browserFolder: join(configuration.data, 'browser'),
      open: configuration.demoPlatforms.map(({ url }) => url.host),
    },
    logger,
  )
  closing.add('watchers', () => threads.stop())
}

/** The demo's platforms are watched from the first minute, below the pace at which they close their gates. */
async function seedDemoTask(
  db: Kysely<MonitoringTables>,
  clock: Clock,
  organisationId: string,
  { demoPlatforms }: Configuration,
): Promise<void> {
  const author = { organisationId, name: DEMO_AUTHOR }
  const platforms: string[] = []
  for (const { name, url } of demoPlatforms) {
    const entries = [{ kind: 'sitemap' as const, url: new URL('/sitemap.xml', url).href }]
    const platform = await savePlatform(db, clock, { organisationId, name: `${name}（演示）`, entries, demo: true })
    platforms.push(platform.id)
  }
  if (platforms.length === 0) return
  await db.transaction().execute(async (tx) => {
    const known = (await listTasks(tx)).find(({ created_by }) => created_by === author.name)
    if (known === undefined) {
      const frequency = { everyMinutes: 60, hostPaceMs: 120, depth: 1 }
      const spec = watchSpecSchema.parse({ objectives: { platforms }, elements: {}, frequency })
      const task = await addTask(tx, clock, author, { name: '演示平台日常监测', spec })
      if (!isRefusal(task)) await setTaskState(tx, clock, author, task.id, { state: 'running', note: '' })
      return
    }
    // The demo may stand at other ports than last time.
    const entries = demoPlatforms.map(({ url }) => new URL('/sitemap.xml', url).href)
    const held = await tx
      .selectFrom('watch_address')
      .select('url')
      .where('task_id', '=', known.id)
      .where('url', 'in', entries)
      .execute()
    if (known.state === 'stopped' || held.length === entries.length) return
    const { name, spec } = known
    const moved = { ...spec, objectives: { ...spec.objectives, platforms } }
    await changeTask(tx, clock, author, known.id, { name, spec: moved, note: '演示平台换了端口' })
  })
}
