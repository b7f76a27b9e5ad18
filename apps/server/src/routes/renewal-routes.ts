/** Renewals of evidence in custody. */
import { type EditionRecord, type EvidenceTables, findEdition, findEvidence, recordEvent } from '@mingzheng/evidence'
import { type Bytes, type Clock, refuse, toBase64 } from '@mingzheng/kernel'
import type { Report } from '@mingzheng/proof'
import type { Transaction } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'

export interface RenewalRouteParts {
  clock: Clock
  as<T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>): Promise<T>
  report(key: string, signal: AbortSignal): Promise<Report>
  renew(edition: EditionRecord, signal: AbortSignal): Promise<Bytes>
}

export function renewalRoutes(parts: RenewalRouteParts): Handlers<Person, 'evidence.renewal'> {
  return {
    'evidence.renewal': async ({ params: { number }, query, principal, signal }) => {
      const found = await parts.as(principal, async (tx) =>
        (await findEvidence(tx, number)) === null ? null : findEdition(tx, number, query.edition),
      )
      if (found === null) return refuse('not-found', 'there is no such evidence, or it is not fixed yet')
      // What no longer verifies is not made to look new.
      const { verdict } = await parts.report(found.blob_key, signal)
      if (verdict !== 'verified') {
        return refuse('package-not-verified', `the package does not verify: ${verdict}`, {
          remedy: 'see its verification report',
        })
      }
      const renewal = await parts.renew(found, signal)
      await parts.as(principal, (tx) =>
        recordEvent(tx, {
          number,
          organisation_id: principal.organisationId,
          at: new Date(parts.clock.now()),
          kind: 'renewed',
          actor: principal.name,
          detail: found.edition === 1 ? '' : `e${found.edition}`,
          ledger_index: null,
        }),
      )
      const suffix = found.edition === 1 ? '' : `-e${found.edition}`
      return { fileName: `${number}${suffix}.renewal`, renewal: toBase64(renewal) }
    },
  }
}
