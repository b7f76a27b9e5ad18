/** The services of evidence, put together for this installation. */
import { join } from 'node:path'
import {
  type BrowserChoice,
  type CaptureRow,
  type CaptureService,
  createCaptureService,
  createEditionService,
  createMaskedService,
  createPreservationService,
  type EditionParts,
  type EditionService,
  type EvidenceTables,
  type FixParts,
  findEvidence,
  type MaskedService,
  type PreservationService,
  type TimeSource,
  unfinishedCaptures,
} from '@mingzheng/evidence'
import {
  type Bytes,
  type CertificateNumber,
  type Clock,
  digest,
  hmac,
  issueCertificateNumber,
  parseProvinceCode,
  toHex,
  utf8,
} from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import type { DigestEngine } from '@mingzheng/proof'
import { type BlobStore, type Database, type Jobs, nextSerial } from '@mingzheng/storage'
import type { Kysely, Transaction } from 'kysely'
import { blobAccess } from '../blob-source.ts'
import type { Installation } from '../installation/installation.ts'
import { counterName } from './reconcile-numbers.ts'

export interface EvidenceParts {
  clock: Clock
  folder: string
  database: Database<EvidenceTables>
  blobs: BlobStore
  jobs: Jobs
  installation: Installation
  ledger: LedgerClient
  fix: FixParts
  engine: DigestEngine
  /** The officer's signatures over what an edition says. */
  signEdition: EditionParts['sign']
  browser: () => Promise<BrowserChoice>
  timeSource: TimeSource
  demoDestination: (host: string, port: number) => boolean
  organisationName: (organisationId: string) => Promise<string>
  version: string
  onError: (error: unknown, detail?: string) => void
}

export interface EvidenceServices {
  /** Where captures under way keep what they made. */
  captureFolder: string
  captures: CaptureService
  editions: EditionService
  masked: MaskedService
  preservations: PreservationService
  enqueue(tx: Transaction<EvidenceTables>, captures: readonly CaptureToRun[]): Promise<void>
  /** From here on captures can be asked for: before anybody is let in. They run once it is started. */
  openQueue(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** A capture, and how often it was asked for. */
export type CaptureToRun = Pick<CaptureRow, 'id' | 'runs'>

/** The one job of one request: a UUID (version 8, RFC 9562), so that it can be put in twice and exists once. */
export function captureJobId({ id, runs }: CaptureToRun): string {
  const hex = toHex(digest('sha256', utf8(`mingzheng capture job v1\n${id}\n${runs}`)))
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

export const CAPTURE_QUEUE = 'capture'
/** Two browsers at a time on a small machine; more only wait for each other. */
const CAPTURES_AT_ONCE = 2

/** Every blob's key carries the province: provinces exchange packages. */
export function packageKey(province: string, number: string, edition: number, id?: string): string {
  return `packages/${province}/${number.split('-')[2]}/${number}/e${edition}${id === undefined ? '' : `-${id}`}.zip`
}

/** The year of a number is China's. */
export function chinaYear(ms: number): number {
  return new Date(ms + 8 * 3_600_000).getUTCFullYear()
}

export function openEvidence(parts: EvidenceParts): EvidenceServices {
  const { clock, database, installation, jobs, ledger, onError } = parts
  const db = database.system
  const province = parseProvinceCode(installation.province)
  const blobKey = (number: string, edition: number) => packageKey(province, number, edition)
  const attemptSecret = installation.secretFor('attempts')

  const nextNumber = async (tx: Kysely<EvidenceTables>, at: Date): Promise<CertificateNumber> => {
    const year = chinaYear(at.getTime())
    const serial = await nextSerial(tx as Transaction<EvidenceTables>, counterName(province, year))
    return issueCertificateNumber(installation.numberSecret, province, year, serial)
  }

  /** The ledger hears of every attempt; if it cannot now, the row in the database still tells of it. */
  const recordAttempt = (row: CaptureRow, what: 'begun' | 'abandoned') => {
    const mark = hmac('sha256', attemptSecret, utf8(`${what} ${row.id}`))
    const item = {
      id: digest('sha256', mark).slice(0, 16),
      contract: 'evidence',
      method: what === 'begun' ? 'begin' : 'abandon',
      arguments: { a: hmac('sha256', attemptSecret, utf8(row.id)) as Bytes },
    }
    ledger.submit([item]).catch((error) => onError(error, 'attempt'))
  }

  const captureFolder = join(parts.folder, 'captures')
  const captures = createCaptureService({
    db,
    clock,
    folder: captureFolder,
    browser: parts.browser,
    timeSource: parts.timeSource,
    engine: parts.engine,
    fix: parts.fix,
    demoDestination: parts.demoDestination,
    organisationName: parts.organisationName,
    nextNumber,
    blobKey,
    recordAttempt,
    parentsOf: async (row) => {
      if (row.recapture_of === null) return []
      const before = await findEvidence(db, row.recapture_of)
      if (before === null || before.manifest_sha256 === '') return []
      const { number, edition, manifest_sha256: manifestSha256 } = before
      return [{ relation: 'recapture', number, edition, manifestSha256 }]
    },
    onError: (error, id) => onError(error, `capture ${id}`),
  })
  const editions = createEditionService({
    db,
    clock,
    folder: join(parts.folder, 'editions'),
    engine: parts.engine,
    fix: parts.fix,
    openBlob: (key) => blobAccess(parts.blobs, key),
    sign: parts.signEdition,
    blobKey: (number, edition, id) => packageKey(province, number, edition, id),
  })
  const masked = createMaskedService({
    db,
    clock,
    folder: join(parts.folder, 'masked'),
    engine: parts.engine,
    fix: parts.fix,
    openBlob: (key) => blobAccess(parts.blobs, key),
    blobKey,
    nextNumber,
  })
  const preservations = createPreservationService({
    db,
    clock,
    folder: join(parts.folder, 'preservations'),
    ledger,
    fix: parts.fix,
    tool: { name: 'mingzheng', version: parts.version, sha256: null },
    demo: installation.demo,
    nextNumber,
    openBlob: (key) => parts.blobs.open(key),
    blobKey,
    onError: (error) => onError(error, 'preservation'),
  })
  const enqueue = async (tx: Transaction<EvidenceTables>, captures: readonly CaptureToRun[]) => {
    for (const one of captures) await jobs.enqueue(tx, CAPTURE_QUEUE, { id: one.id }, { id: captureJobId(one) })
  }
  return {
    captureFolder,
    captures,
    editions,
    masked,
    preservations,
    enqueue,
    openQueue: () => jobs.queue(CAPTURE_QUEUE, { concurrency: CAPTURES_AT_ONCE, retries: 3 }),
    async start() {
      // A job may have used up its tries, or never been, while its capture is still unfinished: the rows are the truth.
      const unfinished = await unfinishedCaptures(db)
      await db.transaction().execute(async (tx) => {
        for (const one of unfinished) await jobs.ensure(tx, CAPTURE_QUEUE, { id: one.id }, captureJobId(one))
      })
      await jobs.work(CAPTURE_QUEUE, (job) => captures.run((job.data as { id: string }).id))
      preservations.start()
    },
    async stop() {
      editions.stop()
      masked.stop()
      await captures.stop()
      await jobs.stop()
      await preservations.stop()
    },
  }
}
