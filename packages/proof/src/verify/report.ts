/** The verification report: what every checker shows, whatever the surface. docs/formats/report.md lists the checks. */

/** A text in both languages of the product. */
export interface Bilingual {
  zh: string
  en: string
}

export type CheckStatus = 'passed' | 'failed' | 'not-checked'

/** Stable names of the checks, in the order of the report. */
export const CHECK_IDS = [
  'structure',
  'manifest',
  'policy',
  'policy-chain',
  'files',
  'seal-members',
  'seal-signature',
  'commitment',
  'entry',
  'receipt-inclusion',
  'receipt-signatures',
  'receipt-sm3-inclusion',
  'receipt-sm3-signatures',
  'timestamp',
  'timestamp-chain',
  'times',
  'certificate-signature',
  'record-signature',
  'certificate-content',
  'certificate-text',
  'revocation',
  'edition',
  'completeness',
  'demo',
  'independence',
  'renewals',
  'cross-chain',
] as const

export type CheckId = (typeof CHECK_IDS)[number]

/** One check. */
export interface Check {
  id: CheckId
  title: Bilingual
  status: CheckStatus
  /** A required check that is not checked makes the verdict `incomplete`; a failed one, required or not, `failed`. */
  required: boolean
  /** Stable and kebab-case: why; `ok` when passed. */
  code: string
  reason: Bilingual
  /** Facts behind the reason: digests, times, names; for machines and for the curious. */
  detail?: Record<string, JsonFact>
  /** Member path, `path@offset`, or a byte offset of the file (`@offset`). */
  where?: string
}

export type JsonFact = string | number | boolean | null | JsonFact[] | { [key: string]: JsonFact }

/**
 * `verified`: every required check passed. `failed`: some check failed. `incomplete`: none failed, some required one
 * could not be made. `not-a-package`: the file is no evidence package of this format.
 */
export type Verdict = 'verified' | 'failed' | 'incomplete' | 'not-a-package'

/** What the package says it is; read from the manifest, believable as far as the checks passed. */
export interface ReportSubject {
  number: string
  edition: number
  editionKind: string
  kind: 'web' | 'file' | 'digest'
  title: string
  /** Addresses of the captured pages in order; empty for files and digests. */
  urls: string[]
  organisation: string
  unit: string | null
  officers: { name: string; cardNumber: string | null }[]
  /** RFC 3339, UTC. */
  startedAt: string
  endedAt: string
  complete: boolean
  incompleteReason: string | null
  demo: boolean
  manifestSha256: string
  manifestSm3: string
  files: { path: string; mediaType: string; role: string; bytes: number; sha256: string; sm3: string }[]
  anomalies: { code: string; detail: string }[]
  parents: { relation: string; number: string; edition: number; manifestSha256: string }[]
}

export interface ReportMember {
  id: string
  name: Bilingual
  role: string
  independent: boolean
  /** False where its keys are known to be in other hands: its signature is there, but proves nothing by itself. */
  counted: boolean
  /** When it cosigned, RFC 3339; `null` where its signature carries no time. */
  time: string | null
}

export interface Report {
  version: 1
  verdict: Verdict
  /** The result in one sentence. */
  statement: Bilingual
  subject: ReportSubject | null
  /** Ledger facts, once the receipt was read. `time` is the ledger's time of the entry. */
  ledger: { origin: string; index: number; size: number; time: string; members: ReportMember[] } | null
  timestamp: { time: string; authority: string; serial: string } | null
  /** The policy that judged. `pinned`: by the one who checks; else it is only what the package says of itself. */
  policy: {
    id: string
    name: Bilingual
    statement: Bilingual
    /** The policy in words, one statement a line: how many of whom must sign, and who they are. */
    description: Bilingual
    demo: boolean
    pinned: boolean
  } | null
  checks: Check[]
  /** What the report does not prove. */
  limits: Bilingual[]
  /** When it was checked by the checker's clock, and of what. */
  checkedAt: string
  file: { bytes: number }
}

/** Exit code of `mingzheng verify`: 1 failed; 2 a required check not made, or no package; else 0. */
export function exitCodeOf(report: Report): 0 | 1 | 2 {
  if (report.checks.some((check) => check.status === 'failed')) return report.verdict === 'not-a-package' ? 2 : 1
  return report.verdict === 'verified' ? 0 : 2
}

/** The verdict that a list of checks amounts to. */
export function verdictOf(checks: Check[]): Exclude<Verdict, 'not-a-package'> {
  if (checks.some((check) => check.status === 'failed')) return 'failed'
  return checks.some((check) => check.required && check.status !== 'passed') ? 'incomplete' : 'verified'
}
