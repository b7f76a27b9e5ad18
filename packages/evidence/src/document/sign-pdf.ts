/**
 * Signs a document whole (PAdES baseline B-T, ETSI EN 319 142-1): an incremental update with one invisible signature over
 * every byte but its own digits, and a timestamp over the signature value. docs/formats/documents.md.
 */
import { type Bytes, concat, Failure, toHex } from '@mingzheng/kernel'
import { OID, readPdfSignature, tokenOfResponse } from '@mingzheng/proof'
import { type DocumentSigner, signCms } from '../timestamp/sign-cms.ts'
import type { TimestampAuthority } from '../timestamp/timestamp-authority.ts'
import { firstPage, latinBytes, PdfUpdate } from './pdf-update.ts'

export interface PdfSigning {
  signer: DocumentSigner
  timestampAuthority: TimestampAuthority
  /** When it is signed, as the signer says; milliseconds. */
  at: number
  /** Who signs, shown by readers. */
  name: string
  /** Why, shown by readers. */
  reason: string
  signal?: AbortSignal
}

/** Room for the signature: certificates and a timestamp of a foreign authority with its own certificates. */
const ROOM = 12_288

/** The signed document. Throws `pdf-unusual`, `signature-too-long`, or what the timestamp authority throws. */
export async function signPdf(pdf: Bytes, signing: PdfSigning): Promise<Bytes> {
  const update = new PdfUpdate(pdf)
  const page = firstPage(update)
  const signature = update.add(signatureDictionary(signing))
  const widget = update.add(
    `<<\n  /Type /Annot\n  /Subtype /Widget\n  /FT /Sig\n  /T (Signature1)\n  /V ${signature} 0 R\n  /P ${page} 0 R\n  /F 132\n  /Rect [0 0 0 0]\n>>`,
  )
  // 3: there are signatures, and the file may only be appended to.
  const form = update.add(`<<\n  /Fields [${widget} 0 R]\n  /SigFlags 3\n>>`)
  update.extend(page, `/Annots [${widget} 0 R]`)
  update.extend(update.root, `/AcroForm ${form} 0 R`)

  const prepared = update.bytes()
  const text = new TextDecoder('latin1').decode(prepared)
  const start = text.indexOf(`<${'0'.repeat(2 * ROOM)}>`, pdf.length)
  const end = start + 2 * ROOM + 2
  const range = `/ByteRange [0 ${start} ${end} ${prepared.length - end}]`
  const at = text.indexOf(RANGE, pdf.length)
  prepared.set(latinBytes(range.padEnd(RANGE.length)), at)
  const content = concat(prepared.subarray(0, start), prepared.subarray(end))
  const cms = await signCms({
    ...signing.signer,
    contentType: OID.data,
    content,
    attached: false,
    stamp: async (imprint) => tokenOfResponse(await signing.timestampAuthority.stamp(imprint, signing.signal)),
  })
  if (cms.length > ROOM) throw new Failure('signature-too-long', `the signature has ${cms.length} bytes`)
  prepared.set(latinBytes(toHex(cms)), start + 1)
  // Reads it as a verifier would, so that no document leaves whose signature does not cover it whole.
  readPdfSignature(prepared)
  return prepared
}

const RANGE = `/ByteRange [0 ${'9'.repeat(10)} ${'9'.repeat(10)} ${'9'.repeat(10)}]`

function signatureDictionary({ at, name, reason }: PdfSigning): string {
  const entries = [
    '/Type /Sig',
    '/Filter /Adobe.PPKLite',
    '/SubFilter /ETSI.CAdES.detached',
    RANGE,
    `/Contents <${'0'.repeat(2 * ROOM)}>`,
    `/M (D:${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z)`,
    `/Name ${textString(name)}`,
    `/Reason ${textString(reason)}`,
  ]
  return `<<\n  ${entries.join('\n  ')}\n>>`
}

/** A text string as UTF-16BE in hex (ISO 32000-1 section 7.9.2.2): no character needs an escape. */
function textString(text: string): string {
  let hex = 'feff'
  for (let i = 0; i < text.length; i++) hex += text.charCodeAt(i).toString(16).padStart(4, '0')
  return `<${hex}>`
}
