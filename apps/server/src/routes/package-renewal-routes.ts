/** Renewals for who holds the machine: of all packages, whoever made them; and of a preservation for the system that asked for it. */
import {
  type EvidenceTables,
  entryIdOf,
  findDerived,
  findEdition,
  findPreservation,
  type RenewedEdition,
  recordEvent,
} from '@mingzheng/evidence'
import { type Bytes, type Clock, isRefusal, type Refusal, refuse, toBase64, toHex } from '@mingzheng/kernel'
import type { DigestEngine, RandomAccess, Report } from '@mingzheng/proof'
import { readRange } from '@mingzheng/proof'
import { type Kysely, sql } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import type { PublicRouteParts } from './public-routes.ts'

type Names = 'preservations.renewal' | 'console.packages' | 'console.renewal'

export interface PackageRenewalParts extends Pick<PublicRouteParts, 'findPreservation' | 'packageOfPreservation'> {
  db: Kysely<EvidenceTables>
  clock: Clock
  engine: DigestEngine
  openBlob(key: string): Promise<RandomAccess>
  report(source: RandomAccess, signal: AbortSignal): Promise<Report>
  renew(edition: RenewedEdition, source: RandomAccess, signal: AbortSignal): Promise<Bytes>
}

const unknown = () => refuse('not-found', 'there is no such package')

export function packageRenewalRoutes(parts: PackageRenewalParts): Handlers<Person, Names> {
  const { db } = parts

  /** A renewal of what is in `source`; `editionOf` says which edition that is. */
  async function renewal(
    source: RandomAccess,
    editionOf: () => Promise<RenewedEdition>,
    signal: AbortSignal,
  ): Promise<Refusal<'package-not-verified'> | { fileName: string; renewal: string }> {
    // What no longer verifies is not made to look new.
    const { verdict } = await parts.report(source, signal)
    if (verdict !== 'verified') {
      return refuse('package-not-verified', `the package does not verify: ${verdict}`, {
        remedy: 'see its verification report',
      })
    }
    const edition = await editionOf()
    const suffix = edition.edition === 1 ? '' : `-e${edition.edition}`
    const bytes = await parts.renew(edition, source, signal)
    return { fileName: `${edition.number}${suffix}.renewal`, renewal: toBase64(bytes) }
  }

  async function renewed(number: string, key: string | Refusal, index: string | null, signal: AbortSignal) {
    if (isRefusal(key)) return key
    const source = await parts.openBlob(key)
    const edition = async () => {
      const { sha256 } = await parts.engine.digest(readRange(source, 0, source.size))
      const digest = toHex(sha256)
      return { number, edition: 1, package_sha256: digest, item_id: await entryIdOf(source), ledger_index: index }
    }
    return renewal(source, edition, signal)
  }

  async function renewedEvidence(number: string, wanted: number | undefined, signal: AbortSignal) {
    const edition = await findEdition(db, number, wanted)
    if (edition === null) return null
    const made = await renewal(await parts.openBlob(edition.blob_key), async () => edition, signal)
    if (isRefusal(made)) return made
    await recordEvent(db, {
      number,
      organisation_id: edition.organisation_id,
      at: new Date(parts.clock.now()),
      kind: 'renewed',
      actor: null,
      detail: edition.edition === 1 ? '' : `e${edition.edition}`,
      ledger_index: null,
    })
    return made
  }

  return {
    'preservations.renewal': async ({ params, principal, signal }) => {
      const row = await findPreservation(db, params.id)
      if (row?.organisation_id !== principal.organisationId) return unknown()
      return renewed(row.number, await parts.packageOfPreservation(row), row.ledger_index, signal)
    },
    'console.packages': async ({ query: { after = '', number = null, which, limit } }) => {
      const asked = sql`number > ${after} and (${number}::text is null or number = ${number})`
      const { rows } = await sql<{ number: string; editions: number[] }>`
        select number, editions from (
          (select number, array_agg(edition order by edition) as editions from evidence_edition where ${asked}
            group by number order by number limit ${limit})
          union all
          (select number, array[1] from preservation where ledger_index is not null and ${asked}
            and (package_key is not null or ${which === 'all' || number !== null}) order by number limit ${limit})
          union all
          (select number, array[1] from derived_package where blob_key is not null and ${asked} order by number limit ${limit})
        ) all_kinds order by number limit ${limit}`.execute(db)
      return { packages: rows, next: rows.length === limit ? (rows.at(-1)?.number ?? null) : null }
    },
    'console.renewal': async ({ params: { number }, query: { edition }, signal }) => {
      const evidence = await renewedEvidence(number, edition, signal)
      if (evidence !== null) return evidence
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
