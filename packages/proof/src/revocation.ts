/** Whether a key certificate counted at a time, by its issuer's revocation lists. */
import { type Bytes, Failure } from '@mingzheng/kernel'
import { KEY_USAGE, type ParsedCertificate } from './asn1/certificate.ts'
import { sameName } from './asn1/distinguished-name.ts'
import { type ParsedRevocationList, parseRevocationList, type RevocationReason } from './asn1/revocation-list.ts'
import { judgeSignature } from './asn1/subject-key.ts'

export type RevocationVerdict =
  | { code: 'good'; revokedLater: { since: number; reason: RevocationReason } | null }
  | { code: 'crl-malformed' | 'crl-missing' | 'crl-invalid' | 'crl-stale' | 'revoked-at'; detail: string }

type Judge = (certificate: ParsedCertificate, issuer: ParsedCertificate, at: number) => Promise<RevocationVerdict>

const MAX_LISTS = 32
const iso = (ms: number) => new Date(ms).toISOString()

/**
 * A judge over these lists. A list issued after `at` speaks about `at` as well as one that was in force then; one that ran
 * out before `at` is stale. Lists of others, and partial lists, are left alone. Any list that revokes wins.
 */
export function createRevocationJudge(crls: readonly Bytes[]): Judge {
  let lists: ParsedRevocationList[] = []
  let broken: string | null = null
  try {
    lists = crls.slice(0, MAX_LISTS).map(parseRevocationList)
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause
    broken = cause.message
  }
  return async (certificate, issuer, at) => {
    if (broken !== null) return { code: 'crl-malformed', detail: broken }
    const theirs = lists.filter((list) => sameName(list.issuer, issuer.subject) && list.unknownCritical.length === 0)
    let covered = false
    let stale: string | null = null
    let invalid = false
    let later: { since: number; reason: RevocationReason } | null = null
    for (const list of theirs) {
      const mayIssue = issuer.keyUsage === null || issuer.keyUsage.has(KEY_USAGE.crlSign)
      const verdict = judgeSignature(issuer.publicKey, list.signatureAlgorithm, list.tbs, list.signature)
      if (!mayIssue || verdict !== 'valid') {
        invalid = true
        continue
      }
      const entry = list.revoked.get(certificate.serialHex)
      if (entry !== undefined && entry.since <= at) {
        return {
          code: 'revoked-at',
          detail: `revoked since ${iso(entry.since)} (${entry.reason}), judged at ${iso(at)}`,
        }
      }
      later ??= entry ?? null
      if (list.nextUpdate !== null && list.nextUpdate < at) stale = `the list ran out at ${iso(list.nextUpdate)}`
      else covered = true
    }
    if (covered) return { code: 'good', revokedLater: later }
    if (stale !== null) return { code: 'crl-stale', detail: `${stale}, judged at ${iso(at)}` }
    // Two roots of one name: a list that this key did not sign may well be the other's.
    if (invalid) return { code: 'crl-invalid', detail: `no list is signed by ${issuer.subject.text}` }
    return { code: 'crl-missing', detail: `no list by ${issuer.subject.text}` }
  }
}
