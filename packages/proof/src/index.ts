/**
 * Proofs that anybody can check: Merkle trees, checkpoints, receipts, trust policies, timestamps, the evidence package
 * and the report of its verification. No I/O, no clock of its own; the same code in Node and in browsers. Refuses second
 * spellings of every format. Follows RFC 6962, C2SP (tlog-tiles, tlog-checkpoint, tlog-cosignature, tlog-proof,
 * tlog-policy), RFC 3161, RFC 5280, GM/T 0009, PKWARE APPNOTE, ISO 32000 signatures; docs/formats for ours.
 */
// --- package: the ZIP, its manifest, its seal ---

// --- certificate: its facts and its words ---
export {
  type CertificateFields,
  certificateFieldsSchema,
  decodeCertificateFields,
  encodeCertificateFields,
  fieldsOfManifest,
} from './certificate/fields.ts'
export {
  type CertificateBlock,
  certificateBlocks,
  certificateFooter,
  certificatePlainText,
} from './certificate/text.ts'
export { crc32 } from './package/crc32.ts'
export { type DigestEngine, digestBytes, inlineEngine, type MemberDigests } from './package/digests.ts'
export { type Layout, layOut, type MemberEntry, memberOrder, type PlacedMember } from './package/layout.ts'
export { decodeManifest, encodeManifest, type Manifest, type ManifestFile, manifestSchema } from './package/manifest.ts'
export { type PathProblem, pathProblem } from './package/path.ts'
export { blobSource, CHUNK_BYTES, memorySource, type RandomAccess, readRange } from './package/random-access.ts'
export { type LayoutRefusalCode, readLayout } from './package/read.ts'
export { decodeSeal, makeSeal, SEAL_PATH, type Seal, type SealInput, type SealSigner } from './package/seal.ts'
export { memoryMember, type PackageMember, packageBytes, streamMember, writePackage } from './package/write.ts'
export { openDigestEngine } from './parallel/open-digest-engine.ts'
// --- verification ---
export {
  type Bilingual,
  CHECK_IDS,
  type Check,
  type CheckId,
  type CheckStatus,
  exitCodeOf,
  type Report,
  type ReportMember,
  type ReportSubject,
  type Verdict,
} from './verify/report.ts'
