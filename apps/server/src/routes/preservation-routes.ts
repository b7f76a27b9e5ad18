/** The open preservation API: digests and files in, receipts, certificates and packages out; webhooks. */
import type { PreservationView } from '@mingzheng/api'
import {
  addWebhook,
  type EvidenceTables,
  findPreservation,
  listWebhooks,
  onceByKey,
  openPackage,
  PRESERVED_PATH,
  type PreservationRow,
  type PreservationService,
  type PreservationWish,
  removeWebhook,
  type WebhookRow,
} from '@mingzheng/evidence'
import {
  type Bytes,
  type Clock,
  isRefusal,
  type JsonValue,
  newId,
  type Refusal,
  refuse,
  toHex,
} from '@mingzheng/kernel'
import type { ManifestFile, RandomAccess } from '@mingzheng/proof'
import type { BlobStore } from '@mingzheng/storage'
import type { FastifyRequest } from 'fastify'
import type { Kysely, Transaction } from 'kysely'
import { bytesAnswer } from '../http/file-answer.ts'
import { bodyOf, type Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { receiptView } from '../views/receipt-view.ts'
import { packageAnswer } from './evidence-routes.ts'

type Names =
  | 'preservations.add'
  | 'preservations.addBatch'
  | 'preservations.addFile'
  | 'preservations.read'
  | 'preservations.fixAgain'
  | 'preservations.certificate'
  | 'preservations.package'
  | 'webhooks.add'
  | 'webhooks.list'
  | 'webhooks.remove'

export interface PreservationRouteParts {
  clock: Clock
  /** The system's side: numbers and the outbox are not a caller's to touch. Every query names the organisation. */
  db: Kysely<EvidenceTables>
  service: PreservationService
  blobs: BlobStore
  openBlob(key: string): Promise<RandomAccess>
  webhookKey: Bytes
  /** Why an address may not be called by us; null when it may. */
  refuseAddress(url: string): Refusal | null
}

/** Largest file that is kept with its preservation. */
const FILE_LIMIT_BYTES = 8 * 1024 ** 3

/** Whether something may still come of it by itself. */
const isOpen = (row: PreservationRow) => row.ledger_index === null && row.problem === null

const missing = (): Refusal => refuse('not-found', 'there is no such preservation')

/** The caller's idempotency key (draft-ietf-httpapi-idempotency-key-header). */
function keyOf(request: FastifyRequest): string | null | Refusal {
  const given = request.headers['idempotency-key']
  if (given === undefined) return null
  if (typeof given === 'string' && /^[\x21-\x7e]{1,255}$/.test(given)) return given
  return refuse('input-wrong', 'an idempotency key has 1 to 255 visible characters', { field: 'Idempotency-Key' })
}

function webhookView(row: WebhookRow) {
  return {
    id: row.id,
    url: row.url,
    createdAt: row.created_at.toISOString(),
    lastDeliveryAt: row.last_delivery_at?.toISOString() ?? null,
    failures: row.failures,
  }
}

export function preservationRoutes(parts: PreservationRouteParts): Handlers<Person, Names> {
  const { clock, db, service } = parts
  const owner = (person: Person) => ({
    organisationId: person.organisationId,
    organisation: person.organisationName,
    apiKeyId: person.userId,
  })

  async function view(row: PreservationRow): Promise<PreservationView> {
    const receipt = await service.receiptOf(row)
    return {
      id: row.id,
      number: row.number,
      sha256: row.sha256,
      sm3: row.sm3,
      title: row.title,
      reference: row.reference,
      acceptedAt: row.accepted_at.toISOString(),
      standing: {
        state: row.ledger_index === null ? 'accepted' : 'witnessed',
        index: row.ledger_index === null ? null : Number(row.ledger_index),
        time: row.ledger_time?.toISOString() ?? null,
      },
      problem: row.problem,
      receipt: receipt === null ? null : receiptView(receipt),
      certificate: row.ledger_index === null ? null : `/api/v1/preservations/${row.id}/certificate`,
    }
  }

  /** Accepts under the caller's idempotency key; answers the ids, in order. */
  async function accept(
    person: Person,
    request: FastifyRequest,
    asked: JsonValue,
    work: (tx: Transaction<EvidenceTables>) => Promise<PreservationRow[]>,
  ): Promise<PreservationRow[] | Refusal> {
    const key = keyOf(request)
    if (isRefusal(key)) return key
    const ids = await db
      .transaction()
      .execute((tx) =>
        onceByKey(tx, clock, person.organisationId, key, asked, async () => (await work(tx)).map((row) => row.id)),
      )
    if (isRefusal(ids)) return ids
    service.nudge()
    const rows = await db.selectFrom('preservation').selectAll().where('id', 'in', ids).execute()
    const byId = new Map(rows.map((row) => [row.id, row]))
    return ids.map((id) => byId.get(id)!)
  }

  const own = async (person: Person, id: string): Promise<PreservationRow | null> => {
    const row = await findPreservation(db, id)
    return row?.organisation_id === person.organisationId ? row : null
  }

  const wishOf = (item: {
    sha256: string
    sm3?: string | undefined
    title: string
    reference: string
    bytes?: number | undefined
    mediaType?: string | undefined
  }): PreservationWish => ({
    sha256: item.sha256,
    sm3: item.sm3 ?? null,
    title: item.title,
    reference: item.reference,
    bytes: item.bytes ?? null,
    mediaType: item.mediaType ?? null,
  })

  async function packageOf(
    person: Person,
    id: string,
  ): Promise<{ row: PreservationRow; source: RandomAccess } | Refusal> {
    const row = await own(person, id)
    if (row === null) return missing()
    const key = await service.packageOf(row)
    return isRefusal(key) ? key : { row, source: await parts.openBlob(key) }
  }

  return {
    'preservations.add': async ({ body, query, principal, request, signal }) => {
      const rows = await accept(principal, request, { add: { ...body } } as JsonValue, (tx) =>
        service.accept(tx, owner(principal), [wishOf(body)]),
      )
      if (isRefusal(rows)) return rows
      const [row] = rows
      if (isOpen(row!)) await service.waitFixed(row!.id, query.wait * 1000, signal)
      return view((await findPreservation(db, row!.id))!)
    },
    'preservations.addBatch': async ({ body, principal, request }) => {
      const rows = await accept(
        principal,
        request,
        { batch: body.items.map((item) => ({ ...item })) } as JsonValue,
        (tx) => service.accept(tx, owner(principal), body.items.map(wishOf)),
      )
      return isRefusal(rows) ? rows : { preservations: await Promise.all(rows.map(view)) }
    },
    'preservations.addFile': async ({ query, principal, request }) => {
      const blobKey = `preserved/${newId(clock.now())}`
      const body = bodyOf(request, FILE_LIMIT_BYTES, 'register its digest instead')
      const stored = await parts.blobs.put(blobKey, body)
      const mediaType = (request.headers['content-type'] ?? 'application/octet-stream').slice(0, 100)
      const digests = { sha256: toHex(stored.sha256), sm3: toHex(stored.sm3) }
      const file: ManifestFile = { path: PRESERVED_PATH, mediaType, role: 'file', bytes: stored.bytes, ...digests }
      const wish = { ...digests, ...query, bytes: stored.bytes, mediaType }
      const rows = await accept(principal, request, { file: { ...query, ...digests } }, (tx) =>
        service.accept(tx, owner(principal), [wish], { blobKey, file }),
      )
      // The same request again, or another under the same key: the file that came first is kept.
      if (isRefusal(rows) || rows[0]!.blob_key !== blobKey) await parts.blobs.remove(blobKey)
      return isRefusal(rows) ? rows : view(rows[0]!)
    },
    'preservations.read': async ({ params, query, principal, signal }) => {
      const row = await own(principal, params.id)
      if (row === null) return missing()
      if (isOpen(row)) await service.waitFixed(row.id, query.wait * 1000, signal)
      return view((await findPreservation(db, row.id))!)
    },
    'preservations.fixAgain': async ({ params, principal }) => {
      const row = await own(principal, params.id)
      if (row === null) return missing()
      const again = await service.fixAgain(row)
      if (isRefusal(again)) return again
      service.nudge()
      return view(again)
    },
    'preservations.certificate': async ({ params, principal }) => {
      const found = await packageOf(principal, params.id)
      if (isRefusal(found)) return found
      const pdf = await (await openPackage(found.source)).read('documents/certificate.pdf')
      return bytesAnswer(pdf, 'application/pdf', { fileName: `${found.row.number}.pdf` })
    },
    'preservations.package': async ({ params, principal }) => {
      const found = await packageOf(principal, params.id)
      return isRefusal(found) ? found : packageAnswer(found.source, `${found.row.number}.zip`)
    },
    'webhooks.add': async ({ body, principal }) => {
      const refused = parts.refuseAddress(body.url)
      if (refused !== null) return refused
      const { row, secret } = await addWebhook(db, clock, parts.webhookKey, principal.organisationId, body.url)
      return { webhook: webhookView(row), secret }
    },
    'webhooks.list': async ({ principal }) => ({
      webhooks: (await listWebhooks(db, principal.organisationId)).map(webhookView),
    }),
    'webhooks.remove': async ({ params, principal }) => {
      const removed = await removeWebhook(db, principal.organisationId, params.id)
      return removed ? undefined : refuse('not-found', 'there is no such webhook')
    },
  }
}
