/** What anybody may ask without an account: this installation, certificates by number, verification. */
import type { EvidenceTables, PreservationRow } from '@mingzheng/evidence'
import { findDerived, findEvidence, listEditions } from '@mingzheng/evidence'
import { digest, isRefusal, refuse, toHex } from '@mingzheng/kernel'
import { encodePolicy, policyId, type RandomAccess, type Report, type TrustPolicy } from '@mingzheng/proof'
import type { Kysely } from 'kysely'
import { bytesAnswer } from '../http/file-answer.ts'
import { bodyOf, type Handlers } from '../http/handler.ts'
import { UPLOAD_LIMIT_BYTES, type Verification } from '../verification.ts'

type Names = 'instance.read' | 'instance.policy' | 'certificate.read' | 'certificate.report' | 'public.verify'

export interface PublicRouteParts {
  /** The system's side: a number with its check code is the key, no account is asked for. */
  db: Kysely<EvidenceTables>
  /** In force now. */
  policy: () => TrustPolicy
  /** Who operates this installation. */
  organisation(): Promise<{ zh: string; en: string }>
  /** The name of whose evidence it is. */
  organisationName(id: string): Promise<string>
  demo: boolean
  filing: string | null
  version: string
  publicUrl: () => string
  replayUrl: () => string | null
  verifierSha256: () => string | null
  verification: Verification
  openBlob(key: string): Promise<RandomAccess>
  findPreservation(number: string): Promise<PreservationRow | null>
  packageOfPreservation(row: PreservationRow): Promise<string | ReturnType<typeof refuse>>
}

export type ReportJson = { version: number; verdict: string; checks: unknown[] }
export const reportJson = (report: Report) => report as unknown as ReportJson

export function publicRoutes<P>(parts: PublicRouteParts): Handlers<P, Names> {
  const { db, policy } = parts
  const unknown = () =>
    refuse('not-found', 'no certificate has this number', { field: 'number', remedy: 'check it against the document' })

  async function newestPackage(number: string) {
    const editions = await listEditions(db, number)
    const newest = editions.at(-1)
    if (newest !== undefined) return newest.blob_key
    if ((await findEvidence(db, number)) !== null) return refuse('not-fixed-yet', 'the evidence is not fixed yet')
    const derived = await findDerived(db, number)
    if (derived !== null) return derived.blob_key ?? refuse('not-fixed-yet', 'the package is being made')
    const preserved = await parts.findPreservation(number)
    return preserved === null ? unknown() : parts.packageOfPreservation(preserved)
  }

  /** A number that stands for one package without further editions. */
  async function single(
    number: string,
    organisationId: string,
    at: Date,
    demo: boolean,
    fixed: { manifestSha256: string | null; index: string | null; time: Date | null; failed?: boolean },
  ) {
    const edition = {
      edition: 1,
      kind: 'capture',
      at: at.toISOString(),
      index: fixed.index === null ? null : Number(fixed.index),
      ledgerTime: fixed.time?.toISOString() ?? null,
    }
    return {
      number,
      issuer: await parts.organisationName(organisationId),
      capturedAt: at.toISOString(),
      state: fixed.failed ? ('failed' as const) : fixed.index === null ? ('fixing' as const) : ('fixed' as const),
      demo,
      editions: fixed.manifestSha256 === null ? [] : [{ ...edition, manifestSha256: fixed.manifestSha256 }],
    }
  }

  return {
    'instance.read': async () => ({
      name: await parts.organisation(),
      demo: parts.demo,
      publicUrl: parts.publicUrl(),
      origin: policy().origin,
      policyId: policyId(policy()),
      verifierSha256: parts.verifierSha256(),
      replayUrl: parts.replayUrl(),
      filing: parts.filing,
      version: parts.version,
    }),
    'instance.policy': () => {
      const bytes = encodePolicy(policy())
      return bytesAnswer(bytes, 'application/json', {
        fileName: 'policy.json',
        tag: toHex(digest('sha256', bytes)),
        cache: 'public, max-age=300',
      })
    },
    'certificate.read': async ({ params }) => {
      const row = await findEvidence(db, params.number)
      if (row !== null) {
        const editions = await listEditions(db, params.number)
        return {
          number: row.number,
          issuer: await parts.organisationName(row.organisation_id),
          capturedAt: row.captured_at.toISOString(),
          state: row.state,
          demo: row.demo,
          editions: editions.map((edition) => ({
            edition: edition.edition,
            kind: edition.kind,
            at: edition.made_at.toISOString(),
            manifestSha256: edition.manifest_sha256,
            index: edition.ledger_index === null ? null : Number(edition.ledger_index),
            ledgerTime: edition.ledger_time?.toISOString() ?? null,
          })),
        }
      }
      const derived = await findDerived(db, params.number)
      if (derived !== null) {
        const parent = await findEvidence(db, derived.parent_number)
        const { manifest_sha256: manifestSha256, ledger_index: index } = derived
        return single(derived.number, derived.organisation_id, derived.made_at, parent?.demo ?? parts.demo, {
          manifestSha256,
          index,
          time: null,
        })
      }
      const preserved = await parts.findPreservation(params.number)
      if (preserved === null) return unknown()
      const manifestSha256 = toHex(digest('sha256', preserved.manifest))
      const index = preserved.ledger_index
      const failed = preserved.problem !== null
      return single(preserved.number, preserved.organisation_id, preserved.accepted_at, parts.demo, {
        manifestSha256,
        index,
        time: preserved.ledger_time,
        failed,
      })
    },
    'certificate.report': async ({ params, signal }) => {
      const key = await newestPackage(params.number)
      if (isRefusal(key)) return key
      return reportJson(await parts.verification.verify(await parts.openBlob(key), signal))
    },
    'public.verify': async ({ request, signal }) =>
      reportJson(
        await parts.verification.verifyUpload(
          bodyOf(request, UPLOAD_LIMIT_BYTES, 'use the offline verifier or `mingzheng verify`'),
          signal,
        ),
      ),
  }
}
