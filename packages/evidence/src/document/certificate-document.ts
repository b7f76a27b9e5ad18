/** The preservation certificate (保全证书) as pages: exactly the words that `proof` makes of its facts. */
import { type CertificateFields, certificateBlocks } from '@mingzheng/proof'
import { dateParts, layBlocks, type PrintedDocument, qrOf } from './printed-document.ts'

export function certificateDocument(fields: CertificateFields): PrintedDocument {
  return {
    title: `电子数据保全证书 ${fields.number}`,
    author: 'Mingzheng',
    date: dateParts(Date.parse(fields.ledger.time)),
    qr: qrOf(fields.verifyAt),
    // `certificateFooter` of proof, whose page numbers only the typesetter knows.
    footer: [`${fields.number} · `, '/', ''],
    onePage: true,
    ...layBlocks(certificateBlocks(fields)),
  }
}
