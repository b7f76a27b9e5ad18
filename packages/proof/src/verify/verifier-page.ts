/** Fills an installation's trust policy into the standalone verifier, one HTML file that works offline. */
import { encodeJson, Failure, fromUtf8, type JsonValue } from '@mingzheng/kernel'
import type { TrustPolicy } from '../policy-schema.ts'

/** The slot as the built page has it. */
const EMPTY_SLOT = '<script type="application/json" id="policy">[]</script>'

/**
 * The page with these policies in its slot; it names them on top and trusts nobody else. Throws `verifier-slot` when the
 * page has not exactly one empty slot.
 */
export function fillVerifierPage(page: string, policies: readonly TrustPolicy[]): string {
  const parts = page.split(EMPTY_SLOT)
  if (parts.length !== 2) throw new Failure('verifier-slot', 'the page has not exactly one empty slot for a policy')
  // JSON in a script element: `<` could end the element, and JSON can spell it otherwise.
  const json = fromUtf8(encodeJson(policies as unknown as JsonValue)).replaceAll('<', '\\u003c')
  return parts.join(EMPTY_SLOT.replace('[]', () => json))
}
