/** Revocation as at the proven time, from the lists that travel in the package. */
import type { Case } from '../case.ts'
import { blocked, failed, notChecked, type Outcome, passed, sayTime } from '../outcome.ts'
import { SIGNATURE_WORDS } from './chain-words.ts'

/** Every key certificate that the package relies on was not revoked when it was used. */
export function checkRevocation({ signers }: Case): Outcome {
  if (signers.length === 0) return blocked('seal-signature')
  const bad = signers.find(({ code }) => code === 'revoked-at') ?? signers.find(({ code }) => code !== 'good')
  if (bad !== undefined && bad.code !== 'good') {
    const { zh, en } = SIGNATURE_WORDS[bad.code]
    const extra = { where: bad.where, detail: { certificate: bad.name, fact: bad.detail } }
    // Nothing speaks against a certificate for which there is no list; but nothing speaks for it either.
    const judge = bad.code === 'crl-missing' ? notChecked : failed
    return judge(bad.code, `${zh}：${bad.name}`, `${en}: ${bad.name}`, extra)
  }
  const names = [...new Set(signers.map(({ name }) => name))]
  const detail = { certificates: signers.map(({ name, where }) => ({ name, where })) }
  const later = signers.find(({ revokedLater }) => revokedLater !== undefined)
  if (later?.revokedLater !== undefined) {
    const since = sayTime(later.revokedLater)
    return passed(
      `当时均未被吊销；“${later.name}”的证书后来自 ${since.zh} 起被吊销`,
      `none was revoked then; the certificate of "${later.name}" has been since ${since.en}`,
      { detail: { ...detail, revokedLater: later.name } },
    )
  }
  return passed(
    `${names.length} 个签署者的证书当时均未被吊销`,
    `no certificate of ${names.length} signers was revoked`,
    { detail },
  )
}
