/** The manifest of a preservation: what another system registered, a digest or a file, and when it was accepted. */
import { type CertificateNumber, type Id, utcText } from '@mingzheng/kernel'
import type { Manifest, ManifestFile } from '@mingzheng/proof'

export interface PreservationWish {
  sha256: string
  sm3: string | null
  title: string
  /** The caller's own reference; in the package, never on the ledger. */
  reference: string
  bytes: number | null
  mediaType: string | null
}

export interface PreservationContext {
  id: Id
  number: CertificateNumber
  organisation: string
  acceptedAt: number
  demo: boolean
  tool: { name: string; version: string; sha256: string | null }
  /** Where the file itself was handed in. */
  file: ManifestFile | null
}

/** Path of a handed-in file in the package. */
export const PRESERVED_PATH = 'data/file'

export function manifestOfPreservation(wish: PreservationWish, context: PreservationContext): Manifest {
  const { title, reference } = wish
  const at = utcText(context.acceptedAt)
  return {
    version: 1,
    id: context.id,
    number: context.number,
    edition: 1,
    editionKind: 'capture',
    demo: context.demo,
    complete: true,
    incompleteReason: null,
    method:
      context.file === null ? '接口登记摘要（Digest registered by API）' : '接口提交文件（File handed in by API）',
    tools: [context.tool],
    subject:
      context.file === null
        ? {
            kind: 'digest',
            title,
            reference,
            sha256: wish.sha256,
            sm3: wish.sm3,
            bytes: wish.bytes,
            mediaType: wish.mediaType,
          }
        : { kind: 'file', title, reference, path: context.file.path },
    organisation: context.organisation,
    unit: null,
    officers: [],
    witness: null,
    cause: '',
    caseReference: '',
    time: {
      startedAt: at,
      endedAt: at,
      zone: 'Asia/Shanghai',
      clock: { source: '', offsetBeforeMs: null, offsetAfterMs: null },
    },
    network: null,
    environment: null,
    actionLog: null,
    files: context.file === null ? [] : [context.file],
    anomalies: [],
    parents: [],
    access: [context.organisation],
  }
}
