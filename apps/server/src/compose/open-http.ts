/** Evidence services and the HTTP edge over them; listens last, when everything behind it answers. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import {
  type BrowserChoice,
  checkAddress,
  chooseBrowser,
  createDocumentMaker,
  createKeepingService,
  createLiveService,
  type EvidenceTables,
  embeddedTimestampAuthority,
  fileSerialNumbers,
  firstTimeSource,
  httpTimestampAuthority,
  ntpTimeSource,
  type PreservationRow,
  type RenewedEdition,
  renewPackage,
  serviceTimeSource,
  unfixedPackage,
} from '@mingzheng/evidence'
import { withPrincipal } from '@mingzheng/identity'
import { type Clock, Failure, fromBase64, isRefusal } from '@mingzheng/kernel'
import { openDigestEngine, type RandomAccess } from '@mingzheng/proof'
import scalar from '@scalar/fastify-api-reference'
import type { Transaction } from 'kysely'
import type { Logger } from 'pino'
import { blobAccess } from '../blob-source.ts'
import type { Configuration } from '../configuration.ts'
import { createApp, DOCS_PREFIX } from '../http/app.ts'
import { createGate } from '../http/gate.ts'
import { registerHandlers } from '../http/handler.ts'
import { registerLog } from '../http/log-files.ts'
import { registerWebPages } from '../http/web-pages.ts'
import { createLocalPerson } from '../local-person.ts'
import type { Person } from '../person.ts'
import { administrationRoutes } from '../routes/administration-routes.ts'
import { blocksRoute } from '../routes/blocks-route.ts'
import { captureRoutes } from '../routes/capture-routes.ts'
import { chainsRoute } from '../routes/chains-route.ts'
import { comparisonRoutes } from '../routes/comparison-routes.ts'
import { consoleRoutes } from '../routes/console-routes.ts'
import { custodyRoutes } from '../routes/custody-routes.ts'
import { deskRoutes } from '../routes/desk-routes.ts'
import { evidenceRoutes } from '../routes/evidence-routes.ts'
import { governanceRoute } from '../routes/governance-route.ts'
import { keepingRoutes } from '../routes/keeping-routes.ts'
import { ledgerRoutes } from '../routes/ledger-routes.ts'
import { liveRoutes } from '../routes/live-routes.ts'
import { membersRoute } from '../routes/members-route.ts'
import { packageRenewalRoutes } from '../routes/package-renewal-routes.ts'
import { preservationRoutes } from '../routes/preservation-routes.ts'
import { publicRoutes } from '../routes/public-routes.ts'
import { renewalRoutes } from '../routes/renewal-routes.ts'
import { sessionRoutes } from '../routes/session-routes.ts'
import { unfixedRoutes } from '../routes/unfixed-routes.ts'
import { createVerification } from '../verification.ts'
import type { ClosingOrder } from './closing-order.ts'
import { watchDatabase } from './database-watch.ts'
import { createFixParts } from './fix-parts.ts'
import type { Base } from './open-base.ts'
import { openCustody } from './open-custody.ts'
import { bothNames, openDoors } from './open-doors.ts'
import { chinaYear, openEvidence } from './open-evidence.ts'
import { openMonitoring } from './open-monitoring.ts'
import { OtherChains } from './other-chains.ts'
import { reconcileNumbers } from './reconcile-numbers.ts'
import { openReplay } from './replay.ts'
import { editionSigning } from './sign-edition.ts'
import { byTrustedClock } from './trusted-clock.ts'
import { startWebhooks } from './webhooks.ts'
import { openWorkQueues } from './work-jobs.ts'

export interface HttpOptions {
  configuration: Configuration
  logger: Logger
  base: Base
  closing: ClosingOrder
  /** Token of the instance file. */
  token: string
  /** What is printed in documents; filled in once the port is known. */
  address: { url: string }
}

const ROOT = join(import.meta.dirname, '../../../..')
const VERSION = (createRequire(import.meta.url)('../../package.json') as { version: string }).version

function timestampAuthority({ configuration, base }: HttpOptions) {
  const { clock, installation } = base
  const { timestampUrl } = configuration
  if (timestampUrl === null) {
    return embeddedTimestampAuthority({
      signer: installation.timestampKey.signer,
      certificates: installation.timestampKey.certificates,
      clock,
      serials: fileSerialNumbers(join(configuration.data, 'installation', 'timestamp-serial'), { clock }),
    })
  }
  return httpTimestampAuthority({
    url: timestampUrl,
    get roots() {
      return installation.policy.timestampRoots.map(fromBase64)
    },
    clock,
  })
}

function timeSource(authority: ReturnType<typeof timestampAuthority>, clock: Clock) {
  const ask = async () => (await authority.time()).ms
  return firstTimeSource([
    ntpTimeSource('ntp.ntsc.ac.cn', clock, { timeoutMs: 1500 }),
    serviceTimeSource(authority.name, ask, clock),
  ])
}

function browserOf(configuration: Configuration): () => Promise<BrowserChoice> {
  let known: Promise<BrowserChoice> | null = null
  const choose = async () => {
    const choice = await chooseBrowser({
      ...(configuration.chromium === null ? {} : { configured: configuration.chromium }),
      npmFolder: join(configuration.data, 'browser'),
    })
    if (isRefusal(choice)) {
      const { code, detail, remedy } = choice
      throw new Failure(code, detail, remedy === undefined ? {} : { remedy })
    }
    return choice
  }
  return () => {
    known ??= choose().catch((error) => {
      known = null
      throw error
    })
    return known
  }
}

/** `commandUrl`: where this machine's commands reach it. */
export async function openHttp(options: HttpOptions): Promise<{ url: string; commandUrl: string }> {
  const { configuration, logger, base, closing, address } = options
  const { clock, database, blobs, installation, ledger, identity } = base
  const db = database.as<EvidenceTables>()
  const onError = (error: unknown, detail?: string) => logger.error({ err: error, detail }, 'work failed')
  const demoDestination = (host: string, port: number) =>
    configuration.demoPlatforms.some(({ url }) => host === url.hostname && port === Number(url.port || 80))

  const timestamps = byTrustedClock(timestampAuthority(options), ledger)
  const documents = createDocumentMaker({
    signerOf: async (organisation) => (await installation.organisationKeys(organisation)).document,
    timestampAuthority: timestamps,
    clock,
  })
  const others = new OtherChains({ configuration, onError: (error) => onError(error, 'other ledgers') })
  closing.add('other ledgers', () => others.stop())
  others.start()
  closing.add('documents', () => documents.close())
  const engine = openDigestEngine()
  closing.add('digest engine', () => engine.close())
  const fix = createFixParts({
    clock,
    installation,
    ledger,
    timestamps,
    documents,
    blobs,
    retentionMs: configuration.retentionMs,
    policies: () => base.policies.list,
    verifyAddress: (number) => `${address.url}/verify/${number}`,
    onError,
  })
  const organisationName = async (id: string) =>
    (await database.system.selectFrom('organisation').select('name').where('id', '=', id).executeTakeFirst())?.name ??
    installation.organisation.zh
  /** The first that was founded here; until then, the name under which the installation was made. */
  const operator = async () => {
    const first = database.system.selectFrom('organisation').select(['name', 'name_en']).orderBy('created_at').limit(1)
    const founded = await first.orderBy('id').executeTakeFirst()
    return founded === undefined ? installation.organisation : { zh: founded.name, en: founded.name_en }
  }
  const browser = browserOf(configuration)
  const evidence = openEvidence({
    clock,
    folder: join(configuration.data, 'work'),
    database: db,
    blobs,
    jobs: base.jobs,
    installation,
    ledger,
    fix,
    engine,
    signEdition: editionSigning(installation, timestamps, clock),
    browser,
    timeSource: timeSource(timestamps, clock),
    demoDestination,
    organisationName,
    version: VERSION,
    onError,
  })
  const live = createLiveService({ clock, browser, allow: demoDestination })
  const webhookKey = installation.secretFor('webhooks')
  const webhooks = startWebhooks({
    db: db.system,
    clock,
    key: webhookKey,
    allow: () => configuration.demo,
    onFailure: (error) => logger.warn({ err: error }, 'a webhook was not delivered; it is tried again'),
  })
  closing.add('webhooks', () => webhooks.stop())

  const verification = createVerification(() => others.together(base.policies.list), clock, engine)
  const openBlob = (key: string) => blobAccess(blobs, key)
  let openedAt: string | null = null
  const framers = () => [...new Set([address.url, openedAt ?? address.url].flatMap(bothNames))].join(' ')
  const replay = openReplay({ clock, db: db.system, blobs, logger, tls: configuration.tls, mainOrigin: framers })
  let replayBase: string | null = null
  const app = await createApp({
    logger,
    tls: configuration.tls,
    replayOrigin: () => replayBase,
    version: VERSION,
  })
  const watch = watchDatabase({
    db: database.as<never>().system,
    onChange: (answers) =>
      answers ? logger.info('the database answers again') : logger.error('the database is silent; requests get 503'),
  })
  closing.add('database watch', () => watch.stop())
  const gate = createGate({
    identity,
    whileUp: (work) => watch.whileUp(work),
    tls: configuration.tls !== null,
    local: { token: options.token, person: createLocalPerson(database.as()) },
    organisationName,
  })
  const as = <T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>) =>
    withPrincipal(db.people, person, fn)
  const pages = await registerWebPages(app, {
    web: join(ROOT, 'apps/web/dist'),
    verifier: join(ROOT, 'apps/verifier/dist'),
    policies: () => others.together(base.policies.list),
  })
  const findOfficer = async (person: Person, id: string) => {
    const officers = await identity.organisations.officers(person)
    return isRefusal(officers) ? null : (officers.find((officer) => officer.id === id) ?? null)
  }
  const captureParts = {
    clock,
    as,
    captures: evidence.captures,
    enqueue: evidence.enqueue,
    demoDestination,
    findOfficer,
  }
  const byNumber = async (number: string): Promise<PreservationRow | null> =>
    (await db.system.selectFrom('preservation').selectAll().where('number', '=', number).executeTakeFirst()) ?? null

  registerHandlers(app, gate, sessionRoutes({ identity, tls: configuration.tls !== null, token: gate.token }))
  registerHandlers(app, gate, captureRoutes(captureParts))
  registerHandlers(
    app,
    gate,
    unfixedRoutes({
      as,
      unfixed: (id) =>
        unfixedPackage({ clock, folder: evidence.captureFolder, engine, sealSigners: fix.sealSigners }, id),
    }),
  )
  const renew = (edition: RenewedEdition, source: RandomAccess, signal: AbortSignal) =>
    renewPackage(
      {
        engine,
        stamp: (sha256, stop) => fix.stamp(sha256, installation.organisation.zh, stop),
        ledger,
      },
      edition,
      source,
      signal,
    )
  registerHandlers(app, gate, liveRoutes({ ...captureParts, live, onError }))
  registerHandlers(
    app,
    gate,
    renewalRoutes({
      clock,
      as,
      openBlob,
      report: verification.verify,
      renew,
    }),
  )
  registerHandlers(
    app,
    gate,
    packageRenewalRoutes({
      db: db.system,
      clock,
      engine,
      openBlob,
      report: verification.verify,
      renew,
      findPreservation: byNumber,
      packageOfPreservation: (row) => evidence.preservations.packageOf(row),
    }),
  )
  const keeping = createKeepingService({
    db: db.system,
    clock,
    blobs,
    retentionMs: configuration.retentionMs,
    onError: (error, blobKey) => logger.warn({ err: error, blobKey }, 'a package is not locked yet; it is tried again'),
  })
  const custody = openCustody({
    db: db.system,
    clock,
    ledger,
    blobs,
    installation,
    retentionMs: configuration.retentionMs,
    keeping,
    onError: (error, detail) => logger.warn({ err: error, detail }, 'custody waits; it is tried again'),
  })
  registerHandlers(app, gate, custodyRoutes({ clock, as, ledger, keeping, ...custody }))
  registerHandlers(app, gate, keepingRoutes({ as, blobs }))
  registerHandlers(app, gate, comparisonRoutes({ as, openBlob }))
  registerHandlers(app, gate, deskRoutes({ clock, as }))
  registerHandlers(app, gate, consoleRoutes({ identity, province: installation.province }))
  registerHandlers(app, gate, {
    ...ledgerRoutes(
      ledger,
      () => ledger.policy,
      () => clock.now(),
    ),
    ...membersRoute(ledger, base.members, () => clock.now()),
    ...blocksRoute(ledger, base.members, () => clock.now()),
    ...chainsRoute(others),
    ...governanceRoute(ledger, base.governance, base.clock),
  })
  registerHandlers(
    app,
    gate,
    administrationRoutes({
      identity,
      clock,
      authority: installation.authority,
      entryAt: async (index) => (await ledger.lookup({ index }))[0]?.entry ?? null,
      operator: async (id) => base.demo === null || id === base.demo.organisationId,
    }),
  )
  registerHandlers(
    app,
    gate,
    evidenceRoutes({
      clock,
      as,
      system: db.system,
      editions: evidence.editions,
      enqueue: evidence.enqueue,
      openBlob,
      report: async (key, signal) => verification.verify(await openBlob(key), signal),
      maskedKey: (parent) => evidence.masked.keyOf(parent),
      replayAddress: (number, edition, path, url, at) =>
        replayBase === null ? null : replay.address(replayBase, number, edition, path, url, at),
    }),
  )
  registerHandlers(
    app,
    gate,
    preservationRoutes({
      clock,
      db: db.system,
      service: evidence.preservations,
      blobs,
      openBlob,
      webhookKey,
      refuseAddress(url) {
        const checked = checkAddress(url, () => configuration.demo)
        return isRefusal(checked) ? { ...checked, field: 'url' } : null
      },
    }),
  )
  registerHandlers(
    app,
    gate,
    publicRoutes<Person>({
      db: db.system,
      policy: () => installation.policy,
      organisation: operator,
      organisationName,
      demo: installation.demo,
      filing: configuration.filing,
      version: VERSION,
      publicUrl: () => address.url,
      replayUrl: () => replayBase,
      verifierSha256: pages.verifierSha256,
      verification,
      openBlob,
      findPreservation: byNumber,
      packageOfPreservation: (row) => evidence.preservations.packageOf(row),
    }),
  )
  const monitoring = openMonitoring({
    ...options,
    app,
    gate,
    demoDestination,
    enqueue: evidence.enqueue,
    preservations: evidence.preservations,
    openBlob,
    version: VERSION,
  })
  registerLog(app, ledger.serve)
  await app.register(scalar, { routePrefix: DOCS_PREFIX, configuration: { withDefaultFonts: false } })

  await evidence.openQueue()
  await openWorkQueues(base.jobs)
  const doors = await openDoors({ configuration, app, replay: replay.app, closing, logger })
  replayBase = doors.replay
  openedAt = doors.url
  const year = chinaYear(clock.now())
  for (const each of [year - 1, year]) {
    const behind = await reconcileNumbers(db.system, ledger, installation, each)
    if (behind > 0) logger.warn({ year: each, behind }, 'the ledger knows numbers that the database does not')
  }
  await evidence.start()
  closing.add('live browsers', () => live.stop())
  closing.add('evidence', () => evidence.stop())
  keeping.start()
  closing.add('keeping', () => keeping.stop())
  custody.service.start()
  closing.add('custody', () => custody.service.stop())
  await monitoring.start()
  return { url: doors.url, commandUrl: doors.commandUrl }
}
