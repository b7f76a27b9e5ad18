/** A small signed PDF for tests: pages of text in the form that typst gives them. Shows no glyphs in a viewer. */
import { type Bytes, concat, toHex, utf8 } from '@mingzheng/kernel'
import type { SampleIdentity } from './sample-authority.ts'
import { sampleDetachedSignature } from './sample-signed-data.ts'

/** Room for the signature, in bytes. */
const SIGNATURE_BYTES = 6000

export interface SamplePdfOptions {
  /** Text of each page. */
  pages: string[]
  signer: SampleIdentity
  timestamp: SampleIdentity
  time: number
}

/** Makes and signs it. */
export async function samplePdf({ pages, signer, timestamp, time }: SamplePdfOptions): Promise<Bytes> {
  const codes = new Map<string, number>()
  for (const character of pages.join('')) if (!codes.has(character)) codes.set(character, codes.size + 1)
  const first = 6
  const kids = pages.map((_, i) => `${first + 2 * i} 0 R`).join(' ')
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [5 0 R] >> >>`,
    `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`,
    `<< /Type /Font /Subtype /Type0 /BaseFont /Sample /Encoding /Identity-H /ToUnicode 4 0 R >>`,
    stream(toUnicode(codes)),
    `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /Rect [0 0 0 0] /V ${first + 2 * pages.length} 0 R >>`,
    ...pages.flatMap((text, i) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${first + 2 * i + 1} 0 R ` +
        `/Resources << /Font << /F0 3 0 R >> >>${i === 0 ? ' /Annots [5 0 R]' : ''} >>`,
      stream(`BT\n/F0 10 Tf\n1 0 0 1 50 800 Tm\n[<${hexOf(text, codes)}>] TJ\nET`),
    ]),
    `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ` +
      `/ByteRange [0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC] /Contents <${'0'.repeat(2 * SIGNATURE_BYTES)}> >>`,
  ]
  let text = '%PDF-1.7\n'
  const offsets = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const entries = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const xref = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`
  const from = text.indexOf('/Contents <0000') + '/Contents '.length
  const to = from + 2 * SIGNATURE_BYTES + 2
  const number = (value: number) => String(value).padStart(10, '0')
  text = text
    .replace('AAAAAAAAAA', number(from))
    .replace('BBBBBBBBBB', number(to))
    .replace('CCCCCCCCCC', number(text.length - to))
  const bytes = utf8(text)
  const cms = await sampleDetachedSignature(
    concat(bytes.subarray(0, from), bytes.subarray(to)),
    signer,
    time,
    timestamp,
  )
  bytes.set(utf8(toHex(cms)), from + 1)
  return bytes
}

const stream = (content: string) => `<< /Length ${content.length} >>\nstream\n${content}\nendstream`
const hex4 = (value: number) => value.toString(16).padStart(4, '0')
const hexOf = (text: string, codes: Map<string, number>) => [...text].map((c) => hex4(codes.get(c)!)).join('')

function toUnicode(codes: Map<string, number>): string {
  const lines = [...codes].map(([character, code]) => {
    const units = Array.from({ length: character.length }, (_, i) => hex4(character.charCodeAt(i))).join('')
    return `<${hex4(code)}> <${units}>`
  })
  return `1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n${lines.length} beginbfchar\n${lines.join('\n')}\nendbfchar`
}
