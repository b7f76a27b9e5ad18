/** Checks that lead from the manifest to the ledger: the commitment opens, the entry is the one that fixes this manifest. */
import {
  type Bytes,
  type DigestPair,
  equalBytes,
  numberDigest,
  parseCertificateNumber,
  utcText,
} from '@mingzheng/kernel'
import { checkOpening, decodeOpening, MANIFEST_DOMAIN } from '../../commitment.ts'
import { type Entry, readFixBody } from '../../entry.ts'
import type { Manifest } from '../../package/manifest.ts'
import { failed, type Outcome, passed } from '../outcome.ts'

/** The salts open both commitments of the entry to this manifest. */
export function checkCommitment(openingBytes: Bytes, entry: Entry, manifest: DigestPair): Outcome {
  const opening = decodeOpening(openingBytes)
  const where = 'proof/opening.json'
  if (opening.domain !== MANIFEST_DOMAIN) {
    return failed('commitment-domain', '承诺的用途不是清单', 'the commitment is to something else than a manifest', {
      where,
    })
  }
  const { commitment, commitmentSm3 } = readFixBody(entry)
  const opens = checkOpening(opening, manifest, { sha256: commitment, sm3: commitmentSm3 })
  if (!opens.sha256) {
    return failed('commitment-sha256', 'SHA-256 承诺与清单不符', 'the SHA-256 commitment is not to this manifest', {
      where,
    })
  }
  if (!opens.sm3) {
    return failed('commitment-sm3', 'SM3 承诺与清单不符', 'the SM3 commitment is not to this manifest', { where })
  }
  return passed('账本记录中的承诺打开后正是本清单', 'the commitments in the entry open to this manifest')
}

/** The entry fixes evidence under this number. */
export function checkEntry(entry: Entry, manifest: Manifest): Outcome {
  const { number } = readFixBody(entry)
  const where = 'proof/entry.cbor'
  if (number === undefined || !equalBytes(number, numberDigest(parseCertificateNumber(manifest.number)))) {
    return failed('entry-number', '账本记录的编号与清单不符', 'the entry is for another number', { where })
  }
  return passed('账本记录的编码唯一，编号相符', 'the entry is canonical and for this number', {
    detail: { kind: entry.kind, time: utcText(entry.time) },
  })
}
