/**
 * A lead's certificate of validity: the document that names the probes its pipeline passed, preserved like any file, so that its package
 * verifies as every other does.
 */
import {
  type EvidenceTables,
  findPreservation,
  openPackage,
  PRESERVED_PATH,
  type PreservationService,
} from '@mingzheng/evidence'
import { type Bytes, type Clock, digestPair, isRefusal, newId, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import { findLead, type MonitoringTables, validityOf } from '@mingzheng/monitoring'
import type { RandomAccess } from '@mingzheng/proof'
import type { BlobStore } from '@mingzheng/storage'
import type { Kysely, Transaction } from 'kysely'
import { bytesAnswer } from '../http/file-answer.ts'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { packageAnswer } from './evidence-routes.ts'
import type { WatchRouteParts } from './watch-task-routes.ts'

type Names = 'leads.validity' | 'leads.validityPackage' | 'leads.validityCertificate'

export interface ValidityRouteParts extends Pick<WatchRouteParts, 'as'> {
  readonly clock: Clock
  readonly system: Kysely<MonitoringTables>
  readonly blobs: BlobStore
  readonly preservations: PreservationService
  openBlob(key: string): Promise<RandomAccess>
}

const WAIT_MS = 20_000
/** Marks a preservation as the certificate of a lead. */
const referenceOf = (lead: string) => `lead ${lead}`
const missing = (): Refusal => refuse('not-found', 'there is no such lead, or it is not yours to see')

export function validityRoutes(parts: ValidityRouteParts): Handlers<Person, Names> {
  const evidence = parts.system as unknown as Kysely<EvidenceTables>
  /** The certificate of a lead that is this organisation's. */
  const packageOf = async (person: Person, id: string) => {
    const row = await findPreservation(evidence, id)
    if (row === null || row.organisation_id !== person.organisationId || !row.reference.startsWith('lead ')) {
      return refuse('not-found', 'there is no such certificate')
    }
    const key = await parts.preservations.packageOf(row)
    return isRefusal(key) ? key : { row, source: await parts.openBlob(key) }
  }
  return {
    'leads.validity': async ({ params, principal, signal }) => {
      const lead = await parts.as(principal, (tx) => findLead(tx, params.id))
      if (lead === null) return missing()
      const platform = await parts.system
        .selectFrom('watch_platform')
        .select('name')
        .where('id', '=', lead.platform_id)
        .executeTakeFirst()
      const made = await validityOf(parts.system, lead, platform?.name ?? '', parts.clock.now())
      if (made === null) {
        return refuse('not-fixed-yet', 'the finding does not stand on the ledger yet', {
          remedy: 'ask again in a moment',
        })
      }
      const row = await preserve(parts, evidence, principal, lead.id, made.bytes)
      await parts.preservations.waitFixed(row.id, WAIT_MS, signal)
      const now = (await findPreservation(evidence, row.id))!
      return {
        id: now.id,
        number: now.number,
        probes: made.probes,
        standing: {
          state: now.ledger_index === null ? 'accepted' : 'witnessed',
          index: now.ledger_index === null ? null : Number(now.ledger_index),
          time: now.ledger_time?.toISOString() ?? null,
        },
      }
    },
    'leads.validityPackage': async ({ params, principal }) => {
      const found = await packageOf(principal, params.id)
      return isRefusal(found) ? found : packageAnswer(found.source, `${found.row.number}.zip`)
    },
    'leads.validityCertificate': async ({ params, principal }) => {
      const found = await packageOf(principal, params.id)
      if (isRefusal(found)) return found
      const pdf = await (await openPackage(found.source)).read('documents/certificate.pdf')
      return bytesAnswer(pdf, 'application/pdf', { fileName: `${found.row.number}.pdf` })
    },
  }
}

async function preserve(
  { blobs, clock, preservations }: ValidityRouteParts,
  evidence: Kysely<EvidenceTables>,
  person: Person,
  leadId: string,
  bytes: Bytes,
): Promise<{ id: string }> {
  const blobKey = `preserved/${newId(clock.now())}`
  await blobs.put(blobKey, [bytes])
  const { sha256, sm3 } = digestPair(bytes)
  const digests = { sha256: toHex(sha256), sm3: toHex(sm3) }
  const mediaType = 'application/json'
  const file = { path: PRESERVED_PATH, mediaType, role: 'file' as const, bytes: bytes.length, ...digests }
  const wish = { ...digests, title: '线索有效性证明', reference: referenceOf(leadId), bytes: bytes.length, mediaType }
  const owner = {
    organisationId: person.organisationId,
    organisation: person.organisationName,
    apiKeyId: person.userId,
  }
  const [row] = await evidence
    .transaction()
    .execute((tx: Transaction<EvidenceTables>) => preservations.accept(tx, owner, [wish], { blobKey, file }))
  preservations.nudge()
  return row!
}
