/** Renewals of packages that have no editions: of preservations, and those made for parties. */
import { type EvidenceTables, entryIdOf, findDerived, findPreservation, type RenewedEdition } from '@mingzheng/evidence'
import { type Bytes, isRefusal, type Refusal, refuse, toBase64, toHex } from '@mingzheng/kernel'
import type { DigestEngine, RandomAccess, Report } from '@mingzheng/proof'
import { readRange } from '@mingzheng/proof'
import { type Kysely, sql } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import type { PublicRouteParts } from './public-routes.ts'

type Names = 'preservations.renewal' | 'console.packages' | 'console.renewal'

export interface PackageRenewalParts extends Pick<PublicRouteParts, 'findPreservation' | 'packageOfPreservation'> {
  db: Kysely<EvidenceTables>
  engine: DigestEngine
  openBlob(key: string): Promise<RandomAccess>
  report(source: RandomAccess, signal: AbortSignal): Promise<Report>
  renew(edition: RenewedEdition, source: RandomAccess, signal: AbortSignal): Promise<Bytes>
}

const unknown = () => refuse('not-found', 'there is no such package')

export function packageRenewalRoutes(parts: PackageRenewalParts): Handlers<Person, Names> {
  const { db } = parts

  async function renewed(number: string, key: string | Refusal, index: string | null, signal: AbortSignal) {
    if (isRefusal(key)) return key
    const source = await parts.openBlob(key)
    // What no longer verifies is not made to look new.
    const { verdict } = await parts.report(source, signal)
    if (verdict !== 'verified') {
      return refuse('package-not-verified', `the package does not verify: ${verdict}`, {
        remedy: 'see its verification report',
      })
    }
    const { sha256 } = await parts.engine.digest(readRange(source, 0, source.size))
    const edition = {
      number,
      edition: 1,
      package_sha256: toHex(sha256),
      item_id: await entryIdOf(source),
      ledger_index: index,
    }
    return { fileName: `${number}.renewal`, renewal: toBase64(await parts.renew(edition, source, signal)) }
  }

  return {
    'preservations.renewal': async ({ params, principal, signal }) => {
      const row = await findPreservation(db, params.id)
      if (row?.organisation_id !== principal.organisationId) return unknown()
      return renewed(row.number, await parts.packageOfPreservation(row), row.ledger_index, signal)
    },
    'console.packages': async ({ query: { after = '', which, limit } }) => {
      const { rows } = await sql<{ number: string }>`
        select number from (
          (select number from preservation where ledger_index is not null and number > ${after}
            and (package_key is not null or ${which === 'all'}) order by number limit ${limit})
          union all
          (select number from derived_package where blob_key is not null and number > ${after} order by number limit ${limit})
        ) both_kinds order by number limit ${limit}`.execute(db)
      const numbers = rows.map(({ number }) => number)
      return { numbers, next: numbers.length === limit ? (numbers.at(-1) ?? null) : null }
    },
    'console.renewal': async ({ params: { number }, signal }) => {
      const derived = await findDerived(db, number)
      if (derived !== null) {
        const key = derived.blob_key ?? refuse('not-fixed-yet', 'the package is being made')
        return renewed(number, key, derived.ledger_index, signal)
      }
      const row = await parts.findPreservation(number)
      return row === null
        ? unknown()
        : renewed(number, await parts.packageOfPreservation(row), row.ledger_index, signal)
    },
  }
}
