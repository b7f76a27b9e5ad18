/** The package of a capture that waits to be fixed: manifest, data and seal. It can be no more than incomplete to a verifier. */
import { join } from 'node:path'
import { type Bytes, type Clock, fromUtf8, parseCertificateNumber } from '@mingzheng/kernel'
import {
  type DigestEngine,
  decodeManifest,
  makeSeal,
  memoryMember,
  type SealSigner,
  writePackage,
} from '@mingzheng/proof'
import type { CaptureResult } from '../capture/capture-result.ts'
import { digestFiles } from '../fix/manifest-of.ts'
import { openWorkFolder } from '../work-folder.ts'

export interface UnfixedParts {
  clock: Clock
  /** The folder of the captures' work folders. */
  folder: string
  engine: DigestEngine
  sealSigners(organisation: string): Promise<SealSigner[]>
}

/** `null` while there is no manifest, and once the capture is fixed: then its package is in custody. */
export async function unfixedPackage(
  parts: UnfixedParts,
  captureId: string,
): Promise<{ number: string; open(): AsyncIterable<Bytes> } | null> {
  const work = await openWorkFolder(join(parts.folder, captureId))
  const [manifestBytes, result] = [await work.read('manifest.json'), await work.read('result.json')]
  if (manifestBytes === null || result === null) return null
  const manifest = decodeManifest(manifestBytes)
  const { files } = JSON.parse(fromUtf8(result)) as CaptureResult
  const data = (await digestFiles(files, parts.engine)).map(({ member }) => member)
  const members = [memoryMember('manifest.json', manifestBytes), ...data]
  const seal = await makeSeal({
    number: parseCertificateNumber(manifest.number),
    edition: manifest.edition,
    sealedAt: parts.clock.now(),
    members,
    signers: await parts.sealSigners(manifest.organisation),
  })
  return { number: manifest.number, open: () => writePackage([...members, memoryMember('seal.json', seal)]) }
}
