/** Signs what an edition says: detached CMS with a timestamp (CAdES B-T), once with P-256 and once with SM2. */
import type { Bytes } from '@mingzheng/kernel'
import { OID, tokenOfResponse } from '@mingzheng/proof'
import { type DocumentSigner, signCms } from '../timestamp/sign-cms.ts'
import type { TimestampAuthority } from '../timestamp/timestamp-authority.ts'

/** Both keys of the officer who makes the statement. */
export interface StatementSigners {
  p256: DocumentSigner
  sm2: DocumentSigner
}

/** `data/edition-p256.p7s` and `data/edition-sm2.p7s` over the bytes of `data/edition.json`. docs/formats/manifest.md. */
export async function signStatement(
  content: Bytes,
  signers: StatementSigners,
  timestamps: TimestampAuthority,
): Promise<{ path: string; bytes: Bytes }[]> {
  const stamp = async (imprint: Bytes) => tokenOfResponse(await timestamps.stamp(imprint))
  const files: { path: string; bytes: Bytes }[] = []
  for (const family of ['p256', 'sm2'] as const) {
    const bytes = await signCms({ ...signers[family], contentType: OID.data, content, attached: false, stamp })
    files.push({ path: `data/edition-${family}.p7s`, bytes })
  }
  return files
}
