/** The floors below evidence: folders, database, blobs, installation, ledger, identity, jobs. Closed in reverse order. */
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type EvidenceTables, evidenceMigrations } from '@mingzheng/evidence'
import {
  AUDIT_CHANNEL,
  createIdentity,
  type DemoSeed,
  deliverAudit,
  type Identity,
  type IdentityTables,
  identityMigrations,
} from '@mingzheng/identity'
import type { Clock } from '@mingzheng/kernel'
import type { ReachableLedger } from '@mingzheng/ledger'
import { monitoringMigrations } from '@mingzheng/monitoring'
import {
  type BlobStore,
  type Database,
  type Jobs,
  migrate,
  type OutboxWorker,
  openBlobs,
  openDatabase,
  openJobs,
  startOutboxWorker,
  storageMigrations,
} from '@mingzheng/storage'
import type { Logger } from 'pino'
import type { Configuration } from '../configuration.ts'
import type { Installation } from '../installation/installation.ts'
import { installationOf } from '../installation/prepare-consortium.ts'
import type { ClosingOrder } from './closing-order.ts'
import { keepOfficersCertified } from './officer-certificates.ts'
import { openPlatformLedger, type PlatformLedger } from './open-ledger.ts'
import { OwnPolicies } from './own-policies.ts'

export interface Base {
  clock: Clock
  database: Database<IdentityTables & EvidenceTables>
  blobs: BlobStore
  installation: Installation
  ledger: ReachableLedger
  /** What every member holds; null without a consortium. */
  members: PlatformLedger['members']
  /** What the consortium is deciding; null without one. */
  governance: PlatformLedger['governance']
  /** Policies that own evidence is judged by. */
  policies: OwnPolicies
  identity: Identity
  jobs: Jobs
  /** Null without the demo. */
  demo: DemoSeed | null
}

export interface BaseOptions {
  configuration: Configuration
  clock: Clock
  elapsed: () => number
  logger: Logger
  publicUrl: () => string
  closing: ClosingOrder
}

export async function openBase(options: BaseOptions): Promise<Base> {
  const { configuration, clock, logger, closing } = options
  const { data } = configuration
  await mkdir(data, { recursive: true })
  // The database's and the browser's own users pass through; what is inside guards itself.
  await chmod(data, 0o711)
  const database = await openDatabase<IdentityTables & EvidenceTables>({
    source:
      configuration.databaseUrl === null ? { folder: join(data, 'postgres') } : { url: configuration.databaseUrl },
    onIdleError: (error) => logger.warn({ err: error }, 'a database connection broke; it is replaced'),
  })
  closing.add('database', () => database.close())
  const steps = await migrate(
    database.system,
    storageMigrations,
    identityMigrations,
    evidenceMigrations,
    monitoringMigrations,
  )
  if (steps.length > 0) logger.info({ steps }, 'database brought up to date')
  const blobs = await openBlobs({ url: configuration.blobsUrl, folder: join(data, 'blobs'), clock })
  closing.add('blobs', () => blobs.close())
  const own = await installationOf(configuration, clock)
  closing.add('installation', () => own.close())
  let policies: OwnPolicies | null = null
  const platform = await openPlatformLedger({
    configuration,
    installation: own,
    clock,
    elapsed: options.elapsed,
    onPolicy: (policy) => {
      logger.info({ origin: policy.origin }, 'the consortium has another trust policy')
      policies
        ?.adopt(policy)
        .catch((error: unknown) => logger.error({ err: error }, 'the new trust policy is not in the trust store'))
    },
  })
  const { ledger, members, governance } = platform
  closing.add('ledger', () => ledger.close())
  policies = await OwnPolicies.open(data, [ledger.policy, ...platform.policies])
  const installation: Installation = {
    ...own,
    origin: ledger.policy.origin,
    get policy() {
      return ledger.policy
    },
  }
  let audit: OutboxWorker | null = null
  const officers = keepOfficersCertified({ database: database.as<IdentityTables>(), installation, clock, logger })
  closing.add('officers', () => officers.stop())
  const identity = createIdentity({
    database: database.as<IdentityTables>(),
    clock,
    secret: installation.secretFor('identity'),
    publicUrl: options.publicUrl,
    onAudit: () => audit?.nudge(),
    onPeople: () => officers.look(),
  })
  audit = startOutboxWorker({
    db: database.system,
    channel: AUDIT_CHANNEL,
    clock,
    deliver: (item, signal) => deliverAudit(database.as<IdentityTables>().system, ledger, item, signal),
    onFailure: (_item, error) => logger.warn({ err: error }, 'an audit event is not on the ledger yet'),
  })
  closing.add('audit', () => audit.stop())
  const jobs = await openJobs({
    database: database.as<unknown>(),
    onError: (error) => logger.error({ err: error }, 'a job failed'),
  })
  closing.add('jobs', () => jobs.stop())
  const demo = configuration.demo ? await identity.organisations.seedDemo(configuration.province) : null
  officers.look()
  return { clock, database, blobs, installation, ledger, members, governance, policies, identity, jobs, demo }
}
