/** A renewal of what verifies, for whoever asks: the holder of the evidence, the system that preserved, the console. */
import type { RenewedEdition } from '@mingzheng/evidence'
import { type Bytes, type Refusal, refuse, toBase64 } from '@mingzheng/kernel'
import type { RandomAccess, Report } from '@mingzheng/proof'

export interface RenewalParts {
  report(source: RandomAccess, signal: AbortSignal): Promise<Report>
  renew(edition: RenewedEdition, source: RandomAccess, signal: AbortSignal): Promise<Bytes>
}

export interface MadeRenewal {
  readonly fileName: string
  /** Base64. */
  readonly renewal: string
}

/** Of the package in `source`; `editionOf` is asked once it verifies. What no longer verifies is not made to look new. */
export async function renewalOf(
  parts: RenewalParts,
  source: RandomAccess,
  editionOf: () => Promise<RenewedEdition>,
  signal: AbortSignal,
): Promise<MadeRenewal | Refusal<'package-not-verified'>> {
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

/** What the timeline tells of it; `actor` is null for the console. */
export function renewedEvent(
  { number, edition }: Pick<RenewedEdition, 'number' | 'edition'>,
  by: { organisationId: string; actor: string | null; at: number },
) {
  const detail = edition === 1 ? '' : `e${edition}`
  const { organisationId: organisation_id, actor } = by
  return { number, organisation_id, at: new Date(by.at), kind: 'renewed' as const, actor, detail, ledger_index: null }
}
