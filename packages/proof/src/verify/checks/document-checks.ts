/** The signature of a document: over all its bytes, by the issuing organisation, with a timestamp of its own. */
import { utcText } from '@mingzheng/kernel'
import { displayName } from '../../asn1/distinguished-name.ts'
import { verifyPdfSignature } from '../../pdf-signature.ts'
import type { Case } from '../case.ts'
import { failed, missing, notChecked, type Outcome, passed, sayTime } from '../outcome.ts'
import { isRevocationCode, SIGNATURE_WORDS } from './chain-words.ts'
import { unpinned } from './receipt-checks.ts'

export interface DocumentFinding {
  outcome: Outcome
  /** Common name of the certificate that signs it and the time of its timestamp, where its signature holds. */
  signer?: string
  time?: number
}

/** Judges one PDF of the package; its signer as at the time of the signature's own timestamp. */
export async function checkDocument(where: string, found: Case): Promise<DocumentFinding> {
  const pdf = found.contents.kept.get(where)
  if (pdf === undefined) return { outcome: missing(where) }
  const { pinned } = found.governing
  const result = await verifyPdfSignature({
    pdf,
    roots: found.roots.certificate,
    timestampRoots: found.roots.timestamp,
    crls: found.crls,
  })
  if (!result.ok) {
    const { zh, en } = SIGNATURE_WORDS[result.code]
    const extra = { where, detail: { part: result.part, fact: result.detail } }
    if (isRevocationCode(result.code)) {
      found.signers.push({ where, name: where, code: result.code, detail: result.detail })
    }
    const judge = result.code === 'crl-missing' ? notChecked : failed
    return { outcome: judge(result.code, zh, en, extra) }
  }
  const signer = displayName(result.signer.subject)
  const { time } = result.timestamp
  found.signers.push({ where, name: signer, code: 'good', detail: '' })
  const organisation = found.manifest?.manifest.organisation
  if (organisation !== undefined && result.signer.subject.organisation !== organisation) {
    const outcome = failed(
      'document-organisation',
      `签署机构“${result.signer.subject.organisation}”不是清单所载机构“${organisation}”`,
      `the signing organisation "${result.signer.subject.organisation}" is not the manifest's "${organisation}"`,
      { where },
    )
    return { outcome, signer, time }
  }
  if (!pinned) return { outcome: unpinned({ signer }), signer, time }
  const said = sayTime(time)
  const outcome = passed(`“${signer}”于 ${said.zh} 对整个文件签名`, `signed whole by "${signer}" at ${said.en}`, {
    detail: { signer, time: utcText(time), authority: result.timestamp.authority },
  })
  return { outcome, signer, time }
}
