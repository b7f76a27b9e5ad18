/**
 * Chains of key certificates, judged as at a given time: signatures, validity, authority, purpose, revocation. Follows
 * RFC 5280 section 6 without name constraints and policy trees (a critical name constraint refuses the chain).
 */
import { type Bytes, equalBytes, Failure } from '@mingzheng/kernel'
import { KEY_USAGE, type ParsedCertificate, parseCertificate } from './asn1/certificate.ts'
import { sameName } from './asn1/distinguished-name.ts'
import { OID, OUR_ARC, PURPOSE_POLICY } from './asn1/object-identifier.ts'
import type { RevocationReason } from './asn1/revocation-list.ts'
import { judgeSignature } from './asn1/subject-key.ts'
import { createRevocationJudge, type RevocationVerdict } from './revocation.ts'

/**
 * What a key may be used for. `organisation` and `officer` sign documents; certificates of the embedded authority say
 * which of the two they are for, those of other authorities are taken for either.
 */
export type CertificatePurpose = 'organisation' | 'officer' | 'timestamp' | 'server'

/** Why a chain is not believed. */
export type ChainCode =
  | 'certificate-malformed'
  | 'unknown-root'
  | 'signature-invalid'
  | 'algorithm-unsupported'
  | 'critical-extension-unknown'
  | 'not-yet-valid'
  | 'expired-at'
  | 'not-an-authority'
  | 'path-too-long'
  | 'wrong-purpose'
  | 'crl-malformed'
  | 'crl-missing'
  | 'crl-invalid'
  | 'crl-stale'
  | 'revoked-at'

export interface ChainInput {
  leaf: Bytes
  /** Candidates, in any order; those not needed are left alone. */
  intermediates: readonly Bytes[]
  /** Trust anchors. A leaf that is itself one of them is a chain of one. */
  roots: readonly Bytes[]
  /** The proven time, milliseconds. */
  at: number
  crls: readonly Bytes[]
  purpose: CertificatePurpose
  /** `if-present`: a certificate for whose issuer there is no list passes. Default `required`. */
  revocation?: 'required' | 'if-present'
}

export type ChainResult =
  | {
      readonly ok: true
      /** Leaf first, root last. */
      readonly chain: readonly ParsedCertificate[]
      /** `unknown` when `if-present` let a certificate pass without a list. */
      readonly revocation: 'good' | 'unknown'
      /** Revoked after `at`: believed as at the proven time, but worth telling. */
      readonly revokedLater: { readonly since: number; readonly reason: RevocationReason } | null
    }
  | {
      readonly ok: false
      readonly code: ChainCode
      /** Name of the certificate at fault, `null` when it could not be read. */
      readonly subject: string | null
      /** Facts behind the code: times, OIDs. */
      readonly detail: string
    }

const MAX_CERTIFICATES = 16
const MAX_LENGTH = 6

/** Judges a chain. Never throws for what is in the bytes; bounded work for any input. */
export async function verifyChain(input: ChainInput): Promise<ChainResult> {
  let leaf: ParsedCertificate
  let pool: ParsedCertificate[]
  let roots: ParsedCertificate[]
  try {
    leaf = parseCertificate(input.leaf)
    pool = input.intermediates.slice(0, MAX_CERTIFICATES).map(parseCertificate)
    roots = input.roots.map(parseCertificate)
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause
    return { ok: false, code: 'certificate-malformed', subject: null, detail: cause.message }
  }
  const path = await findPath(leaf, pool, roots)
  if (!Array.isArray(path)) return path
  return (await judgePath(path, input)) ?? judgeRevocation(path, input)
}

type Refused = Extract<ChainResult, { ok: false }>

function refused(code: ChainCode, certificate: ParsedCertificate, detail: string): Refused {
  return { ok: false, code, subject: certificate.subject.text, detail }
}

/** The path from the leaf to a root along names and valid signatures. */
async function findPath(
  leaf: ParsedCertificate,
  pool: readonly ParsedCertificate[],
  roots: readonly ParsedCertificate[],
): Promise<ParsedCertificate[] | Refused> {
  const path = [leaf]
  for (;;) {
    const last = path[path.length - 1]!
    if (roots.some((root) => equalBytes(root.der, last.der))) return path
    if (path.length > MAX_LENGTH) return refused('path-too-long', leaf, `more than ${MAX_LENGTH} certificates`)
    // Roots first: a pinned root ends the search even where the same key also came cross-signed.
    const candidates = [...roots, ...pool.filter((other) => !path.includes(other))]
    const issuers = candidates.filter((candidate) => sameName(candidate.subject, last.issuer))
    let failure: Refused = refused('unknown-root', last, `issued by ${last.issuer.text}, which is not among the roots`)
    let found: ParsedCertificate | null = null
    for (const issuer of issuers) {
      const verdict = judgeSignature(issuer.publicKey, last.signatureAlgorithm, last.tbs, last.signature)
      if (verdict === 'valid') {
        found = issuer
        break
      }
      const code = verdict === 'invalid' ? 'signature-invalid' : 'algorithm-unsupported'
      failure = refused(code, last, `its signature by ${issuer.subject.text}`)
    }
    if (found === null) return failure
    path.push(found)
  }
}

/** Everything about a path but revocation, or `null` when all is well. */
function judgePath(path: readonly ParsedCertificate[], { at, purpose }: ChainInput): Refused | null {
  for (const [i, certificate] of path.entries()) {
    const [unknown] = certificate.unknownCritical
    if (unknown !== undefined) return refused('critical-extension-unknown', certificate, unknown)
    const valid = `valid from ${iso(certificate.notBefore)} to ${iso(certificate.notAfter)}, judged at ${iso(at)}`
    if (at < certificate.notBefore) return refused('not-yet-valid', certificate, valid)
    // notAfter is a whole second that still counts.
    if (at >= certificate.notAfter + 1000) return refused('expired-at', certificate, valid)
    if (i === 0) continue
    if (!certificate.authority || certificate.keyUsage?.has(KEY_USAGE.keyCertSign) === false) {
      return refused('not-an-authority', certificate, 'it may not issue certificates')
    }
    if (certificate.pathLength !== null && certificate.pathLength < i - 1) {
      return refused('path-too-long', certificate, `allows ${certificate.pathLength} authorities below it`)
    }
  }
  const [leaf] = path
  const problem = purposeProblem(leaf!, purpose)
  return problem === null ? null : refused('wrong-purpose', leaf!, problem)
}

/** Extended key usages that allow a purpose; `null` in the list: also a certificate without the extension. */
const USAGES: Record<CertificatePurpose, readonly (string | null)[]> = {
  organisation: [null, OID.documentSigning, OID.emailProtection, OID.anyExtendedKeyUsage],
  officer: [null, OID.documentSigning, OID.emailProtection, OID.anyExtendedKeyUsage],
  timestamp: [OID.timeStamping],
  server: [OID.serverAuth],
}

function purposeProblem(leaf: ParsedCertificate, purpose: CertificatePurpose): string | null {
  const { keyUsage, extendedKeyUsage, policies } = leaf
  const signs = keyUsage === null || keyUsage.has(KEY_USAGE.digitalSignature) || keyUsage.has(KEY_USAGE.nonRepudiation)
  if (!signs) return 'its key may not sign'
  const allowed = USAGES[purpose]
  const fits =
    extendedKeyUsage === null ? allowed.includes(null) : extendedKeyUsage.purposes.some((p) => allowed.includes(p))
  if (!fits) return `its extended key usage is ${extendedKeyUsage?.purposes.join(', ') ?? 'missing'}`
  // RFC 3161 section 2.3: the one purpose, and critical, so that a stamping key signs nothing else.
  if (purpose === 'timestamp' && (extendedKeyUsage?.purposes.length !== 1 || !extendedKeyUsage.critical)) {
    return 'its extended key usage is not timeStamping alone and critical'
  }
  const ours = policies.filter((policy) => policy.startsWith(`${OUR_ARC}.1.`))
  if (ours.length > 0 && !ours.includes(PURPOSE_POLICY[purpose])) return `its policy is ${ours.join(', ')}`
  return null
}

async function judgeRevocation(path: readonly ParsedCertificate[], input: ChainInput): Promise<ChainResult> {
  const judge = createRevocationJudge(input.crls)
  let revocation: 'good' | 'unknown' = 'good'
  let revokedLater: { since: number; reason: RevocationReason } | null = null
  for (const [i, certificate] of path.entries()) {
    const issuer = path[i + 1]
    if (issuer === undefined) break
    const verdict: RevocationVerdict = await judge(certificate, issuer, input.at)
    if (verdict.code === 'good') revokedLater ??= verdict.revokedLater
    else if (verdict.code === 'crl-missing' && input.revocation === 'if-present') revocation = 'unknown'
    else return refused(verdict.code, certificate, verdict.detail)
  }
  return { ok: true, chain: path, revocation, revokedLater }
}

const iso = (ms: number) => new Date(ms).toISOString()
