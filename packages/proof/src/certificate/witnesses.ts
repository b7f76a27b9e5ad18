/** Who witnessed, as the certificate names them: the members whose signatures the receipt holds, and what was asked of them. */
import { utcText } from '@mingzheng/kernel'
import type { TrustPolicy } from '../policy-schema.ts'
import { quorumInWords } from '../policy-text.ts'
import type { ReceiptVerification } from '../receipt.ts'
import type { CertificateFields } from './fields.ts'

type Witnesses = CertificateFields['ledger']['members']

/** In the policy's order; `time` is that of the signature on the SHA-256 tree's checkpoint. */
export function certificateWitnesses(
  policy: TrustPolicy,
  { signers }: Pick<ReceiptVerification, 'signers'>,
): Witnesses {
  return policy.members.flatMap(({ id, name, role, independent }) => {
    const signer = signers.find(({ member }) => member.id === id)
    if (signer === undefined) return []
    return [{ id, name, role, independent, time: signer.time === null ? null : utcText(signer.time) }]
  })
}

/** What the certificate says of the policy that judged. */
export function certificatePolicy(policy: TrustPolicy, id: string): CertificateFields['policy'] {
  const { zh, en } = quorumInWords(policy)
  const count = policy.members.length
  const asked = { zh: `${count} 个成员，${zh}`, en: `of ${count} member${count === 1 ? '' : 's'} ${en}` }
  return { id, name: policy.name, statement: policy.statement, asked }
}

/** The expected facts without those that certificates made before they were printed lack. */
export function asFormerlyPrinted<Fields extends Pick<CertificateFields, 'ledger' | 'policy'>>(
  expected: Fields,
  printed: Pick<CertificateFields, 'ledger' | 'policy'>,
): Fields {
  const former = printed.policy.asked === undefined && printed.ledger.members.every(({ time }) => time === undefined)
  if (!former) return expected
  const { asked: _, ...policy } = expected.policy
  const members = expected.ledger.members.map(({ id, name, independent }) => ({ id, name, independent }))
  return { ...expected, policy, ledger: { ...expected.ledger, members } }
}
