/** Renewals of evidence in custody. */
import { type EvidenceTables, findEdition, findEvidence, recordEvent } from '@mingzheng/evidence'
import { type Clock, isRefusal, refuse } from '@mingzheng/kernel'
import type { RandomAccess } from '@mingzheng/proof'
import type { Transaction } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { type RenewalParts, renewalOf, renewedEvent } from '../renewal.ts'

export interface RenewalRouteParts extends RenewalParts {
  clock: Clock
  as<T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>): Promise<T>
  openBlob(key: string): Promise<RandomAccess>
}

export function renewalRoutes(parts: RenewalRouteParts): Handlers<Person, 'evidence.renewal'> {
  return {
    'evidence.renewal': async ({ params: { number }, query, principal, signal }) => {
      const found = await parts.as(principal, async (tx) =>
        (await findEvidence(tx, number)) === null ? null : findEdition(tx, number, query.edition),
      )
      if (found === null) return refuse('not-found', 'there is no such evidence, or it is not fixed yet')
      const made = await renewalOf(parts, await parts.openBlob(found.blob_key), async () => found, signal)
      if (isRefusal(made)) return made
      const { organisationId, name: actor } = principal
      const event = renewedEvent(found, { organisationId, actor, at: parts.clock.now() })
      await parts.as(principal, (tx) => recordEvent(tx, event))
      return made
    },
  }
}
