/**
 * `documents/certificate.json`: every fact that the preservation certificate prints. Canonical JSON, made from the
 * manifest, the timestamp and the receipt; the verifier makes it again from them and compares.
 */
import { type Bytes, decodeJson, encodeJson, Failure, type JsonValue } from '@mingzheng/kernel'
import { z } from 'zod'
import { certificateNumberSchema, type Manifest, manifestTime } from '../package/manifest.ts'
import { MEMBER_ROLES } from '../policy-schema.ts'

const hex32 = z.string().regex(/^[0-9a-f]{64}$/)
const line = (limit: number) => z.string().max(limit)
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const bilingual = z.strictObject({ zh: line(1000), en: line(1000) })

export const certificateFieldsSchema = z.strictObject({
  version: z.literal(1),
  number: certificateNumberSchema,
  edition: z.number().int().min(1).max(9999),
  editionKind: z.enum(['capture', 'signature', 'refusal', 'correction', 'voiding']),
  demo: z.boolean(),
  method: line(200),
  subject: z.strictObject({
    kind: z.enum(['web', 'file', 'digest']),
    title: line(1000),
    /** Web: the addresses; file and digest: the caller's reference, if any. */
    addresses: z.array(line(8192)).max(1000),
    /** Only for `digest`: what was registered. */
    registered: z.strictObject({ sha256: hex32, sm3: hex32.nullable(), bytes: count.nullable() }).nullable(),
  }),
  organisation: line(200),
  unit: line(200).nullable(),
  officers: z.array(z.strictObject({ name: line(100), cardNumber: line(60).nullable() })).max(10),
  startedAt: manifestTime,
  endedAt: manifestTime,
  clock: z.strictObject({
    source: line(200),
    offsetBeforeMs: z.number().nullable(),
    offsetAfterMs: z.number().nullable(),
  }),
  complete: z.boolean(),
  incompleteReason: line(2000).nullable(),
  /** SHA-256 of the environment report, which holds the cleanliness check. */
  environmentSha256: hex32.nullable(),
  serverAddresses: z.array(line(100)).max(10_000),
  tls: z
    .array(z.strictObject({ host: line(300), protocol: line(40), fingerprint: hex32.nullable(), issuer: line(500) }))
    .max(10_000),
  anomalies: z.array(z.strictObject({ code: line(100), detail: line(2000) })).max(10_000),
  files: z.array(z.strictObject({ path: line(400), bytes: count, sha256: hex32, sm3: hex32 })).max(20_000),
  parents: z
    .array(
      z.strictObject({
        relation: z.enum(['edition', 'recapture', 'masked', 'derived']),
        number: certificateNumberSchema,
        edition: z.number().int().min(1).max(9999),
        manifestSha256: hex32,
      }),
    )
    .max(1000),
  manifest: z.strictObject({ sha256: hex32, sm3: hex32 }),
  /** Of the RFC 3161 token: its time, serial (decimal), and the common name of the authority that signed it. */
  timestamp: z.strictObject({ time: manifestTime, serial: line(60), authority: line(300) }),
  ledger: z.strictObject({
    origin: line(300),
    index: count,
    time: manifestTime,
    /** Size and root (hex) of the SHA-256 tree of the checkpoint in the receipt, and the SM3 tree's root. */
    size: count,
    root: hex32,
    rootSm3: hex32,
    /**
     * Members whose cosignatures the receipt carries, as the policy names them, in the policy's order, with the time of each.
     * Certificates made before roles and times were printed lack both.
     */
    members: z
      .array(
        z.strictObject({
          id: line(100),
          name: bilingual,
          role: z.enum(MEMBER_ROLES).optional(),
          independent: z.boolean(),
          time: manifestTime.nullable().optional(),
        }),
      )
      .max(100),
  }),
  /** `asked`: how many of how many must witness; certificates made before it was printed lack it. */
  policy: z.strictObject({ id: hex32, name: bilingual, statement: bilingual, asked: bilingual.optional() }),
  /** Common name of the certificate that signs the PDF. */
  signer: line(300),
  /** Address of the public verification page for this number; also the text of the QR code. */
  verifyAt: line(1000),
})

export type CertificateFields = z.infer<typeof certificateFieldsSchema>

/** Canonical bytes. Throws `certificate-invalid` naming the field. */
export function encodeCertificateFields(fields: CertificateFields): Bytes {
  return encodeJson(requireFields(fields) as JsonValue)
}

/** Reads `documents/certificate.json` strictly. Throws `certificate-invalid` or `json-not-canonical`. */
export function decodeCertificateFields(bytes: Bytes): CertificateFields {
  return requireFields(decodeJson(bytes))
}

/** The fields that come from the manifest alone. */
export function fieldsOfManifest(
  manifest: Manifest,
): Omit<CertificateFields, 'manifest' | 'timestamp' | 'ledger' | 'policy' | 'signer' | 'verifyAt'> {
  const { subject, time } = manifest
  return {
    version: 1,
    number: manifest.number,
    edition: manifest.edition,
    editionKind: manifest.editionKind,
    demo: manifest.demo,
    method: manifest.method,
    subject: {
      kind: subject.kind,
      title: subject.title,
      addresses:
        subject.kind === 'web' ? subject.pages.map((page) => page.url) : subject.reference ? [subject.reference] : [],
      registered: subject.kind === 'digest' ? { sha256: subject.sha256, sm3: subject.sm3, bytes: subject.bytes } : null,
    },
    organisation: manifest.organisation,
    unit: manifest.unit,
    officers: manifest.officers,
    startedAt: time.startedAt,
    endedAt: time.endedAt,
    clock: time.clock,
    complete: manifest.complete,
    incompleteReason: manifest.incompleteReason,
    environmentSha256: manifest.environment?.sha256 ?? null,
    serverAddresses: manifest.network?.serverAddresses ?? [],
    tls: manifest.network?.tls ?? [],
    anomalies: manifest.anomalies,
    files: manifest.files.map(({ path, bytes, sha256, sm3 }) => ({ path, bytes, sha256, sm3 })),
    parents: manifest.parents,
  }
}

function requireFields(value: unknown): CertificateFields {
  const parsed = certificateFieldsSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  throw new Failure('certificate-invalid', `certificate: ${field}: ${issue?.message ?? 'invalid'}`, { field })
}
