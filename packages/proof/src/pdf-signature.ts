/**
 * The signature of a document that this project made (ISO 32000-1 section 12.8, PAdES): one signature over every byte of
 * the file but its own hexadecimal digits, with a timestamp over it. docs/formats/documents.md.
 */
import { type Bytes, concat, digest, Failure, fromHex } from '@mingzheng/kernel'
import type { ParsedCertificate } from './asn1/certificate.ts'
import { OID } from './asn1/object-identifier.ts'
import { type CertificatePurpose, type ChainCode, verifyChain } from './certificate-chain.ts'
import { type CmsCode, readSignedData, type SignedData, verifyCms } from './cms.ts'
import { type Timestamp, type TimestampCode, verifyTimestamp } from './timestamp.ts'

export type PdfSignatureCode =
  | 'pdf-unsigned'
  | 'pdf-signature-malformed'
  | 'pdf-not-whole'
  | TimestampCode
  | CmsCode
  | ChainCode

export interface PdfSignatureInput {
  pdf: Bytes
  roots: readonly Bytes[]
  timestampRoots: readonly Bytes[]
  crls: readonly Bytes[]
  /** Time at which the signer is judged; default: that of the signature's own timestamp. */
  at?: number
  /** Who must have signed; default: an organisation. */
  purpose?: CertificatePurpose
}

export type PdfSignatureResult =
  | {
      readonly ok: true
      readonly signer: ParsedCertificate
      readonly chain: readonly ParsedCertificate[]
      readonly timestamp: Timestamp
      readonly revocation: 'good' | 'unknown'
    }
  | {
      readonly ok: false
      readonly part: 'document' | 'signature' | 'timestamp' | 'chain'
      readonly code: PdfSignatureCode
      readonly detail: string
    }

/** Where the signature stands and what it covers. */
export interface PdfSignature {
  readonly signed: Bytes
  readonly cms: Bytes
}

const latin = new TextDecoder('latin1')

/**
 * Finds the one signature and what it covers. Throws `pdf-unsigned`, `pdf-not-whole` when a byte lies outside, and
 * `pdf-signature-malformed` for another spelling than lower-case hex filled up with zeros.
 */
export function readPdfSignature(pdf: Bytes): PdfSignature {
  const text = latin.decode(pdf)
  const ranges = [...text.matchAll(/\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g)]
  const mentions = text.split('/ByteRange').length - 1
  if (mentions === 0) throw new Failure('pdf-unsigned', 'the document is not signed')
  const [range] = ranges
  if (mentions !== 1 || range === undefined) {
    throw new Failure('pdf-signature-malformed', 'the document has not exactly one signature')
  }
  const [from = -1, length = -1, again = -1, rest = -1] = range.slice(1).map(Number)
  if (from !== 0 || again < length + 2 || again + rest !== pdf.length) {
    throw new Failure('pdf-not-whole', 'the signature does not cover the whole document')
  }
  const gap = text.slice(length, again)
  if (!/^<[0-9a-f]+>$/.test(gap) || gap.length % 2 !== 0 || !/\/Contents\s*$/.test(text.slice(length - 32, length))) {
    throw new Failure('pdf-signature-malformed', 'what the signature leaves out is not the signature')
  }
  const bytes = fromHex(gap.slice(1, -1))
  const end = derLength(bytes)
  if (end === null || bytes.subarray(end).some((byte) => byte !== 0)) {
    throw new Failure('pdf-signature-malformed', 'something stands behind the signature')
  }
  return { signed: concat(pdf.subarray(0, length), pdf.subarray(again)), cms: bytes.subarray(0, end) }
}

/** Length of the DER element at the start, `null` when it is cut off. */
function derLength(bytes: Bytes): number | null {
  const first = bytes[1] ?? 0
  if (bytes[0] !== 0x30) return null
  if (first < 0x80) return 2 + first
  let length = 0
  for (let i = 0; i < (first & 0x7f); i++) length = length * 256 + (bytes[2 + i] ?? 0)
  const end = 2 + (first & 0x7f) + length
  return end <= bytes.length ? end : null
}

/**
 * Judges a document's signature: whole document, signed attributes, the timestamp over the signature value, and the
 * signer's chain as at that time. Never throws for what is in the bytes.
 */
export async function verifyPdfSignature(input: PdfSignatureInput): Promise<PdfSignatureResult> {
  let found: PdfSignature
  let data: SignedData
  try {
    found = readPdfSignature(input.pdf)
    data = readSignedData(found.cms)
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause
    const code = cause.code as 'pdf-unsigned' | 'pdf-signature-malformed' | 'pdf-not-whole' | 'cms-malformed'
    return { ok: false, part: 'document', code, detail: cause.message }
  }
  if (data.content !== null || data.contentType !== OID.data) {
    return { ok: false, part: 'signature', code: 'cms-malformed', detail: 'the signature is not detached' }
  }
  const signed = await verifyCms(data, found.signed)
  if (!signed.ok) return { ok: false, part: 'signature', code: signed.code, detail: signed.detail }
  const token = data.unsignedAttributes.get(OID.timeStampToken)
  const stamped = await verifyTimestamp({
    token: token?.bytes ?? new Uint8Array(),
    imprintSha256: digest('sha256', data.signature),
    roots: input.timestampRoots,
    crls: input.crls,
  })
  if (!stamped.ok) return { ok: false, part: 'timestamp', code: stamped.code, detail: stamped.detail }
  const result = await verifyChain({
    leaf: signed.signer.der,
    intermediates: signed.certificates,
    roots: input.roots,
    at: input.at ?? stamped.timestamp.time,
    crls: input.crls,
    purpose: input.purpose ?? 'organisation',
  })
  if (!result.ok) return { ok: false, part: 'chain', code: result.code, detail: result.detail }
  const { chain, revocation } = result
  return { ok: true, signer: signed.signer, chain, timestamp: stamped.timestamp, revocation }
}
