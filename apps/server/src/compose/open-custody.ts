/** Custody of this installation: the custodians of the policy in force, the packages in its store. */
import {
  type CustodianMember,
  type CustodyService,
  courtsOf,
  createCustodyService,
  custodianOverHttp,
  custodiansOf,
  type EvidenceTables,
  type KeepingService,
} from '@mingzheng/evidence'
import type { Clock } from '@mingzheng/kernel'
import type { ReachableLedger } from '@mingzheng/ledger'
import type { BlobStore } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import { blobAccess } from '../blob-source.ts'
import type { Installation } from '../installation/installation.ts'

const DAY = 86_400_000
/** Each copy is proved about once a month; each step of a challenge may take a day. */
const PACE = { everyMs: 30 * DAY, windowMs: DAY }

export interface CustodyOfInstallation {
  service: CustodyService
  custodians(): readonly CustodianMember[]
}

export function openCustody(options: {
  db: Kysely<EvidenceTables>
  clock: Clock
  ledger: ReachableLedger
  blobs: BlobStore
  installation: Installation
  retentionMs: number
  keeping: Pick<KeepingService, 'again'>
  onError(error: unknown, detail: string): void
}): CustodyOfInstallation {
  const { db, clock, ledger, blobs, installation, keeping, retentionMs, onError } = options
  const custodians = () => custodiansOf(ledger.policy)
  const service = createCustodyService({
    db,
    clock,
    ledger,
    origin: ledger.policy.origin,
    custodians,
    courts: () => courtsOf(ledger.policy),
    nodeOf: ({ url }) => custodianOverHttp(url),
    openBlob: (key) => blobAccess(blobs, key),
    hasBlob: async (key) => (await blobs.stat(key)) !== null,
    async storeBlob(key, source) {
      await blobs.put(key, source)
      await keeping.again(key)
    },
    secret: installation.secretFor('custody'),
    pace: PACE,
    retentionMs,
    onError,
  })
  return { service, custodians }
}
