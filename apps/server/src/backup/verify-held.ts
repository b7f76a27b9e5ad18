/** Verifies every package in custody where it lies, under the policies that the installation trusts. */
import { existsSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDigestEngine, parsePolicy, type TrustPolicy, verifyPackage } from '@mingzheng/proof'
import { openBlobs } from '@mingzheng/storage'
import { blobAccess } from '../blob-source.ts'
import type { Outside } from './outside.ts'

export interface Held {
  verified: number
  /** Keys of packages that do not verify. */
  failed: string[]
}

export async function verifyHeld({ blobsUrl, clock }: Outside, folder: string): Promise<Held> {
  // Looking must not make the folder of a store that is not there.
  if (blobsUrl === null && !existsSync(join(folder, 'blobs'))) return { verified: 0, failed: [] }
  const policies = await trustedPolicies(folder)
  const blobs = await openBlobs({ url: blobsUrl, folder: join(folder, 'blobs'), clock })
  const engine = openDigestEngine()
  const held: Held = { verified: 0, failed: [] }
  try {
    for await (const { key } of blobs.list('packages/')) {
      if (!key.endsWith('.zip')) continue
      const report = await verifyPackage(await blobAccess(blobs, key), { policies, now: clock.now(), engine })
      if (report.verdict === 'verified') held.verified += 1
      else held.failed.push(key)
    }
    return held
  } finally {
    await engine.close()
    await blobs.close()
  }
}

async function trustedPolicies(folder: string): Promise<TrustPolicy[]> {
  const policies: TrustPolicy[] = []
  for await (const name of glob('trust/*.json', { cwd: folder })) {
    policies.push(parsePolicy(new Uint8Array(await readFile(join(folder, name)))))
  }
  return policies
}
