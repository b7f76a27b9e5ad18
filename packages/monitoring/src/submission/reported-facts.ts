/** The facts of a listing as its platform reports it, or an analyst hands it in: one canonical JSON object, kept as its snapshot. */
import { type Bytes, canonicalJson, type JsonValue, utf8 } from '@mingzheng/kernel'
import type { Facts } from '../fact/facts.ts'
import { mended } from '../fact/mended.ts'
import { canonicalUrl } from '../frontier/canonical-url.ts'
import { type ListingRow, listingRowSchema } from './row.ts'

/** Media type of a reported row that is kept as a snapshot. */
export const REPORTED_TYPE = 'application/vnd.mingzheng.reported+json'

/** The bytes that stand for what was handed in. */
export function reportedBytes(row: object): Bytes {
  return utf8(canonicalJson(mended(row as unknown as JsonValue)))
}

/** Where it is found; a row without an address has the name of its number. */
export function reportedUrl({ kind, id, url }: { kind: string; id: string; url?: string | null | undefined }): string {
  return (url ? canonicalUrl(url) : null) ?? `urn:mingzheng:${kind}:${encodeURIComponent(id)}`
}

/** `null` for what is no reported listing. */
export function readReported(text: string): Facts | null {
  try {
    const parsed = listingRowSchema.safeParse(JSON.parse(text))
    return parsed.success ? reportedFacts(parsed.data) : null
  } catch {
    return null
  }
}

export function reportedFacts(row: ListingRow): Facts {
  const { kind: _, id, url: __, ...facts } = row
  return { ...facts, sku: facts.sku ?? id }
}
