/** Checks of the preservation certificate: its facts are those of the manifest, token and receipt; its print is its facts. */
import { type Bytes, canonicalJson, type JsonValue, toHex, utcText } from '@mingzheng/kernel'
import { type CertificateFields, fieldsOfManifest } from '../../certificate/fields.ts'
import { withoutSpace } from '../../certificate/printable.ts'
import { certificateFooter, certificatePlainText } from '../../certificate/text.ts'
import { asFormerlyPrinted, certificatePolicy, certificateWitnesses } from '../../certificate/witnesses.ts'
import { readPdfText } from '../../pdf-text/read-pdf-text.ts'
import type { Case } from '../case.ts'
import { failed, type Outcome, passed } from '../outcome.ts'
import type { CheckId } from '../report.ts'

const JSON_PATH = 'documents/certificate.json'
const PDF_PATH = 'documents/certificate.pdf'

/** What the certificate must say; `verifyAt` is the issuer's to choose. */
export type ExpectedFields = Omit<CertificateFields, 'verifyAt'>

/** The facts drawn from what was checked before, or the check whose result is lacking. */
export function expectedFields(found: Case): ExpectedFields | { blockedBy: CheckId } {
  const { manifest, token, entry, document } = found
  const { own } = found.governing
  const { sha256, sm3 } = found.receipts
  if (manifest === undefined) return { blockedBy: 'manifest' }
  if (token === undefined) return { blockedBy: 'timestamp' }
  if (entry === undefined) return { blockedBy: 'entry' }
  if (own === null) return { blockedBy: 'policy' }
  if (!sha256?.root || sha256.index === null || sha256.size === null) return { blockedBy: 'receipt-inclusion' }
  if (!sm3?.root) return { blockedBy: 'receipt-sm3-inclusion' }
  if (document === undefined) return { blockedBy: 'certificate-signature' }
  return {
    ...fieldsOfManifest(manifest.manifest),
    manifest: { sha256: toHex(manifest.sha256), sm3: toHex(manifest.sm3) },
    timestamp: { time: utcText(token.time), serial: token.serial, authority: token.authority },
    ledger: {
      origin: own.policy.origin,
      index: sha256.index,
      time: utcText(entry.time),
      size: sha256.size,
      root: toHex(sha256.root),
      rootSm3: toHex(sm3.root),
      members: certificateWitnesses(own.policy, sha256),
    },
    policy: certificatePolicy(own.policy, own.id),
    signer: document.signer,
  }
}

/** certificate.json says exactly what manifest, token, receipt and policy say. */
export function checkCertificateContent(fields: CertificateFields, expected: ExpectedFields): Outcome {
  const wanted = { ...asFormerlyPrinted(expected, fields), verifyAt: fields.verifyAt }
  const difference = firstDifference(fields as JsonValue, wanted as JsonValue, '')
  if (difference !== null) {
    return failed(
      'certificate-differs',
      `保全证书的 ${difference} 与证据包不符`,
      `the certificate's ${difference} differs from the package`,
      { where: JSON_PATH, detail: { field: difference } },
    )
  }
  if (!fields.verifyAt.includes(fields.number)) {
    return failed('certificate-address', '核验地址不含证书编号', 'the address for verification lacks the number', {
      where: JSON_PATH,
      detail: { field: 'verifyAt' },
    })
  }
  return passed('保全证书所载与清单、时间戳、回执一致', 'the certificate says what manifest, timestamp and receipt say')
}

/** The PDF prints the words of certificate.json, every one and no other. */
export function checkCertificateText(pdf: Bytes, fields: CertificateFields): Outcome {
  const pages = readPdfText(pdf)
  let printed = ''
  for (const [i, page] of pages.entries()) {
    const text = withoutSpace(page)
    const footer = withoutSpace(certificateFooter(fields.number, i + 1, pages.length))
    if (!text.endsWith(footer)) {
      return failed('certificate-footer', `第 ${i + 1} 页页脚不符`, `the foot of page ${i + 1} differs`, {
        where: PDF_PATH,
        detail: { page: i + 1 },
      })
    }
    printed += text.slice(0, -footer.length)
  }
  const expected = certificatePlainText(fields)
  if (printed === expected) {
    return passed(`${pages.length} 页印刷文字逐字一致`, `the text of ${pages.length} pages agrees to the letter`)
  }
  let at = 0
  while (at < expected.length && printed[at] === expected[at]) at++
  const near = (text: string) => text.slice(Math.max(0, at - 10), at + 10)
  return failed(
    'certificate-text',
    `印刷文字在“${near(printed)}”处不符，应为“${near(expected)}”`,
    `the print differs near "${near(printed)}", it should be "${near(expected)}"`,
    { where: PDF_PATH, detail: { at, printed: near(printed), expected: near(expected) } },
  )
}

/** Path of the first member in which two JSON values differ, or `null`. */
function firstDifference(a: JsonValue | undefined, b: JsonValue | undefined, path: string): string | null {
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    const left = a as { [key: string]: JsonValue }
    const right = b as { [key: string]: JsonValue }
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const found = firstDifference(left[key], right[key], path === '' ? key : `${path}.${key}`)
      if (found !== null) return found
    }
    return Array.isArray(a) === Array.isArray(b) ? null : path
  }
  if (a === undefined || b === undefined) return a === b ? null : path
  return canonicalJson(a) === canonicalJson(b) ? null : path
}
