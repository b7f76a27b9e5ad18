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
  /** The key of an organisation that issues. */
  signerOf(organisation: string): Promise<DocumentSigner>
  timestampAuthority: TimestampAuthority
  clock: Clock
}

export interface DocumentMaker {
  /** Common name of the certificate by which an organisation signs: `CertificateFields.signer`. */
  signerName(organisation: string): Promise<string>
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
  const { timestampAuthority, clock } = options
  const thread = openTypesetThread()
  const nameOf = ({ certificates: [own] }: DocumentSigner) =>
    displayName(parseCertificate(own ?? new Uint8Array()).subject)
  async function make(
    question: Omit<TypesetQuestion, 'id'>,
    organisation: string,
    reason: string,
    signal: AbortSignal | undefined,
  ): Promise<Bytes> {
    const [pdf, signer] = await Promise.all([thread.typeset(question), options.signerOf(organisation)])
    const signing = { signer, timestampAuthority, at: clock.now(), name: nameOf(signer), reason }
    return signPdf(pdf, signal === undefined ? signing : { ...signing, signal })
  }
  return {
    signerName: async (organisation) => nameOf(await options.signerOf(organisation)),
    renderCertificate: (fields, signal) =>
      make(
        { document: certificateDocument(fields), facts: fields },
        fields.organisation,
        '出具电子数据保全证书',
        signal,
      ),
    renderRecord: (manifest, fields, extras, signal) =>
      make({ document: recordDocument(manifest, fields, extras ?? {}) }, manifest.organisation, '制作取证笔录', signal),
    close: () => thread.close(),
  }
}
