/** Who signs what an edition says: the officer who says it, with the keys that the installation keeps for them. */
import { type EditionParts, signStatement, type TimestampAuthority } from '@mingzheng/evidence'
import { officerKey } from '@mingzheng/identity'
import type { Clock } from '@mingzheng/kernel'
import type { Installation } from '../installation/installation.ts'

/** Files with the signatures; none for a person who is no officer, or whose certificates are revoked. */
export function editionSigning(
  { authority, keys }: Installation,
  timestamps: TimestampAuthority,
  clock: Clock,
): EditionParts['sign'] {
  return async ({ officerId }, statement) => {
    if (officerId === null) return []
    const [p256, sm2] = await Promise.all([
      officerKey({ authority, keys, clock }, officerId, 'p256'),
      officerKey({ authority, keys, clock }, officerId, 'sm2'),
    ])
    if (p256 === null || sm2 === null) return []
    const signers = {
      p256: { signer: p256.signer, certificates: [p256.certificate] },
      sm2: { signer: sm2.signer, certificates: [sm2.certificate] },
    }
    return signStatement(statement, signers, timestamps)
  }
}
