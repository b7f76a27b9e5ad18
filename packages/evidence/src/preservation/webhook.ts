/** Webhooks (Standard Webhooks 1.0): signed, at least once, with a stable id; never into private networks. */
import { type Bytes, type Clock, hmac, newId, randomBytes, toBase64, utf8 } from '@mingzheng/kernel'
import type { Kysely, Selectable } from 'kysely'
import { keepSecret, readSecret } from '../kept-secret.ts'
import type { EvidenceTables, WebhookTable } from '../register/schema.ts'

export type WebhookRow = Omit<Selectable<WebhookTable>, 'secret'>

const COLUMNS = ['id', 'organisation_id', 'url', 'created_at', 'last_delivery_at', 'failures'] as const
/** Longest a receiver may take, milliseconds. */
const PATIENCE_MS = 15_000

/** Adds a webhook; the secret (`whsec_...`) is given once and kept sealed. */
export async function addWebhook(
  db: Kysely<EvidenceTables>,
  clock: Clock,
  key: Bytes,
  organisationId: string,
  url: string,
): Promise<{ row: WebhookRow; secret: string }> {
  const id = newId(clock.now())
  const secret = randomBytes(32)
  const values = {
    id,
    organisation_id: organisationId,
    url,
    secret: keepSecret(key, id, secret),
    created_at: new Date(clock.now()),
    last_delivery_at: null,
    failures: 0,
  }
  const row = await db.insertInto('webhook').values(values).returning(COLUMNS).executeTakeFirstOrThrow()
  return { row, secret: `whsec_${toBase64(secret)}` }
}

export function listWebhooks(db: Kysely<EvidenceTables>, organisationId: string): Promise<WebhookRow[]> {
  return db
    .selectFrom('webhook')
    .select(COLUMNS)
    .where('organisation_id', '=', organisationId)
    .orderBy('created_at')
    .limit(100)
    .execute()
}

export async function removeWebhook(db: Kysely<EvidenceTables>, organisationId: string, id: string): Promise<boolean> {
  const done = await db
    .deleteFrom('webhook')
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return done.numDeletedRows > 0n
}

export interface WebhookMessage {
  /** Stable over every attempt: the receiver's key to "once". */
  id: string
  type: string
  /** RFC 3339. */
  timestamp: string
  data: Record<string, unknown>
}

/** Posts without following redirects and answers the status. Throws `private-address` for closed networks. */
export type WebhookPost = (request: {
  url: string
  headers: Record<string, string>
  body: string
  signal: AbortSignal
}) => Promise<number>

/**
 * Sends a message to one webhook. Throws when the receiver did not take it, so that it is tried again. `post`
 * refuses private networks.
 */
export async function deliverWebhook(
  db: Kysely<EvidenceTables>,
  clock: Clock,
  key: Bytes,
  post: WebhookPost,
  webhookId: string,
  message: WebhookMessage,
  signal: AbortSignal,
): Promise<'delivered' | 'abandon'> {
  const row = await db.selectFrom('webhook').selectAll().where('id', '=', webhookId).executeTakeFirst()
  if (row === undefined) return 'abandon'
  const body = JSON.stringify({ type: message.type, timestamp: message.timestamp, data: message.data })
  const seconds = Math.floor(clock.now() / 1000)
  const mark = toBase64(hmac('sha256', readSecret(key, row.id, row.secret), utf8(`${message.id}.${seconds}.${body}`)))
  try {
    const status = await post({
      url: row.url,
      headers: {
        'content-type': 'application/json',
        'webhook-id': message.id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': `v1,${mark}`,
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    })
    if (status < 200 || status > 299) throw new Error(`the receiver answered ${status}`)
  } catch (error) {
    await db
      .updateTable('webhook')
      .set((eb) => ({ failures: eb('failures', '+', 1) }))
      .where('id', '=', row.id)
      .execute()
    throw error
  }
  await db
    .updateTable('webhook')
    .set({ last_delivery_at: new Date(clock.now()), failures: 0 })
    .where('id', '=', row.id)
    .execute()
  return 'delivered'
}
