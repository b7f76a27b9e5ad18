/**
 * The way from a manifest to a sealed package: timestamp, ledger, documents, seal, custody. Every artefact is kept in the
 * work folder as soon as it is made, so that a crash at any point goes on with the same bytes: the same commitment, the
 * same ledger item, the same certificate.
 */
import {
  type Bytes,
  type Clock,
  digestPair,
  equalBytes,
  Failure,
  fromBase64,
  fromUtf8,
  numberDigest,
  parseCertificateNumber,
  toBase64,
  toHex,
  utf8,
} from '@mingzheng/kernel'
import {
  type CertificateFields,
  commitPair,
  decodeManifest,
  decodeOpening,
  encodeCertificateFields,
  encodeManifest,
  encodeOpening,
  encodePolicy,
  MANIFEST_DOMAIN,
  type Manifest,
  makeSeal,
  memoryMember,
  newOpening,
  type PackageMember,
  parseSignedCheckpoint,
  parseTlogProof,
  type SealSigner,
  type TrustPolicy,
  writePackage,
} from '@mingzheng/proof'
import { z } from 'zod'
import type { RecordExtras } from '../document/record-document.ts'
import type { WorkFolder } from '../work-folder.ts'
import { certificateOf } from './certificate-of.ts'

/** A receipt as it is kept between steps; both proofs come from one moment. */
const keptReceiptSchema = z.object({
  index: z.number().int(),
  time: z.number().int(),
  entry: z.string(),
  proof: z.string(),
  proofSm3: z.string(),
})
export type KeptReceipt = z.infer<typeof keptReceiptSchema>

/** What is submitted for one manifest: its commitments and its number's digest. */
export interface FixItem {
  /** First 16 bytes of the salted commitment: one manifest, one item, however often it is sent. */
  id: Bytes
  commitment: Bytes
  commitmentSm3: Bytes
  number: Bytes
}

/** Everything that fixing needs of the house; each is a port or a piece of the floors below. */
export interface FixParts {
  clock: Clock
  /** Fixes an item: resolves when witnessed, with its receipt. Waits through outages until the signal is aborted. */
  fix(item: FixItem, signal: AbortSignal): Promise<KeptReceipt>
  /** RFC 3161 token over a SHA-256 imprint; waits through outages. */
  stamp(sha256: Bytes, organisation: string, signal: AbortSignal): Promise<Bytes>
  readTimestamp(token: Bytes): CertificateFields['timestamp']
  /** The policy in force of the ledger of that origin: the present one, or one that it continues. */
  policy(origin: string): TrustPolicy
  /** How that policy came about (`proof/policy-chain.json`); `null` where it is the ledger's first. */
  policyChain(origin: string): Promise<Bytes | null>
  /** Revocation lists as of now, by file name. */
  revocation(): Promise<{ name: string; der: Bytes }[]>
  /** The keys by which an organisation seals. */
  sealSigners(organisation: string): Promise<SealSigner[]>
  /** Common name of the certificate by which an organisation signs documents. */
  documentSigner(organisation: string): Promise<string>
  /** Both documents carry a timestamp of their own: they wait through outages as `stamp` does. */
  renderCertificate(fields: CertificateFields, signal: AbortSignal): Promise<Bytes>
  renderRecord(manifest: Manifest, fields: CertificateFields, extras: RecordExtras, signal: AbortSignal): Promise<Bytes>
  /** How long a package is kept from its ledger time on, milliseconds. */
  retentionMs: number
  /**
   * Puts the package into custody under `key`; durable, and locked until `untilMs`, when it resolves. The same bytes may be there
   * already; others are refused as `blob-exists`. `open` may be called more than once.
   */
  store(key: string, open: () => AsyncIterable<Bytes>, untilMs: number): Promise<{ bytes: number; sha256: Bytes }>
  /** Address of the public verification page for a number. */
  verifyAddress(number: string): string
}

export interface FixedPackage {
  manifest: Manifest
  manifestSha256: string
  item: FixItem
  receipt: KeptReceipt
  timestamp: CertificateFields['timestamp']
  blobKey: string
  bytes: number
  packageSha256: string
  /** Until when the store has locked it, milliseconds. */
  keptUntil: number
}

/** Where the work folder keeps the salts of the commitment. */
export const OPENING_FILE = 'opening.json'

export type FixStep = 'manifest' | 'timestamp' | 'ledger' | 'documents' | 'package'

export interface FixOptions {
  work: WorkFolder
  /** Asked only when the work folder has no manifest yet. */
  makeManifest: () => Promise<Manifest>
  /** The members below `data/`, as the manifest lists them. */
  data: readonly PackageMember[]
  blobKey: string
  /** What the record tells besides the manifest: the step log, what a later edition adds. */
  record?: () => Promise<RecordExtras>
  signal: AbortSignal
  onStep?: (step: FixStep) => void
}

/** Fixes a manifest and makes its package. May be called again after a crash with the same work folder. */
export async function fixManifest(parts: FixParts, options: FixOptions): Promise<FixedPackage> {
  const { work, signal } = options
  const step = (name: FixStep) => {
    signal.throwIfAborted()
    options.onStep?.(name)
  }
  step('manifest')
  const manifestBytes = await work.once('manifest.json', async () => encodeManifest(await options.makeManifest()))
  const manifest = decodeManifest(manifestBytes)
  requireListed(manifest, options.data)
  const digests = digestPair(manifestBytes)
  const openingBytes = await work.once(OPENING_FILE, () => encodeOpening(newOpening(MANIFEST_DOMAIN)))

  step('timestamp')
  const token = await work.once('timestamp.tsr', () => parts.stamp(digests.sha256, manifest.organisation, signal))

  step('ledger')
  const item = itemOf(manifest, openingBytes, digests)
  const kept = await work.once('receipt.json', async () => utf8(JSON.stringify(await parts.fix(item, signal))))
  const receipt = keptReceiptSchema.parse(JSON.parse(fromUtf8(kept)))

  step('documents')
  const origin = originOf(receipt)
  const policyBytes = await work.once('policy.json', () => encodePolicy(parts.policy(origin)))
  // Empty where there is none: what was decided once stays.
  const chain = await work.once('policy-chain.json', async () => (await parts.policyChain(origin)) ?? new Uint8Array())
  const proofs: [string, Bytes][] = [
    ['proof/entry.cbor', fromBase64(receipt.entry)],
    ['proof/opening.json', openingBytes],
    ...(chain.length === 0 ? [] : [['proof/policy-chain.json', chain] as [string, Bytes]]),
    ['proof/policy.json', policyBytes],
    ['proof/receipt-sm3.tlog-proof', utf8(receipt.proofSm3)],
    ['proof/receipt.tlog-proof', utf8(receipt.proof)],
    ['proof/timestamp.tsr', token],
    ...(await revocationLists(parts, work)),
  ]
  const timestamp = parts.readTimestamp(token)
  const fieldsBytes = await work.once('certificate.json', async () => {
    const said = {
      signer: await parts.documentSigner(manifest.organisation),
      verifyAt: parts.verifyAddress(manifest.number),
    }
    return encodeCertificateFields(certificateOf({ manifest, manifestBytes, receipt, policyBytes, timestamp, ...said }))
  })
  const fields = JSON.parse(fromUtf8(fieldsBytes)) as CertificateFields
  const rendered = async (): Promise<[string, Bytes][]> => [
    ['documents/certificate.json', fieldsBytes],
    ['documents/certificate.pdf', await work.once('certificate.pdf', () => parts.renderCertificate(fields, signal))],
    [
      'documents/record.pdf',
      await work.once('record.pdf', async () =>
        parts.renderRecord(manifest, fields, (await options.record?.()) ?? {}, signal),
      ),
    ],
  ]
  const { documents, signers } = await signedByWhoSeals(parts, work, manifest.organisation, rendered)

  step('package')
  const made = [['manifest.json', manifestBytes] as [string, Bytes], ...proofs, ...documents]
  const members = [...options.data, ...made.map(([path, bytes]) => memoryMember(path, bytes))]
  const sealBytes = await work.once('seal.json', async () =>
    makeSeal({
      number: parseCertificateNumber(manifest.number),
      edition: manifest.edition,
      sealedAt: parts.clock.now(),
      members,
      signers,
    }),
  )
  const whole = () => writePackage([...members, memoryMember('seal.json', sealBytes)])
  const keptUntil = receipt.time + parts.retentionMs
  const stored = await parts.store(options.blobKey, whole, keptUntil)
  return {
    manifest,
    manifestSha256: toHex(digests.sha256),
    item,
    receipt,
    timestamp,
    blobKey: options.blobKey,
    bytes: stored.bytes,
    packageSha256: toHex(stored.sha256),
    keptUntil,
  }
}

/**
 * The documents and the keys that seal them, which must have been certified before the documents' times: by those a seal is judged.
 * When a certificate was revoked since the documents were begun, they are made again, under its successor.
 */
async function signedByWhoSeals(
  parts: FixParts,
  work: WorkFolder,
  organisation: string,
  rendered: () => Promise<[string, Bytes][]>,
): Promise<{ documents: [string, Bytes][]; signers: SealSigner[] }> {
  const marked = (signers: SealSigner[]) =>
    utf8(JSON.stringify(signers.map(({ certificates }) => toBase64(certificates[0]!))))
  for (;;) {
    const begun = await work.once('sealing.json', async () => marked(await parts.sealSigners(organisation)))
    const documents = await rendered()
    const signers = await parts.sealSigners(organisation)
    // What is sealed already stays as it is.
    if (equalBytes(begun, marked(signers)) || (await work.read('seal.json')) !== null) return { documents, signers }
    for (const name of ['certificate.pdf', 'record.pdf', 'sealing.json']) await work.forget(name)
  }
}

/** The ledger that a receipt is of: what was fixed before a consortium is not the present one's. */
function originOf({ proof }: KeptReceipt): string {
  const { text } = parseSignedCheckpoint(parseTlogProof(proof).checkpoint).note
  return text.slice(0, text.indexOf('\n'))
}

/** The ledger item of a manifest under its opening. */
export function itemOf(manifest: Manifest, openingBytes: Bytes, digests: { sha256: Bytes; sm3: Bytes }): FixItem {
  const { sha256, sm3 } = commitPair(decodeOpening(openingBytes), digests)
  return {
    id: sha256.slice(0, 16),
    commitment: sha256,
    commitmentSm3: sm3,
    number: numberDigest(parseCertificateNumber(manifest.number)),
  }
}

/** A file that changed on disk between its digest and now would make a package that proves nothing. */
function requireListed(manifest: Manifest, data: readonly PackageMember[]): void {
  const members = new Map(data.map((member) => [member.path, member]))
  for (const file of manifest.files) {
    const member = members.get(file.path)
    if (member === undefined || toHex(member.sha256) !== file.sha256 || toHex(member.sm3) !== file.sm3) {
      throw new Failure('capture-file-changed', `${file.path} is not what was captured`, { field: file.path })
    }
  }
  if (members.size !== manifest.files.length) {
    throw new Failure('capture-file-changed', 'there are files that the manifest does not list')
  }
}

async function revocationLists(parts: FixParts, work: WorkFolder): Promise<[string, Bytes][]> {
  const kept = await work.once('revocation.json', async () => {
    const lists = await parts.revocation()
    return utf8(JSON.stringify(lists.map(({ name, der }) => [name, toBase64(der)])))
  })
  const lists = z.array(z.tuple([z.string(), z.string()])).parse(JSON.parse(fromUtf8(kept)))
  return lists.map(([name, der]) => [`proof/revocation/${name}`, fromBase64(der)])
}
