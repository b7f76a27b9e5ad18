/**
 * `manifest.json`: what was captured, by whom, when, with what, and every file with its digests. It is the one thing
 * that is timestamped and fixed. Stored as RFC 8785 JSON; docs/formats/manifest.md says the same in prose.
 */
import { type Bytes, decodeJson, encodeJson, Failure, type JsonValue } from '@mingzheng/kernel'
import { z } from 'zod'
import { pathProblem } from './path.ts'

const hex32 = z.string().regex(/^[0-9a-f]{64}$/)
/** UTC with milliseconds, the only spelling: `2026-11-24T08:00:00.000Z`. */
export const manifestTime = z.iso.datetime({ precision: 3 })
const line = (limit: number) => z.string().max(limit)
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
/** Path of a member under `data/`. */
const dataPath = z
  .string()
  .startsWith('data/')
  .refine((path) => pathProblem(path) === null)

export const certificateNumberSchema = z.string().regex(/^MZ-[1-9]\d{5}-\d{4}-\d{8}-[0-9A-HJKMNP-TV-Z]{16}$/)

const fileSchema = z.strictObject({
  path: dataPath,
  mediaType: line(200),
  bytes: count,
  sha256: hex32,
  sm3: hex32,
  /** What the file is in the capture, e.g. `archive`, `picture`, `text`, `action-log`, `environment`, `edition`. */
  role: line(60).min(1),
})

const officerSchema = z.strictObject({ name: line(100).min(1), cardNumber: line(60).nullable() })

const pageSchema = z.strictObject({
  url: line(8192),
  finalUrl: line(8192),
  title: line(1000),
  /** HTTP status of the document; `null` when none came. */
  status: z.number().int().min(100).max(999).nullable(),
  picture: dataPath.nullable(),
  viewports: z.array(dataPath).max(1000),
  text: dataPath.nullable(),
})

/** What the evidence is of: pages of the web, a file that was handed in, or only the digest of a file kept elsewhere. */
const subjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('web'),
    title: line(1000),
    /** In the order in which they were opened. */
    pages: z.array(pageSchema).min(1).max(1000),
    /** How the officer got there, one line a step. */
    entrySteps: z.array(line(1000)).max(1000),
  }),
  z.strictObject({ kind: z.literal('file'), title: line(1000), reference: line(500), path: dataPath }),
  z.strictObject({
    kind: z.literal('digest'),
    title: line(1000),
    reference: line(500),
    sha256: hex32,
    sm3: hex32.nullable(),
    bytes: count.nullable(),
    mediaType: line(200).nullable(),
  }),
])

const networkSchema = z.strictObject({
  /** Addresses of the capturing machine as it knew them. */
  ownAddresses: z.array(line(100)).max(1000),
  proxy: line(500).nullable(),
  /** Addresses of the servers that answered, each once. */
  serverAddresses: z.array(line(100)).max(10_000),
  dns: z
    .array(z.strictObject({ name: line(253), resolver: line(100), answers: z.array(line(100)).max(100) }))
    .max(10_000),
  /** Per host: protocol and SHA-256 of the leaf certificate's DER. */
  tls: z
    .array(z.strictObject({ host: line(300), protocol: line(40), fingerprint: hex32.nullable(), issuer: line(500) }))
    .max(10_000),
})

const referenceSchema = z.strictObject({ path: dataPath, sha256: hex32 })

export const manifestSchema = z.strictObject({
  version: z.literal(1),
  /** Id of this package (ULID). */
  id: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
  number: certificateNumberSchema,
  /** 1 is the capture; each later document makes the next. */
  edition: z.number().int().min(1).max(9999),
  editionKind: z.enum(['capture', 'signature', 'refusal', 'correction', 'voiding']),
  /** Taken of the demo marketplace or by a demonstration: never evidence. */
  demo: z.boolean(),
  /** False: something was not got, `incompleteReason` says what; the package holds what was. */
  complete: z.boolean(),
  incompleteReason: line(2000).nullable(),
  method: line(200).min(1),
  /** What ran: name, version, and the digest of the code where it is ours. */
  tools: z.array(z.strictObject({ name: line(100).min(1), version: line(100), sha256: hex32.nullable() })).max(100),
  subject: subjectSchema,
  organisation: line(200),
  unit: line(200).nullable(),
  /** None where a system registered a digest; two where the law asks. */
  officers: z.array(officerSchema).max(10),
  witness: line(200).nullable(),
  cause: line(1000),
  caseReference: line(200),
  time: z.strictObject({
    startedAt: manifestTime,
    endedAt: manifestTime,
    /** IANA name of the zone in which documents print times. */
    zone: line(60),
    clock: z.strictObject({
      source: line(200),
      /** Own clock minus the source's, milliseconds; `null` where no source could be reached. */
      offsetBeforeMs: z.number().nullable(),
      offsetAfterMs: z.number().nullable(),
    }),
  }),
  network: networkSchema.nullable(),
  /** The environment (cleanliness) report and the action log, which also stand in `files`. */
  environment: referenceSchema.nullable(),
  actionLog: referenceSchema.nullable(),
  files: z.array(fileSchema).max(20_000),
  anomalies: z.array(z.strictObject({ code: line(100).min(1), detail: line(2000) })).max(10_000),
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
  /** Who may open it, in words (units, roles). */
  access: z.array(line(200)).max(100),
})

export type Manifest = z.infer<typeof manifestSchema>
export type ManifestFile = Manifest['files'][number]

/** Canonical bytes of a manifest. Throws `manifest-invalid` with the first wrong field. */
export function encodeManifest(manifest: Manifest): Bytes {
  return encodeJson(requireManifest(manifest) as JsonValue)
}

/** Reads a manifest strictly. Throws `manifest-invalid`, or `json-not-canonical` for another spelling. */
export function decodeManifest(bytes: Bytes): Manifest {
  return requireManifest(decodeJson(bytes))
}

function requireManifest(value: unknown): Manifest {
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const field = issue?.path.join('.') ?? ''
    throw new Failure('manifest-invalid', `manifest: ${field}: ${issue?.message ?? 'invalid'}`, { field })
  }
  const problem = contradiction(parsed.data)
  if (problem !== null) throw new Failure('manifest-invalid', `manifest: ${problem}`, { field: problem })
  return parsed.data
}

/** The field in which a manifest contradicts itself, or `null`. */
function contradiction(manifest: Manifest): string | null {
  const files = new Map(manifest.files.map((file) => [file.path, file]))
  if (files.size !== manifest.files.length) return 'files'
  for (const name of ['environment', 'actionLog'] as const) {
    const reference = manifest[name]
    if (reference !== null && files.get(reference.path)?.sha256 !== reference.sha256) return name
  }
  if (manifest.complete !== (manifest.incompleteReason === null)) return 'incompleteReason'
  if (manifest.time.endedAt < manifest.time.startedAt) return 'time.endedAt'
  const previous = manifest.parents.filter((parent) => parent.relation === 'edition')
  if ((manifest.edition === 1) !== (manifest.editionKind === 'capture')) return 'editionKind'
  if (previous.length !== (manifest.edition === 1 ? 0 : 1)) return 'parents'
  for (const parent of previous) {
    if (parent.number !== manifest.number || parent.edition !== manifest.edition - 1) return 'parents'
  }
  if (manifest.subject.kind === 'file' && !files.has(manifest.subject.path)) return 'subject.path'
  return null
}
