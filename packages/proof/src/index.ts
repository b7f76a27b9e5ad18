/**
 * Proofs that anybody can check: Merkle trees, checkpoints, receipts, trust policies, timestamps, the evidence package
 * and the report of its verification. No I/O, no clock of its own; the same code in Node and in browsers. Refuses second
 * spellings of every format. Follows RFC 6962, C2SP (tlog-tiles, tlog-checkpoint, tlog-cosignature, tlog-proof,
 * tlog-policy), RFC 3161, RFC 5280, GM/T 0009, PKWARE APPNOTE, ISO 32000 signatures; docs/formats for ours.
 */
// --- trees, checkpoints, receipts, trust policies ---
export {
  type Checkpoint,
  formatCheckpoint,
  makeCheckpoint,
  parseCheckpoint,
  parseForeignCheckpoint,
  parseSignedCheckpoint,
  SM3_ORIGIN_SUFFIX,
} from './checkpoint/checkpoint.ts'
export {
  type CheckpointJudgement,
  judgeCheckpoint,
  type ReceiptCheck,
  type ReceiptCheckId,
  type ReceiptCode,
  type ReceiptSigner,
  type ReceiptWitness,
} from './checkpoint/judgement.ts'
export {
  formatNote,
  formatSignatureLine,
  isKeyName,
  type Note,
  type NoteSignature,
  parseNote,
  parseSignatureLine,
} from './checkpoint/note.ts'
export {
  addSignatures,
  cosigner,
  keepSignatures,
  logSigner,
  type NoteSigner,
  signNote,
  sm2NoteSigner,
} from './checkpoint/note-signer.ts'
export { formatTlogProof, parseTlogProof, type TlogProof } from './checkpoint/tlog-proof.ts'
export {
  formatVerifierKey,
  type LineVerdict,
  makeVerifierKey,
  type NoteKeyKind,
  namesKey,
  parseVerifierKey,
  type VerifierKey,
  verifyLine,
} from './checkpoint/verifier-key.ts'
export {
  checkOpening,
  commit,
  commitPair,
  decodeOpening,
  encodeOpening,
  MANIFEST_DOMAIN,
  newOpening,
  type Opening,
} from './commitment.ts'
export {
  CHAIN_CHECKPOINT_KIND,
  type CrossChainCode,
  type CrossChainFile,
  type CrossChainProof,
  decodeCrossChain,
  encodeCrossChain,
  verifyCrossChain,
} from './cross-chain.ts'
export {
  actorOf,
  decodeEntry,
  type Entry,
  encodeEntry,
  FIX_ENTRY_KIND,
  type FixBody,
  fixBody,
  GENESIS_ENTRY_KIND,
  readFixBody,
} from './entry.ts'
export {
  decodeEquivocation,
  EQUIVOCATION_BYTES,
  type Equivocation,
  type EquivocationCode,
  type EquivocationEvidence,
  encodeEquivocation,
  verifyEquivocation,
} from './equivocation.ts'
export { FORMAT_FAILURE_CODES, type FormatFailureCode } from './format-failure.ts'
export { CompactRange, type NodeVisitor, treeRoot } from './merkle/compact-range.ts'
export { HASH_BYTES, type MerkleHash, merkleHash } from './merkle/merkle-hash.ts'
export { foldPlan, type NodeAt, type ProofPlan, planConsistency, planInclusion } from './merkle/proof-plan.ts'
export {
  foldSlice,
  formatEntryBundle,
  hashesFromTiles,
  parseEntryBundle,
  parseTilePath,
  TILE_HEIGHT,
  TILE_WIDTH,
  type Tile,
  type TileSlice,
  tileOfNode,
  tilePath,
  tilesBetween,
  tilesForPlan,
  tileWidth,
} from './merkle/tile.ts'
export {
  type ConsistencyClaim,
  type InclusionClaim,
  verifyConsistency,
  verifyInclusion,
} from './merkle/verify-proof.ts'
export {
  encodePolicy,
  type Profile,
  type ProfileKeys,
  parsePolicy,
  policyId,
  profileKeys,
  quorumMet,
  witnessesOf,
  witnessesWanted,
} from './policy.ts'
export {
  decodePolicyChain,
  encodePolicyChain,
  POLICY_ENTRY_KIND,
  type PolicyChainCode,
  type PolicyChange,
  type PolicyLink,
  policyChangeBody,
  readPolicyChange,
  type VerifiedLink,
  verifyLink,
} from './policy-chain.ts'
export {
  createHistoryVerifier,
  followChains,
  type HistoryVerification,
  type PolicyHistory,
  type PolicyTerm,
  type ReceiptBasis,
  singleHistory,
} from './policy-history.ts'
export {
  type ConsortiumMember,
  type ConsortiumPolicy,
  MEMBER_ROLES,
  type MemberRole,
  type PolicyMember,
  type PolicyWitness,
  policySchema,
  type SinglePolicy,
  type TrustPolicy,
} from './policy-schema.ts'
export { describePolicy, type TlogPolicyText, toTlogPolicy } from './policy-text.ts'
export {
  createReceiptVerifier,
  type ReceiptInput,
  type ReceiptVerification,
  type ReceiptVerifier,
  verifyReceipt,
} from './receipt.ts'
export { decodeRenewal, encodeRenewal, type RenewalFile } from './renewal.ts'

// --- package: the ZIP, its manifest, its seal ---

// --- key certificates, timestamps, signatures of documents ---
export { KEY_USAGE, type ParsedCertificate, parseCertificate } from './asn1/certificate.ts'
export { der } from './asn1/der-build.ts'
export { type DistinguishedName, displayName } from './asn1/distinguished-name.ts'
export { encodeExtension } from './asn1/extension.ts'
export { EMBEDDED_TIMESTAMP_POLICY, OID, PURPOSE_POLICY } from './asn1/object-identifier.ts'
export {
  type ParsedRevocationList,
  parseRevocationList,
  REVOCATION_REASONS,
  type RevocationReason,
} from './asn1/revocation-list.ts'
export { encodeSubjectKey, type SubjectKey, signatureAlgorithmOf } from './asn1/subject-key.ts'
export {
  blockTexts,
  type CertificateBlock,
  fieldBlock,
  headingBlock,
  noticeBlock,
  paragraphBlock,
} from './certificate/block.ts'
// --- certificate: its facts and its words ---
export {
  type CertificateFields,
  certificateFieldsSchema,
  decodeCertificateFields,
  encodeCertificateFields,
  fieldsOfManifest,
} from './certificate/fields.ts'
export { printable, withoutSpace } from './certificate/printable.ts'
export { certificateBlocks, certificateFooter, certificatePlainText, printableBlock } from './certificate/text.ts'
export { certificatePolicy, certificateWitnesses } from './certificate/witnesses.ts'
export {
  type CertificatePurpose,
  type ChainCode,
  type ChainInput,
  type ChainResult,
  verifyChain,
} from './certificate-chain.ts'
export { type CmsCode, type CmsResult, readSignedData, type SignedData, verifyCms } from './cms.ts'
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
export {
  type PdfSignatureCode,
  type PdfSignatureInput,
  type PdfSignatureResult,
  readPdfSignature,
  verifyPdfSignature,
} from './pdf-signature.ts'
// --- sealed files ---
export { BOX_KEY_BYTES, type BoxKey, boxKeyOf, newBoxKey } from './sealed/box-key.ts'
export { isPart, PartTree, partPathBytes, partTreeOf } from './sealed/part-tree.ts'
export {
  newSealing,
  type PartCipher,
  partCipher,
  plainSize,
  readSealing,
  SEALED_HEADER_BYTES,
  SEALED_PART_BYTES,
  SEALED_PLAIN_BYTES,
  type Sealing,
  sealedPartAt,
  sealedSize,
} from './sealed/sealed-file.ts'
export { openStream, pieces, sealStream } from './sealed/sealed-stream.ts'
export {
  readTimestamp,
  readTimestampToken,
  type Timestamp,
  type TimestampCode,
  type TimestampInput,
  type TimestampResult,
  tokenOfResponse,
  verifyTimestamp,
} from './timestamp.ts'
export { readTimestampRequest, type TimestampRequest } from './timestamp-request.ts'
// --- verification ---
export { checkCertificateText } from './verify/checks/certificate-checks.ts'
export type { Renewal } from './verify/checks/renewal-checks.ts'
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
export { fillVerifierPage } from './verify/verifier-page.ts'
export { type VerifyOptions, verifyPackage } from './verify/verify-package.ts'
