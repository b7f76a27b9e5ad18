/** Delivery of what became of preservations to other systems, from the outbox. */
import { lookup as resolve } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import {
  closedNetwork,
  deliverWebhook,
  type EvidenceTables,
  FIXED_CHANNEL,
  findPreservation,
  PRESERVATION_EVENTS,
  type WebhookPost,
} from '@mingzheng/evidence'
import { type Bytes, type Clock, Failure } from '@mingzheng/kernel'
import { type OutboxWorker, startOutboxWorker } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import { z } from 'zod'

/** `event` is missing in what an earlier release left in the outbox. */
const payloadSchema = z.object({
  webhook: z.string(),
  preservation: z.string(),
  event: z.enum(PRESERVATION_EVENTS).default('fixed'),
})

export interface WebhookOptions {
  db: Kysely<EvidenceTables>
  clock: Clock
  key: Bytes
  /** Private receivers that are open here (tests, a deployment's own network). */
  allow: (host: string, port: number) => boolean
  onFailure: (error: unknown) => void
}

/** A name look-up for one connection: what it answers is what is dialled, so that no second answer can slip in. */
function guardedLookup(allowed: boolean): LookupFunction {
  return (host, _options, done) => {
    resolve(host, { all: true }).then(
      (addresses) => {
        const open = addresses.filter(({ address }) => allowed || closedNetwork(address) === null)
        if (open.length === 0) done(new Failure('private-address', `${host} is in a private network`), [])
        else done(null, open)
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    )
  }
}

function guardedPost(allow: WebhookOptions['allow']): WebhookPost {
  return ({ url, headers, body, signal }) =>
    new Promise((answer, fail) => {
      const { hostname, port, protocol } = new URL(url)
      const host = hostname.replace(/^\[|\]$/g, '')
      const secure = protocol === 'https:'
      const allowed = allow(host, Number(port || (secure ? 443 : 80)))
      // A literal address is never looked up.
      if (isIP(host) > 0 && !allowed && closedNetwork(host) !== null) {
        return fail(new Failure('private-address', `${host} is in a private network`))
      }
      const request = (secure ? https : http).request(
        url,
        { method: 'POST', headers, signal, lookup: guardedLookup(allowed), agent: false },
        (response) => {
          response.resume()
          answer(response.statusCode ?? 0)
        },
      )
      request.once('error', fail)
      request.end(body)
    })
}

export function startWebhooks(options: WebhookOptions): OutboxWorker {
  const { db, clock, key } = options
  const post = guardedPost(options.allow)
  return startOutboxWorker({
    db,
    channel: FIXED_CHANNEL,
    clock,
    concurrency: 8,
    async deliver(item, signal) {
      const { webhook, preservation, event } = payloadSchema.parse(item.payload)
      const row = await findPreservation(db, preservation)
      if (row === null) return 'abandon'
      return deliverWebhook(
        db,
        clock,
        key,
        post,
        webhook,
        {
          id: item.id,
          type: `preservation.${event}`,
          timestamp: new Date(item.createdAt).toISOString(),
          data: {
            id: row.id,
            number: row.number,
            sha256: row.sha256,
            reference: row.reference,
            index: row.ledger_index === null ? null : Number(row.ledger_index),
            time: row.ledger_time?.toISOString() ?? null,
            // Of the moment at which it is told: whoever asked again in between hears of that by the next message.
            problem: event === 'failed' ? row.problem : null,
          },
        },
        signal,
      )
    },
    onFailure: (_item, error) => options.onFailure(error),
  })
}
