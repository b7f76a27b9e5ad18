/** Renewals for who holds the machine: of all packages, whoever made them; and of a preservation for the system that asked for it. */
import {
  type EvidenceTables,
  entryIdOf,
  findDerived,
  findEdition,
  findPreservation,
  recordEvent,
} from '@mingzheng/evidence'
import { type Clock, isRefusal, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import type { DigestEngine, RandomAccess } from '@mingzheng/proof'
import { readRange } from '@mingzheng/proof'
import { type Kysely, sql } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { type RenewalParts, renewalOf, renewedEvent } from '../renewal.ts'
import type { PublicRouteParts } from './public-routes.ts'

type Names = 'preservations.renewal' | 'console.packages' | 'console.renewal'

export interface PackageRenewalParts
  extends RenewalParts,
    Pick<PublicRouteParts, 'findPreservation' | 'packageOfPreservation'> {
  db: Kysely<EvidenceTables>
  clock: Clock
  engine: DigestEngine
  openBlob(key: string): Promise<RandomAccess>
}

const unknown = () => refuse('not-found', 'there is no such package')

export function packageRenewalRoutes(parts: PackageRenewalParts): Handlers<Person, Names> {
  const { db } = parts

  async function renewed(number: string, key: string | Refusal, index: string | null, signal: AbortSignal) {
    if (isRefusal(key)) return key
    const source = await parts.openBlob(key)
    const edition = async () => {
      const { sha256 } = await parts.engine.digest(readRange(source, 0, source.size))
      const digest = toHex(sha256)
      return { number, edition: 1, package_sha256: digest, item_id: await entryIdOf(source), ledger_index: index }
    }
    return renewalOf(parts, source, edition, signal)
  }

  async function renewedEvidence(number: string, wanted: number | undefined, signal: AbortSignal) {
    const edition = await findEdition(db, number, wanted)
    if (edition === null) return null
    const source = await parts.openBlob(edition.blob_key)
    const made = await renewalOf(parts, source, async () => edition, signal)
    if (isRefusal(made)) return made
    const by = { organisationId: edition.organisation_id, actor: null, at: parts.clock.now() }
    await recordEvent(db, renewedEvent(edition, by))
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
