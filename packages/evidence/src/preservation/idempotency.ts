/** Idempotency keys of the open API: the same key with the same request has one effect and one answer. */
import { type Clock, digest, encodeJson, type JsonValue, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import type { Transaction } from 'kysely'
import { sql } from 'kysely'
import type { EvidenceTables } from '../register/schema.ts'

/** Answers are kept so long; a key used again later is a new request. */
export const IDEMPOTENCY_DAYS = 7

/**
 * Runs `work` unless the key was used: then gives the kept answer. Effect and answer commit together. Another request
 * under the same key is refused as `idempotency-mismatch`; two at once wait for each other.
 */
export async function onceByKey<T extends JsonValue>(
  tx: Transaction<EvidenceTables>,
  clock: Clock,
  owner: string,
  key: string | null,
  request: JsonValue,
  work: () => Promise<T>,
): Promise<T | Refusal<'idempotency-mismatch'>> {
  if (key === null) return work()
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${owner} ${key}`}, 0))`.execute(tx)
  const sha256 = toHex(digest('sha256', encodeJson(request)))
  const kept = await tx
    .selectFrom('idempotency')
    .select(['request_sha256', 'answer'])
    .where('organisation_id', '=', owner)
    .where('key', '=', key)
    .executeTakeFirst()
  if (kept !== undefined) {
    if (kept.request_sha256 === sha256) return kept.answer as T
    return refuse('idempotency-mismatch', 'this idempotency key was used for another request', {
      field: 'Idempotency-Key',
      remedy: 'use a new key for a new request',
    })
  }
  const answer = await work()
  await tx
    .insertInto('idempotency')
    .values({
      organisation_id: owner,
      key,
      request_sha256: sha256,
      answer: JSON.stringify(answer),
      made_at: new Date(clock.now()),
    })
    .execute()
  return answer
}
