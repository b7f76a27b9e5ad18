/** The officer's signatures over what an edition says: `data/edition-p256.p7s`, `data/edition-sm2.p7s`. */
import { type Bytes, digest, Failure } from '@mingzheng/kernel'
import { displayName } from '../../asn1/distinguished-name.ts'
import { OID } from '../../asn1/object-identifier.ts'
import { verifyChain } from '../../certificate-chain.ts'
import { readSignedData, verifyCms } from '../../cms.ts'
import { verifyTimestamp } from '../../timestamp.ts'
import type { Case } from '../case.ts'
import { blocked, failed, notChecked, type Outcome } from '../outcome.ts'
import { SIGNATURE_WORDS } from './chain-words.ts'
import { EDITION_MEMBER } from './statement-checks.ts'

export const EDITION_SIGNATURES = { p256: 'data/edition-p256.p7s', sm2: 'data/edition-sm2.p7s' } as const

/** Who signed, or why a signature that is there is not good; `null` when there is none. Both are there or none. */
export async function editionSigner(found: Case): Promise<{ signer: string } | { problem: Outcome } | null> {
  const { kept } = found.contents
  const content = kept.get(EDITION_MEMBER)
  const paths = Object.values(EDITION_SIGNATURES)
  const present = paths.filter((path) => kept.has(path))
  if (present.length === 0 || content === undefined) return null
  if (found.governing.judge === null) return { problem: blocked('policy') }
  if (present.length === 1) {
    const where = paths.find((path) => !kept.has(path))!
    return {
      problem: failed('edition-signature-missing', `缺少签名 ${where}`, `the signature ${where} is missing`, { where }),
    }
  }
  const signers = new Set<string>()
  for (const where of paths) {
    const result = await judge(kept.get(where)!, content, found)
    if ('code' in result) {
      const { zh, en } = SIGNATURE_WORDS[result.code]
      const verdict = result.code === 'crl-missing' ? notChecked : failed
      return {
        problem: verdict(result.code, `版次签名：${zh}`, `signature of the edition: ${en}`, {
          where,
          detail: { fact: result.detail },
        }),
      }
    }
    signers.add(result.signer)
  }
  const [signer = ''] = signers
  // A name under roots that nobody pinned is no name.
  if (signers.size === 1) return found.governing.pinned ? { signer } : null
  const names = [...signers].join(', ')
  return {
    problem: failed('edition-signers-differ', `两个签名的签署人不同：${names}`, `the two signatures are by ${names}`, {
      where: EDITION_SIGNATURES.sm2,
    }),
  }
}

type Code = keyof typeof SIGNATURE_WORDS

async function judge(
  cms: Bytes,
  content: Bytes,
  found: Case,
): Promise<{ signer: string } | { code: Code; detail: string }> {
  const { certificate: roots, timestamp: timestampRoots } = found.roots
  try {
    const data = readSignedData(cms)
    if (data.content !== null || data.contentType !== OID.data) return { code: 'cms-malformed', detail: 'not detached' }
    const signed = await verifyCms(data, content)
    if (!signed.ok) return signed
    const token = data.unsignedAttributes.get(OID.timeStampToken)?.bytes ?? new Uint8Array()
    const imprintSha256 = digest('sha256', data.signature)
    const stamped = await verifyTimestamp({ token, imprintSha256, roots: timestampRoots, crls: found.crls })
    if (!stamped.ok) return stamped
    const { time: at } = stamped.timestamp
    const { signer } = signed
    const chain = { intermediates: signed.certificates, roots, at, crls: found.crls, purpose: 'officer' as const }
    const judged = await verifyChain({ leaf: signer.der, ...chain })
    return judged.ok ? { signer: displayName(signer.subject) } : judged
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause
    return { code: 'cms-malformed', detail: cause.message }
  }
}
