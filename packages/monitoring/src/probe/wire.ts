/**
 * The entrance: what is planted answers in the place of the network, behind the socket and before everything else. Whoever asks has the
 * platform's address and gets a page; fetching, reading, judging and fixing go on as with any other.
 */
import { Readable } from 'node:stream'
import type { Clock } from '@mingzheng/kernel'
import type { Kysely } from 'kysely'
import type { ClaimedAddress } from '../frontier/claim.ts'
import type { MonitoringTables } from '../register/schema.ts'
import type { Send } from '../source/fetch-page.ts'

/** Answers with the plant that is in at this address; 404 when there is none any more. Notes that it was asked for. */
export function plantedSend(
  db: Kysely<MonitoringTables>,
  clock: Clock,
  { task_id, url }: Pick<ClaimedAddress, 'task_id' | 'url'>,
): Send {
  return async () => {
    const row = await db
      .updateTable('probe_plant')
      .set(({ fn, val }) => ({ served_at: fn.coalesce('served_at', val(new Date(clock.now()))) }))
      .where('task_id', '=', task_id)
      .where('url', '=', url)
      .where('state', '=', 'waiting')
      .returning('body')
      .executeTakeFirst()
    if (row === undefined) return { statusCode: 404, headers: {}, body: Readable.from([]) }
    return {
      statusCode: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: Readable.from([row.body]),
    }
  }
}
