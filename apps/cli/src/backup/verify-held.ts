import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyCommand } from '@mingzheng/verifier'
import type { Context } from '../context.ts'
import { listTrusted } from '../trust/trust-store.ts'

/** Verifies every package that lies in a data folder under the policies that it trusts. */
export async function verifyHeld(context: Context, data: string): Promise<{ verified: number; failed: string[] }> {
  const trusted = (await listTrusted(data)).map(({ policy }) => policy)
  const failed: string[] = []
  let verified = 0
  for await (const path of glob('blobs/**/packages/**/*.zip', { cwd: data })) {
    const { exitCode } = await verifyCommand({
      file: join(data, path),
      renewals: [],
      policies: [],
      trusted,
      json: true,
      language: context.language,
      now: context.clock.now(),
      signal: context.stop,
    })
    if (exitCode === 0) verified += 1
    else failed.push(path)
  }
  return { verified, failed }
}
