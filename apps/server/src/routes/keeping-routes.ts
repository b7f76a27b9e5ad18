/** Until when the store keeps each edition of a piece of evidence, as the store itself says. */
import { type EvidenceTables, findEvidence, listEditions } from '@mingzheng/evidence'
import { refuse, utcText } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import type { Transaction } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'

export interface KeepingRouteParts {
  as<T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>): Promise<T>
  blobs: Pick<BlobStore, 'lockedUntil' | 'isHeld' | 'locksEnforced'>
}

export function keepingRoutes({ as, blobs }: KeepingRouteParts): Handlers<Person, 'evidence.keeping'> {
  return {
    'evidence.keeping': async ({ params: { number }, principal }) => {
      const editions = await as(principal, async (tx) =>
        (await findEvidence(tx, number)) === null ? null : listEditions(tx, number),
      )
      if (editions === null) return refuse('not-found', 'there is no such evidence, or it is not yours to see')
      const kept = editions.map(async ({ edition, blob_key: key }) => {
        const [until, held] = await Promise.all([blobs.lockedUntil(key), blobs.isHeld(key)])
        return { edition, lockedUntil: until === null ? null : utcText(until), held }
      })
      return { enforced: blobs.locksEnforced, editions: await Promise.all(kept) }
    },
  }
}
