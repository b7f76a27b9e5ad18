/** Verification on this server: the same code as everywhere, a limited number at once. */
import { createWriteStream, openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Bytes, Clock } from '@mingzheng/kernel'
import {
  blobSource,
  type DigestEngine,
  type RandomAccess,
  type Report,
  type TrustPolicy,
  verifyPackage,
} from '@mingzheng/proof'

export interface Verification {
  verify(source: RandomAccess, signal: AbortSignal): Promise<Report>
  /** Verifies an upload; nothing of it is kept. */
  verifyUpload(body: AsyncIterable<Bytes>, signal: AbortSignal): Promise<Report>
}

/** Largest upload for verification; larger packages are checked with the offline verifier. */
export const UPLOAD_LIMIT_BYTES = 2 * 1024 ** 3
const AT_ONCE = 2

/** `policies`: those that are believed at the time of a verification. */
export function createVerification(
  policies: () => readonly TrustPolicy[],
  clock: Clock,
  engine: DigestEngine,
): Verification {
  let running = 0
  const queue: (() => void)[] = []
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve))
    running++
    try {
      return await work()
    } finally {
      running--
      queue.shift()?.()
    }
  }
  const verify = (source: RandomAccess, signal: AbortSignal) =>
    inTurn(() => verifyPackage(source, { policies: policies(), now: clock.now(), engine, signal }))
  return {
    verify,
    async verifyUpload(body, signal) {
      const folder = await mkdtemp(join(tmpdir(), 'mingzheng-verify-'))
      try {
        const path = join(folder, 'package.zip')
        await pipeline(body, createWriteStream(path, { mode: 0o600 }), { signal })
        return await verify(blobSource(await openAsBlob(path)), signal)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}
