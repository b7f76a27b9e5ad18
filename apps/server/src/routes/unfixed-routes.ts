/** Captures that the ledger cannot fix for the time being, for whoever has to leave with what there is. */
import { type EvidenceTables, findCapture } from '@mingzheng/evidence'
import { type Bytes, refuse } from '@mingzheng/kernel'
import type { Transaction } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'

export interface UnfixedRouteParts {
  as<T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>): Promise<T>
  unfixed(captureId: string): Promise<{ number: string; open(): AsyncIterable<Bytes> } | null>
}

export function unfixedRoutes(parts: UnfixedRouteParts): Handlers<Person, 'captures.unfixed'> {
  return {
    'captures.unfixed': async ({ params, principal }) => {
      const row = await parts.as(principal, (tx) => findCapture(tx, params.id))
      const waiting = row?.state === 'fixing' ? await parts.unfixed(row.id) : null
      if (waiting === null) return refuse('not-found', 'there is no capture here that waits to be fixed')
      const { number, open } = waiting
      return { mediaType: 'application/zip', bytes: null, fileName: `${number}-unfixed.zip`, open }
    },
  }
}
