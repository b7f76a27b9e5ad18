/** From what a capture left to the manifest that is timestamped and fixed. */
import { createReadStream } from 'node:fs'
import { type Bytes, type CertificateNumber, type Id, toHex, utcText } from '@mingzheng/kernel'
import {
  type DigestEngine,
  type Manifest,
  type ManifestFile,
  memberOrder,
  type PackageMember,
  streamMember,
} from '@mingzheng/proof'
import type { CaptureFile, CaptureResult } from '../capture/capture-result.ts'

/** Who asked for the capture and why: what the manifest says besides what the capture saw. */
export interface CaptureMandate {
  id: Id
  number: CertificateNumber
  demo: boolean
  organisation: string
  unit: string | null
  officers: { name: string; cardNumber: string | null }[]
  witness: string | null
  cause: string
  caseReference: string
  parents: Manifest['parents']
  access: string[]
}

/** A file of a capture with everything a package and a manifest need of it. */
export interface DigestedFile {
  listed: ManifestFile
  member: PackageMember
}

/** Digests of every file, in the order of the package. Each file is read once here and once when it is packed. */
export async function digestFiles(
  files: readonly Pick<CaptureFile, 'path' | 'mediaType' | 'role' | 'file'>[],
  engine: DigestEngine,
): Promise<DigestedFile[]> {
  const digested: DigestedFile[] = []
  for (const { path, mediaType, role, file } of files) {
    const open = () => createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Bytes>
    const member = await streamMember(path, open, engine)
    const { bytes, sha256, sm3 } = member
    const listed = { path, mediaType, role, bytes, sha256: toHex(sha256), sm3: toHex(sm3) }
    digested.push({ listed, member })
  }
  return digested.sort((a, b) => memberOrder(a.listed.path, b.listed.path))
}

const cut = (text: string, limit: number) => (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`)

/** The manifest of a first edition. `files` are the digested files of `result`. */
export function manifestOfCapture(result: CaptureResult, files: ManifestFile[], mandate: CaptureMandate): Manifest {
  const reference = (path: string | null) => {
    const file = files.find((candidate) => candidate.path === path)
    return file === undefined ? null : { path: file.path, sha256: file.sha256 }
  }
  const pages = result.pages.map(({ url, finalUrl, title, status, picture, viewports, text }) => ({
    url,
    finalUrl,
    title: cut(title, 1000),
    status,
    picture,
    viewports,
    text,
  }))
  return {
    version: 1,
    id: mandate.id,
    number: mandate.number,
    edition: 1,
    editionKind: 'capture',
    demo: mandate.demo,
    complete: result.complete,
    incompleteReason: result.complete ? null : cut(result.reason ?? 'unknown', 2000),
    method: '平台受控浏览器自动取证（Web capture by a controlled browser）',
    tools: result.tools,
    subject: { kind: 'web', title: pages[0]?.title ?? '', pages, entrySteps: result.entrySteps },
    organisation: mandate.organisation,
    unit: mandate.unit,
    officers: mandate.officers,
    witness: mandate.witness,
    cause: mandate.cause,
    caseReference: mandate.caseReference,
    time: {
      startedAt: utcText(result.startedAt),
      endedAt: utcText(Math.max(result.startedAt, result.endedAt)),
      zone: 'Asia/Shanghai',
      clock: {
        source: result.clock.source,
        offsetBeforeMs: result.clock.before.offsetMs,
        offsetAfterMs: result.clock.after.offsetMs,
      },
    },
    network: result.network,
    environment: reference(result.environment),
    actionLog: reference(result.actionLog),
    files,
    anomalies: result.anomalies.map(({ code, detail }) => ({ code, detail: cut(detail, 2000) })),
    parents: mandate.parents,
    access: mandate.access,
  }
}
