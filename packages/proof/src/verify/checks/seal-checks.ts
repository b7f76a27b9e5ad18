/** Both signatures of the seal, and the certificates of the organisation that made them. */
import { type Bytes, equalBytes, fromBase64, verifySignature } from '@mingzheng/kernel'
import { parseCertificate } from '../../asn1/certificate.ts'
import { displayName } from '../../asn1/distinguished-name.ts'
import { verifyChain } from '../../certificate-chain.ts'
import { SEAL_PATH, type Seal, sealMessage } from '../../package/seal.ts'
import type { Case } from '../case.ts'
import { failed, type Outcome, passed } from '../outcome.ts'
import { isRevocationCode, SIGNATURE_WORDS } from './chain-words.ts'
import { unpinned } from './receipt-checks.ts'

const where = SEAL_PATH

/** The seal is signed twice by the organisation that the manifest names, with certificates good at `at`, the latest time proven before it. */
export async function checkSealSignatures(seal: Seal, at: number, found: Case): Promise<Outcome> {
  const message = sealMessage(seal)
  const names: string[] = []
  for (const signature of seal.signatures) {
    const certificates = signature.certificates.map(fromBase64)
    const { publicKey, subject } = parseCertificate(certificates[0]!)
    const { algorithm } = signature
    const name = displayName(subject)
    if (publicKey.kind !== 'known' || publicKey.key.algorithm !== algorithm) {
      return failed('seal-key', `签名算法与证书不符：${name}`, `the key of ${name} is of another algorithm`, { where })
    }
    if (!verifySignature(publicKey.key, message, fromBase64(signature.value))) {
      return failed('seal-signature-invalid', `封装的 ${algorithm} 签名无效`, `the ${algorithm} signature is invalid`, {
        where,
        detail: { algorithm, subject: subject.text },
      })
    }
    const refused = await checkSealChain(certificates, at, name, found)
    if (refused !== null) return refused
    const organisation = found.manifest?.manifest.organisation
    if (organisation !== undefined && subject.organisation !== organisation) {
      return failed(
        'seal-organisation',
        `封装者“${subject.organisation}”不是清单所载机构“${organisation}”`,
        `the sealing organisation "${subject.organisation}" is not the manifest's "${organisation}"`,
        { where },
      )
    }
    names.push(name)
  }
  if (!found.governing.pinned) return unpinned({ signers: names })
  return passed(`P-256 与 SM2 签名有效：${names[0]}`, `P-256 and SM2 signatures by ${names[0]} hold`, {
    detail: { sealedAt: seal.sealedAt, signers: names },
  })
}

/** Revocation does not decide here: it is noted for the check of that name. */
async function checkSealChain(certificates: Bytes[], at: number, name: string, found: Case): Promise<Outcome | null> {
  const [leaf, ...intermediates] = certificates
  const result = await verifyChain({
    leaf: leaf!,
    intermediates,
    roots: found.roots.certificate,
    at,
    crls: found.crls,
    purpose: 'organisation',
  })
  if (!result.ok) {
    if (!isRevocationCode(result.code)) {
      const { zh, en } = SIGNATURE_WORDS[result.code]
      const extra = { where, detail: { subject: result.subject, fact: result.detail } }
      return failed(result.code, `${zh}：${name}`, `${en}: ${name}`, extra)
    }
    found.signers.push({ where, name, code: result.code, detail: result.detail })
    return null
  }
  const { revokedLater } = result
  const later = revokedLater === null ? {} : { revokedLater: revokedLater.since }
  found.signers.push({ where, name, code: 'good', detail: '', ...later })
  const exact =
    result.chain.length === certificates.length + 1 &&
    certificates.every((der, i) => equalBytes(der, result.chain[i]!.der))
  // What nobody needs could be anything.
  if (!exact)
    return failed('seal-certificates', '封装附带了多余的证书', 'the seal carries certificates beside the chain', {
      where,
    })
  return null
}
