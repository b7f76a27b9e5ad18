/** Makes the documents of a package: typeset, then signed whole by the issuing organisation. */
import type { Bytes, Clock } from '@mingzheng/kernel'
import { type CertificateFields, displayName, type Manifest, parseCertificate } from '@mingzheng/proof'
import type { DocumentSigner } from '../timestamp/sign-cms.ts'
import type { TimestampAuthority } from '../timestamp/timestamp-authority.ts'
import { certificateDocument } from './certificate-document.ts'
import { type RecordExtras, recordDocument } from './record-document.ts'
import { signPdf } from './sign-pdf.ts'
import { openTypesetThread } from './typeset-thread.ts'
import type { TypesetQuestion } from './typeset-worker.ts'

export interface DocumentMakerOptions {
  signer: DocumentSigner
  timestampAuthority: TimestampAuthority
  clock: Clock
}

export interface DocumentMaker {
  /** Common name of the certificate that signs: `CertificateFields.signer`. */
  readonly signerName: string
  /** `documents/certificate.pdf`. Throws as `signPdf`, `typeset-failed`, or `typeset-differs`. */
  renderCertificate(fields: CertificateFields, signal?: AbortSignal): Promise<Bytes>
  /** `documents/record.pdf`. */
  renderRecord(
    manifest: Manifest,
    fields: CertificateFields,
    extras?: RecordExtras,
    signal?: AbortSignal,
  ): Promise<Bytes>
  /** Ends the typesetter's thread. */
  close(): Promise<void>
}

export function createDocumentMaker(options: DocumentMakerOptions): DocumentMaker {
  const { signer, timestampAuthority, clock } = options
  const thread = openTypesetThread()
  const signerName = displayName(parseCertificate(signer.certificates[0] ?? new Uint8Array()).subject)
  const make = async (question: Omit<TypesetQuestion, 'id'>, reason: string, signal: AbortSignal | undefined) => {
    const pdf = await thread.typeset(question)
    const signing = { signer, timestampAuthority, at: clock.now(), name: signerName, reason }
    return signPdf(pdf, signal === undefined ? signing : { ...signing, signal })
  }
  return {
    signerName,
    renderCertificate: (fields, signal) =>
      make({ document: certificateDocument(fields), facts: fields }, '出具电子数据保全证书', signal),
    renderRecord: (manifest, fields, extras, signal) =>
      make({ document: recordDocument(manifest, fields, extras ?? {}) }, '制作取证笔录', signal),
    close: () => thread.close(),
  }
}
